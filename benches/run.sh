#!/usr/bin/env bash
# Runs every bench and writes the table: benches/run.sh [--city] [OUT.jsonl]
# A private PostgreSQL (fsync on) and a Python environment are made outside the tree and removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
city=no
if [ "${1:-}" = --city ]; then city=yes; shift; fi
work=$(mktemp -d "${TMPDIR:-/tmp}/phusa-bench-XXXXXX")
out=${1:-$work/results.jsonl}
program=${PHUSA:-${CARGO_TARGET_DIR:-$root/target}/debug/phusa}
[ -x "$program" ] || { echo "no program at $program: make build" >&2; exit 1; }

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
server=
finish() {
  [ -z "$server" ] || { kill -INT "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  rm -rf "$work/pg" "$work/venv" "$work/data"
}
trap finish EXIT

as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
databases=()
if [ -n "$bin" ]; then
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  mkdir -p "$work/pg"; chmod 755 "$work"
  [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
  (cd / && as_postgres "$bin/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C -D "$work/pg/data" >/dev/null)
  if [ "$(id -u)" = 0 ]; then runner=(setpriv --reuid=postgres --regid=postgres --init-groups); else runner=(); fi
  (cd / && exec "${runner[@]}" "$bin/postgres" -D "$work/pg/data" -c port="$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$work/pg" -c max_connections=200 -c shared_buffers=256MB >"$work/pg.log" 2>&1) &
  server=$!
  for _ in $(seq 1 100); do "$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -c 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.1; done
  for name in bench bench_spiff; do "$bin/createdb" -h 127.0.0.1 -p "$port" -U postgres "$name"; done
  databases=("postgres://postgres@127.0.0.1:$port/bench" "postgres://postgres@127.0.0.1:$port/bench_spiff")
else
  echo "PostgreSQL is not installed: its rows are left out (apt-get install -y postgresql)" >&2
fi

mkdir -p "$work/data"; cd "$work/data"
: >"$out"
echo "# $(uname -sr), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg) at the start" >&2
bench() { "$program" bench "$@" | tee -a "$out"; }
bench start --data "$work/data/start"
bench transitions
[ -z "${databases[*]}" ] || bench transitions --database "${databases[0]}"
if [ $city = yes ]; then sizes=10000,100000,1000000; else sizes=10000,100000; fi
bench documents
bench numbers
[ -z "${databases[*]}" ] || bench numbers --database "${databases[0]}"
bench worklist --cases $sizes --data "$work/data"
[ -z "${databases[*]}" ] || bench worklist --cases 10000,100000 --database "${databases[0]}" --data "$work/data/pg"
if [ $city = yes ]; then bench city --data "$work/data/city"; fi
if python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q -r "$root/benches/spiff/requirements.txt"; then
  "$work/venv/bin/python" "$root/benches/spiff/transitions.py" --clients 1,8 | tee -a "$out"
  [ -z "${databases[*]}" ] || "$work/venv/bin/python" "$root/benches/spiff/transitions.py" --clients 1,8 --database "${databases[1]}" | tee -a "$out"
else
  echo "SpiffWorkflow could not be installed: its rows are left out" >&2
fi
echo "# load $(cut -d' ' -f1-3 /proc/loadavg) at the end" >&2
python3 "$root/benches/table.py" "$out"
