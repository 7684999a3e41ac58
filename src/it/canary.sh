#!/usr/bin/env bash
# canary.sh [-o FOLDER]
# Plants secrets of every kind in a gateway, shows, refuses and uses them, and searches every reply, the log (with the gateway's own classes at
# DEBUG), the metrics, the traces and a dump of the database for them; once with the embedded database and once with PostgreSQL. What is done, and as what
# the secrets are searched: canary.mjs. Prints a line for each database, leaves what was searched in FOLDER (default target/canary), and exits
# non-zero when a secret was found.
# Needs a packaged jar, node, jq, curl and a PostgreSQL server's programs.
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/../test/scripts/replicas.sh"
OUT=$PROJECT/target/canary
[ "${1:-}" != -o ] || OUT=${2:?}
finish() {
  [ -z "${SINK_PID:-}" ] || kill "$SINK_PID"
  stop_gateway
  stop_replicas
}
trap finish EXIT
trap 'exit 130' INT TERM
rm -rf "$OUT" && mkdir -p "$OUT"

# sweep NAME [NAME=VALUE ...]: plays, and keeps log and dump
sweep() {
  local own=$OUT/$1 encryption port
  encryption=$(new_secret)
  mkdir -p "$own"
  port=$(free_port)
  node "$HERE/canary.mjs" sink "$port" "$own/traces.bin" &
  SINK_PID=$!
  await_port "$port" "$SINK_PID" || return 1
  KEEP_GATEWAY_DIR=yes start_gateway AUTH_ENCRYPTION_SECRET="$encryption" LOGGING_LEVEL_IO_PENSTOCK=DEBUG \
    MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT="http://127.0.0.1:$port/v1/traces" MANAGEMENT_TRACING_SAMPLING_PROBABILITY=1 "${@:2}" || return 1
  MORE=$(jq -nc --arg signing "$JWT_SECRET_KEY" --arg encryption "$encryption" --arg token "$ADMIN_TOKEN" '{$signing, $encryption, $token}')
  WORLD=$(jq -nc --arg url "$GATEWAY_URL" --arg management "$GATEWAY_MANAGEMENT_URL" --arg token "$ADMIN_TOKEN" '{$url, $management, $token}') \
    node "$HERE/canary.mjs" play "$own" || return 1
  folder=$GATEWAY_DIR
  kill "$GATEWAY_PID" && await_exit "$GATEWAY_PID"
  kill "$SINK_PID" && wait "$SINK_PID" 2>/dev/null
  SINK_PID=
  cp "$GATEWAY_LOG" "$own/log.txt"
  dump "$1" "$folder" "$own" || return 1
  rm -rf "$folder"
  MORE=$MORE node "$HERE/canary.mjs" search "$own" >"$own.json"
  local found=$?
  echo "$1: $(cat "$own.json")"
  return $found
}

# dump NAME FOLDER OUT: as SQL, and the files themselves
dump() {
  mkdir -p "$3/dump"
  if [ "$1" = postgresql ]; then
    "$(find_postgres)/pg_dump" --inserts "${DATABASE_URL#r2dbc:}" >"$3/dump/dump.sql"
  else
    cp -r "$2/data" "$3/dump/data"
  fi
  [ -n "$(find "$3/dump" -type f -size +1k)" ]
}

status=0
sweep embedded || status=1
start_database || exit 2
sweep postgresql DATABASE_URL="$DATABASE_URL" || status=1
exit $status
