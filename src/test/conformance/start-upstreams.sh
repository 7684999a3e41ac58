#!/usr/bin/env bash
# start-upstreams.sh [BASE_PORT|free]   installs pinned npm packages once, starts the reference upstreams on 127.0.0.1, prints their URLs
# start-upstreams.sh stop               stops exactly the processes that this script started
#   BASE+0  legacy           stateful Streamable HTTP, 2024-11-05..2025-11-25 only                 /mcp
#   BASE+1  sse              legacy HTTP+SSE (2024-11-05)                                          /sse + /messages
#   BASE+2  modern           stateless 2026-07-28 only                                             /mcp
#   BASE+3  dual             both eras on one endpoint (the target of the conformance baseline)    /mcp
#   BASE+4  dual-token       like dual, wants "Bearer up-secret" (another user: up-other, low scope: up-low), RFC 9728 metadata   /mcp
#   BASE+5  minimal          dual, instrument tools only (for load)                                /mcp
#   BASE+6  everything-http  @modelcontextprotocol/server-everything, streamableHttp               /mcp
#   BASE+7  everything-sse   @modelcontextprotocol/server-everything, sse                          /sse + /message
# FIXTURE_OPTIONS are more options for those of our own (see fixture/options.mjs); @ in them stands for the upstream's name.
# "free" takes ports that nobody listens on. UPSTREAMS="legacy modern" starts only those. Node >= 20.
# CONF_HOME (default ~/.cache/penstock-conformance) holds the installed packages; STATE (default $CONF_HOME/state) holds name.pid, name.url
# and name.log of each upstream: give each run its own to keep runs apart.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/lib/packages.sh"
. "$HERE/../scripts/ports.sh"
STATE=${STATE:-$CONF_HOME/state}
mkdir -p "$STATE"

stop() {
  local file pid
  for file in "$STATE"/*.pid; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    if kill "$pid" 2>/dev/null; then
      await_exit "$pid"
      echo "stopped $(basename "$file" .pid) $pid"
    fi
    rm -f "$file" "${file%.pid}.url"
  done
}

if [ "${1:-}" = stop ]; then
  stop
  exit 0
fi
BASE=${1:-4100}
WANTED=" ${UPSTREAMS:-legacy sse modern dual dual-token minimal everything-http everything-sse} "
FIXTURE=$(install_packages "$HERE/fixture")
EVERYTHING=$FIXTURE/node_modules/@modelcontextprotocol/server-everything/dist/index.js

# start NAME OFFSET PATH NODE-ARGUMENTS...: the port goes to the server as $PORT.
start() {
  local name=$1 port path=$3 pid
  if [ "$BASE" = free ]; then port=$(free_port); else port=$((BASE + $2)); fi
  shift 3
  case "$WANTED" in *" $name "*) ;; *) return 0 ;; esac
  if port_open "$port"; then
    echo "port $port is taken" >&2
    exit 1
  fi
  PORT=$port node "$@" >"$STATE/$name.log" 2>&1 &
  pid=$!
  echo "$pid" >"$STATE/$name.pid"
  if ! await_port "$port" "$pid"; then
    echo "$name did not start:" >&2
    tail -5 "$STATE/$name.log" >&2
    exit 1
  fi
  echo "http://127.0.0.1:$port$path" >"$STATE/$name.url"
  printf '%-16s pid %-7s %s\n' "$name" "$pid" "$(cat "$STATE/$name.url")"
}

# fixture NAME OFFSET PATH OPTION...
fixture() {
  local more=${FIXTURE_OPTIONS:-}
  # shellcheck disable=SC2086 # a list of options
  start "$1" "$2" "$3" "$FIXTURE/upstream.mjs" "${@:4}" ${more//@/$1}
}

fixture legacy 0 /mcp --era legacy
fixture sse 1 /sse --era sse
fixture modern 2 /mcp --era modern
fixture dual 3 /mcp --era dual
fixture dual-token 4 /mcp --era dual --require-token up-secret,up-other --low-scope-token up-low
fixture minimal 5 /mcp --era dual --minimal
start everything-http 6 /mcp --require "$HERE/lib/loopback.cjs" "$EVERYTHING" streamableHttp # it would bind 0.0.0.0
start everything-sse 7 /sse --require "$HERE/lib/loopback.cjs" "$EVERYTHING" sse
