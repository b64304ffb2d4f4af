#!/usr/bin/env bash
# need.sh PROGRAM PACKAGE | need.sh --file PATTERN PACKAGE | need.sh --rust VERSION | need.sh --pyhanko
# Installs a missing Debian package when we are root; otherwise fails with the command that installs it.
set -eu

install() {
  local package=$1
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing $package"
    DEBIAN_FRONTEND=noninteractive apt-get install -y "$package" >/dev/null 2>&1 ||
      { apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y "$package" >/dev/null; } ||
      { echo "missing: $package. Install it with: apt-get install -y $package" >&2; exit 1; }
  else
    echo "missing: $package. Install it with: apt-get install -y $package" >&2
    exit 1
  fi
}

case $1 in
  --file)
    compgen -G "$2" >/dev/null || install "$3"
    compgen -G "$2" >/dev/null || { echo "$3 is installed but $2 is not there" >&2; exit 1; }
    ;;
  --rust)
    if ! command -v cargo >/dev/null && [ -f "$HOME/.cargo/env" ]; then . "$HOME/.cargo/env"; fi
    if ! command -v cargo >/dev/null && apt-cache show rustup >/dev/null 2>&1; then install rustup && rustup default stable; fi
    command -v cargo >/dev/null || { echo "missing: Rust $2 or newer. Install it from https://rustup.rs" >&2; exit 1; }
    have=$(cargo --version | sed -E 's/cargo ([0-9]+\.[0-9]+).*/\1/')
    [ "$(printf '%s\n%s\n' "$2" "$have" | sort -V | head -n1)" = "$2" ] ||
      { echo "Rust $have is too old: $2 or newer is needed. Update it with: rustup update stable" >&2; exit 1; }
    ;;
  --pyhanko)
    # The validator that tests hold signed documents against; in an environment of its own beside the other caches.
    at="${XDG_CACHE_HOME:-$HOME/.cache}/phusa/pyhanko"
    if ! "$at/bin/python" -c 'import pyhanko.sign.validation' 2>/dev/null; then
      command -v python3 >/dev/null || install python3
      python3 -m venv "$at" 2>/dev/null || { install python3-venv && python3 -m venv "$at"; }
      "$at/bin/pip" install --quiet 'pyhanko==0.38.*' ||
        { echo "missing: pyHanko. Install it with: python3 -m venv $at && $at/bin/pip install 'pyhanko==0.38.*'" >&2; exit 1; }
    fi
    ;;
  *)
    command -v "$1" >/dev/null || install "$2"
    ;;
esac
