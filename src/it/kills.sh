#!/usr/bin/env bash
# kills.sh [--rounds N] [--minutes M] [-o FOLDER]
# Kills a replica with SIGKILL in mid-stream, N times (default 500, but not longer than M minutes, default 120), and checks that clients who
# come back to another one with Last-Event-ID lose no event, get none twice and none of another's. What is checked: kills.mjs. A killed replica
# starts again while the next one is killed. Prints Markdown, writes kills.csv and the logs to FOLDER (default target/kills), and exits non-zero
# when a single call was answered wrongly.
# Needs a packaged jar, node, jq, curl and a PostgreSQL server's programs.
#   REPLICAS   how many (default 3: while one starts again, two are there for the next kill)
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/../test/scripts/replicas.sh"
. "$HERE/lib.sh"
ROUNDS=500 MINUTES=120 OUT=$PROJECT/target/kills
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) ROUNDS=${2:?} ;;
    --minutes) MINUTES=${2:?} ;;
    -o) OUT=${2:?} ;;
    *) echo "usage: kills.sh [--rounds N] [--minutes M] [-o FOLDER]" >&2 && exit 2 ;;
  esac
  shift 2
done
COUNT=${REPLICAS:-3}
begin "modern legacy" "$COUNT"
MODERN=$(register modern "$(cat "$STATE/modern.url")") && LEGACY=$(register legacy "$(cat "$STATE/legacy.url")") || exit 2
SERVER=$(virtual server original "[\"$LEGACY\"]") || exit 2

disown "${REPLICA_PIDS[@]}" # the shell need not report that they were killed

coproc CLIENTS { MINUTES=$MINUTES exec node "$HERE/kills.mjs" "$ROUNDS" "$OUT/kills.csv"; }
from=${CLIENTS[0]} to=${CLIENTS[1]} clients=$CLIENTS_PID
world=$(for i in $(seq "$COUNT"); do replica "$i"; done | jq -sc --arg token "$ADMIN_TOKEN" --arg held "/gateways/$MODERN/mcp" \
  --arg through "/gateways/$LEGACY/mcp" --arg virtual "/servers/$SERVER/mcp" --arg psql "$(find_postgres)/psql" --arg database "${DATABASE_URL#r2dbc:}" \
  '{token: $token, tool: "count", replicas: ., paths: {held: $held, through: $through, virtual: $virtual}, psql: $psql, database: $database}')
echo "$world" >&"$to"
talk 600
kill "$clients" 2>/dev/null
[ -n "$figures" ] || { echo "the clients ended without figures" >&2 && exit 1; }
echo "$figures" >"$OUT/kills.json"
table <<'JQ'
"\(.kills) kills in \(.seconds) s, \(.calls) calls, \(.midway) of them killed in mid-stream:",
"\(.missing) events lost, \(.doubled) doubled, \(.disordered) out of order, \(.wrong) calls wrong.",
"",
"| calls | how many | killed in mid-stream | events | ended with the result | ended as lost | lost / doubled / out of order | head of the resumed stream, ms, p50 / p99 / max | first event, ms, p50 / p99 / max | wrong |",
"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
(.kinds[] | "| \(.kind) | \(.calls) | \(.midway) | \(.events) | \(.result) | \(.lost) | \(.missing) / \(.doubled) / \(.disordered) | \(if .kind == "beside" then "" else .head | join(" / ") end) | \(if .kind == "beside" then "" else .event | join(" / ") end) | \(.wrong) |")
JQ
jq -e '.kills > 0 and .midway > 0 and all(.missing, .doubled, .disordered, .wrong; . == 0)' <<<"$figures" >/dev/null
