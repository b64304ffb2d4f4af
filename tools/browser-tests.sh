#!/usr/bin/env bash
# Starts the demonstration on a free port with fresh data and walks it in headless Chromium.
set -eu
cd "$(dirname "$0")/.."
data=$(mktemp -d)
# Below the ports that the system gives to connections of its own (32768 and up).
port=$((20000 + RANDOM % 12000))
# The chairman signs with a token, the ward's seal is at a provider: what is signed in these walks is signed as it would be in an office.
mkdir "$data/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$data/tokens" >"$data/softhsm2.conf"
SOFTHSM2_CONF="$data/softhsm2.conf" "${CARGO_TARGET_DIR:-target}/debug/phusa" demo --held-keys --data "$data" --listen "127.0.0.1:$port" --unlimited --clock-file "$data/clock" >"$data/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$data"' EXIT
for _ in $(seq 100); do
  if curl -fs "http://127.0.0.1:$port/healthz" >/dev/null; then break; fi
  kill -0 $server 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  sleep 0.2
done
cd ui
PHUSA_URL="http://127.0.0.1:$port" PHUSA_CLOCK="$data/clock" npm run --silent test:browser || { tail -n 40 "$data/log" >&2; exit 1; }
