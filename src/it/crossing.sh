#!/usr/bin/env bash
# crossing.sh [--clients N] [--calls N] [-o FOLDER]
# N clients (default 200) of two eras with the same ids, each with N calls (default 30), over upstreams of every era, through a proxy that
# takes each request to the other of two replicas: nothing of one client's reaches another, and nothing is missing that was not given up.
# What is checked: crossing.mjs. Prints Markdown, writes crossing.csv and the logs to FOLDER (default target/crossing), and exits non-zero
# when a single call was answered wrongly.
# Needs a packaged jar, node, jq, curl and a PostgreSQL server's programs.
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/../test/scripts/replicas.sh"
. "$HERE/lib.sh"
COUNT=200 CALLS=30 OUT=$PROJECT/target/crossing
while [ $# -gt 0 ]; do
  case $1 in
    --clients) COUNT=${2:?} ;;
    --calls) CALLS=${2:?} ;;
    -o) OUT=${2:?} ;;
    *) echo "usage: crossing.sh [--clients N] [--calls N] [-o FOLDER]" >&2 && exit 2 ;;
  esac
  shift 2
done
# a replica that says nothing for seconds may only wait for the processor, which it shares with all the clients
MORE=(PENSTOCK_ELSEWHERE_ANSWERTIMEOUT=30s PENSTOCK_ELSEWHERE_SILENCE=30s)
begin "modern legacy sse" 2
paths='{}' gateways='[]'
for name in modern legacy sse; do
  id=$(register "$name" "$(cat "$STATE/$name.url")") || exit 2
  paths=$(jq -c --arg name "$name" --arg path "/gateways/$id/mcp" '.[$name] = $path' <<<"$paths")
  [ "$name" != legacy ] || gateways="[\"$id\"]"
done
id=$(virtual server original "$gateways") || exit 2
paths=$(jq -c --arg path "/servers/$id/mcp" '."a virtual server" = $path' <<<"$paths")
other=$("$JAVA" -jar "$GATEWAY_JAR" token --username second@example.com --exp 240 --secret "$JWT_SECRET_KEY" --admin) || exit 2
figures=$(WORLD=$(jq -nc --arg url "$GATEWAY_URL" --arg one "$ADMIN_TOKEN" --arg other "$other" --argjson paths "$paths" \
  --argjson clients "$COUNT" --argjson calls "$CALLS" '{url: $url, tokens: [$one, $other], paths: $paths, clients: $clients, calls: $calls}') \
  timeout 30m node "$HERE/crossing.mjs" "$OUT/crossing.csv") && [ -n "$figures" ] || exit 1
figures=$(jq -c --arg turns "$(turns)" '.turns = $turns' <<<"$figures")
echo "$figures" >"$OUT/crossing.json"
table <<'JQ'
"\(.clients) clients, \(.calls) calls in \(.seconds) s, \(.given) of them given up or broken off: \(.crossed) crossed, \(.problems) wrong.",
"Late questions of a client's own cancelled calls over HTTP+SSE: \(.late). Requests that each replica had: \(.turns).",
"",
"| clients | calls | echo / count / asked | hung up / cancelled / came back | echo, ms, p50 / p99 | crossed | wrong |",
"| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
(.kinds[] | "| \(.kind) | \(.calls) | \(.deeds | "\(.echo) / \(.count) / \(.ask)") | \(.plans | "\(.["hang up"]) / \(.cancel) / \(.return)") | \(.echo | join(" / ")) | \(.crossed) | \(.problems) |")
JQ
jq -e '.calls > 0 and .problems == 0' <<<"$figures" >/dev/null
