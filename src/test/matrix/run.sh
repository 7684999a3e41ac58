#!/usr/bin/env bash
# run.sh [--write-docs]
# Every client to every upstream: each revision's client, with a server of each era behind a packaged gateway, by three ways: the gateway's own
# endpoint, a virtual server with original names, and one virtual server over all of them. Every feature of MCP must work, or be impossible for
# a reason of the specification (impossible.tsv). Prints a line for each pair; exit 0 only when nothing fails.
#   --write-docs   writes src/docs/matrix.md from this run and the last one with another number of replicas, if OUT has it
#   DIRECT=yes     no gateway: clients to upstreams of their own era, which shows that the checks are right
#   WAYS           which ways to go (default "gateway original prefixed")
#   CLIENTS        a pattern for the clients' names, e.g. 2026       REPLICAS=2   two gateways on one PostgreSQL behind a proxy, in turns
#   TRIES=2        what failed is tried again over a new connection, and counted as tried twice: for machines with too much to do
#   OUT            result folder (default target/matrix)
set -u -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../scripts/gateway.sh"
. "$HERE/../scripts/replicas.sh"
. "$HERE/../conformance/lib/packages.sh"
. "$HERE/../scripts/java-peers.sh"
. "$HERE/ways.sh"
OUT=${OUT:-$PROJECT/target/matrix}
REPLICAS=${REPLICAS:-1}
COMMIT=${COMMIT:-$(git -C "$PROJECT" describe --always --dirty 2>/dev/null)}
export REPLICAS COMMIT
STATE=$(mktemp -d)
export STATE
mkdir -p "$OUT"
PAGE=
[ "${1:-}" = --write-docs ] && PAGE=$PROJECT/src/docs/matrix.md

finish() {
  [ -n "${GATEWAY_DIR:-}" ] && keep_logs "$OUT"
  if [ "$REPLICAS" -gt 1 ]; then stop_replicas; else stop_gateway; fi
  "$HERE/../conformance/start-upstreams.sh" stop >/dev/null
  rm -rf "$STATE"
}
trap finish EXIT
trap 'exit 130' INT TERM

JAVA_CLIENTS=$(java_clients) || exit 2
export JAVA_CLIENTS
NODE=$(find_node 22) && MODULES=$(install_packages "$HERE/../clients" "$HERE") || exit 2
UPSTREAMS="sse legacy modern" FIXTURE_OPTIONS="--page-size 7 --scheme @ --name @" "$HERE/../conformance/start-upstreams.sh" free || exit 2
start_java_server || exit 2
if [ "${DIRECT:-}" = yes ]; then
  direct_ways >"$STATE/ways.json" || exit 2
  export SAME_ERA=yes TOKEN=
else
  if [ "$REPLICAS" -gt 1 ]; then start_database && start_replicas "$REPLICAS"; else start_gateway; fi || exit 2
  gateway_ways ${WAYS:-gateway original prefixed} >"$STATE/ways.json" || exit 2
  export TOKEN=$ADMIN_TOKEN
fi
"$NODE" "$MODULES/../matrix/matrix.mjs" "$STATE/ways.json" "$HERE/impossible.tsv" "$OUT"
status=$?
if [ -n "$PAGE" ]; then "$NODE" "$MODULES/../matrix/page.mjs" "$PAGE" "$OUT"/run-*.json || status=1; fi
[ "$REPLICAS" -gt 1 ] && echo "requests to each replica: $(turns)"
exit $status
