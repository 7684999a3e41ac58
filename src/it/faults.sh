#!/usr/bin/env bash
# faults.sh [--short] [--rounds N] [-o FOLDER] [ROW ...]
# Three replicas (two in --short) on a PostgreSQL, in front of upstreams, with a TCP proxy on the ways between them that fails as it is told; plays
# the rows of the matrix of faults one after another, each within its time, and prints a Markdown table of what was promised and what was seen.
# In --short a promise of a time is not judged. Writes faults.csv, faults.json and the logs to FOLDER (default target/faults), and exits non-zero where a promise was not kept.
# ROW is F6, F23, ...; without any, all of them, which takes hours, and of --short the quick ones. --rounds is how often a row does what it does (F4, F6,
# F9, F16, F19, F23, F24). What each row does: faults.mjs and faults/; some are other commands of this folder, with replicas of their own.
# Needs a packaged jar, node, jq, curl and a PostgreSQL server's programs.
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/../test/scripts/replicas.sh"
. "$HERE/lib.sh"
. "$HERE/faults/others.sh"
SHORT=no COUNT=3 ROUNDS='' OUT=$PROJECT/target/faults ROWS=()
while [ $# -gt 0 ]; do
  case $1 in
    --short) SHORT=yes COUNT=2 ;;
    --rounds) ROUNDS=${2:?} && shift ;;
    -o) OUT=${2:?} && shift ;;
    F[0-9]*) ROWS+=("$1") ;;
    *) echo "usage: faults.sh [--short] [--rounds N] [-o FOLDER] [ROW ...]" >&2 && exit 2 ;;
  esac
  shift
done
export SHORT ROUNDS
export FIXTURE_OPTIONS=--minimal # with all its tools, a server that makes them for each request is the slowest of all here

# between: the replicas reach the database and an upstream through the proxy
between() {
  local control database=$(free_port) upstream=$(free_port) port=${DATABASE_URL##*:}
  DIRECT=$DATABASE_URL
  control=$(free_port)
  node "$HERE/faults/proxy.mjs" "$control" "database:$database:${port%%/*}" "upstream:$upstream:$(sed 's/.*:\([0-9]*\).*/\1/' "$STATE/dual.url")" &
  HELPERS+=($!)
  await_port "$control" $! || return 1
  FAULTS=http://127.0.0.1:$control PROXIED=http://127.0.0.1:$upstream/mcp
  DATABASE_URL=${DATABASE_URL%:*}:$database/postgres
}

ISSUER=$(free_port)
MORE=(PENSTOCK_JWT_ISSUERS_0_ISSUER=https://idp.example.com
  PENSTOCK_JWT_ISSUERS_0_JWKSURL="http://127.0.0.1:$ISSUER/keys")
[ $SHORT = yes ] || MORE+=(PENSTOCK_RELAY_ANSWERTIMEOUT=5s) # not waited for where a busy machine could be the reason
begin "modern legacy dual" "$COUNT" between
disown "${REPLICA_PIDS[@]}" "$DATABASE_PID" # the shell need not report that they were ended
MODERN=$(register modern "$(cat "$STATE/modern.url")") && LEGACY=$(register legacy "$(cat "$STATE/legacy.url")") || exit 2

coproc CLIENTS { exec node "$HERE/faults.mjs" "$OUT/faults.csv" "${ROWS[@]}"; }
from=${CLIENTS[0]} to=${CLIENTS[1]} clients=$CLIENTS_PID
world=$(for i in $(seq "$COUNT"); do replica "$i"; done | jq -sc --arg token "$ADMIN_TOKEN" --arg secret "$JWT_SECRET_KEY" --arg modern "$(cat "$STATE/modern.url")" \
  --arg legacy "$(cat "$STATE/legacy.url")" --arg dual "$(cat "$STATE/dual.url")" --arg dualPid "$(cat "$STATE/dual.pid")" --arg proxied "$PROXIED" --arg proxy "$FAULTS" \
  --arg pathOfModern "/gateways/$MODERN/mcp" --arg pathOfLegacy "/gateways/$LEGACY/mcp" --arg psql "$(find_postgres)/psql" --arg database "${DIRECT#r2dbc:}" \
  --argjson databasePid "$DATABASE_PID" --argjson issuer "$ISSUER" --arg out "$OUT" --arg logs "$GATEWAY_DIR" --arg jcmd "$(dirname "$JAVA")/jcmd" \
  '{$token, $secret, replicas: ., upstreams: {$modern, $legacy, $dual}, dualPid: ($dualPid | tonumber), $proxied, $proxy,
    paths: {modern: $pathOfModern, legacy: $pathOfLegacy}, $psql, $database, $databasePid, $out, $logs, $jcmd,
    issuer: {name: "https://idp.example.com", port: $issuer}}')
echo "$world" >&"$to"
talk 7200
kill "$clients" 2>/dev/null
[ -n "$figures" ] || { echo "the rows ended without figures" >&2 && exit 1; }
keep_logs "$OUT"
stop_replicas
others
echo "$figures" >"$OUT/faults.json"
table <<'JQ'
"| id | fault | promise | figures | met |",
"| --- | --- | --- | --- | --- |",
(.rows[] | "| \(.id) | \(.fault) | \(.promise) | \(.figures | to_entries | map("\(.key | gsub("_"; " ")) \(.value)") | join(", ")) | \(if .met then "yes" else "no" end) |")
JQ
jq -e '(.rows | length) > 0 and all(.rows[]; .met)' <<<"$figures" >/dev/null
