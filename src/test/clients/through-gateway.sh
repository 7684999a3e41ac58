#!/usr/bin/env bash
# through-gateway.sh
# The real clients of run.sh through a packaged gateway, with a JWT, each in each era that it speaks: to a server of each era, and to one of
# both that wants a credential of its own. Prints the totals; exit 0 only when nothing failed.
#   TARGETS   the upstreams to put behind the gateway (default "dual-token sse legacy modern")      CLIENTS  as in run.sh
#   REPLICAS  how many gateways: more than one share a PostgreSQL, and each request goes to the next of them
#   OUT       result folder (default target/clients)
set -u -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../scripts/gateway.sh"
. "$HERE/../scripts/replicas.sh"
TARGETS=${TARGETS:-dual-token sse legacy modern}
OUT=${OUT:-$PROJECT/target/clients}
REPLICAS=${REPLICAS:-1}
STATE=$(mktemp -d)
export STATE
mkdir -p "$OUT"

finish() {
  [ -n "${GATEWAY_DIR:-}" ] && keep_logs "$OUT"
  if [ "$REPLICAS" -gt 1 ]; then stop_replicas; else stop_gateway; fi
  "$HERE/../conformance/start-upstreams.sh" stop >/dev/null
  rm -rf "$STATE"
}
trap finish EXIT
trap 'exit 130' INT TERM

UPSTREAMS=$TARGETS "$HERE/../conformance/start-upstreams.sh" free || exit 2
if [ "$REPLICAS" -gt 1 ]; then start_database && start_replicas "$REPLICAS"; else start_gateway; fi || exit 2

bad=0
for target in $TARGETS; do
  fields='{}' credential=
  if [ "$target" = dual-token ]; then
    fields='{"transport":"STREAMABLEHTTP","auth_type":"bearer","auth_token":"up-secret"}'
    credential="Bearer up-secret"
  fi
  upstream=$(cat "$STATE/$target.url")
  id=$(register "$target" "$upstream" "$fields") || exit 1
  echo "== $target behind the gateway"
  EXPECT_UPSTREAM_AUTHORIZATION=$credential \
    "$HERE/run.sh" "$GATEWAY_URL/gateways/$id/mcp" "$ADMIN_TOKEN" "${upstream%/*}" | tee "$OUT/$target.txt" || bad=1
done

echo "== totals"
for target in $TARGETS; do printf '%s, ' "$target" && tail -1 "$OUT/$target.txt"; done
[ "$REPLICAS" -gt 1 ] && echo "requests to each replica: $(turns)"
exit $bad
