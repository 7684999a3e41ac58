#!/usr/bin/env bash
# refreshes.sh [--rounds N] [--kills N] [--minutes M] [-o FOLDER]
# Lets 200 calls at each of five replicas want a new access token at the same time, N times (default 1000, but not longer than M minutes, default
# 120), and then kills the replica that refreshes, N times (default 20), and checks that there is one refresh, that no call fails, and that no
# token is lost. What is checked: refreshes.mjs. Prints Markdown, writes refreshes.csv and the logs to FOLDER (default target/refreshes), and exits
# non-zero when a single round was not as it should be.
# Needs a packaged jar, node, jq, curl and a PostgreSQL server's programs.
#   REPLICAS, CALLS   how many, and at each of them (default 5 and 200)
#   LANES             how many rounds at the same time, each with a token of its own (default 1)
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/../test/scripts/replicas.sh"
. "$HERE/lib.sh"
ROUNDS=1000 KILLS=20 MINUTES=120 OUT=$PROJECT/target/refreshes
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) ROUNDS=${2:?} ;;
    --kills) KILLS=${2:?} ;;
    --minutes) MINUTES=${2:?} ;;
    -o) OUT=${2:?} ;;
    *) echo "usage: refreshes.sh [--rounds N] [--kills N] [--minutes M] [-o FOLDER]" >&2 && exit 2 ;;
  esac
  shift 2
done
# one user makes all the calls, and all of them wait: for 20 s where a replica dies with the lease
MORE=(TOOL_CONCURRENT_LIMIT=512)
begin "" "${REPLICAS:-5}"
disown "${REPLICA_PIDS[@]}" # the shell need not report that they were killed

coproc CLIENTS { CALLS=${CALLS:-200} LANES=${LANES:-1} MINUTES=$MINUTES exec node "$HERE/refreshes.mjs" "$ROUNDS" "$KILLS" "$OUT/refreshes.csv"; }
from=${CLIENTS[0]} to=${CLIENTS[1]} clients=$CLIENTS_PID
world=$(for i in $(seq "${REPLICAS:-5}"); do replica "$i"; done | jq -sc --arg token "$ADMIN_TOKEN" --arg psql "$(find_postgres)/psql" \
  --arg database "${DATABASE_URL#r2dbc:}" '{token: $token, replicas: ., psql: $psql, database: $database}')
echo "$world" >&"$to"
talk 7200
kill "$clients" 2>/dev/null
[ -n "$figures" ] || { echo "the clients ended without figures" >&2 && exit 1; }
echo "$figures" >"$OUT/refreshes.json"
table <<'JQ'
"\(.rounds) rounds in \(.seconds) s, \(.wrong) of them not as they should be.",
"",
"| round | how many | calls | result | broken off with the killed replica | asked to agree again | refreshes | spent tokens shown | call, ms, p50 / p99 / max | from the kill to the last answer, ms, p50 / max | wrong |",
"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
(.kinds[] | "| \(.kind) | \(.rounds) | \(.calls) | \(.result) | \(.broken) | \(.agree) | \(.refreshes) | \(.reused) | \(.took | join(" / ")) | \(.recovery | join(" / ")) | \(.wrong) |")
JQ
jq -e '.rounds > 0 and .wrong == 0' <<<"$figures" >/dev/null
