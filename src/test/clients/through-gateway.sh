#!/usr/bin/env bash
# through-gateway.sh
# The real clients of run.sh through a packaged gateway, with a JWT, each in each era that it speaks: to a server of each era, and to one of
# both that wants a credential of its own. Prints the totals; exit 0 only when nothing failed.
#   TARGETS   the upstreams to put behind the gateway (default "dual-token sse legacy modern")      CLIENTS  as in run.sh
#   OUT       result folder (default target/clients)
set -u -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../scripts/gateway.sh"
TARGETS=${TARGETS:-dual-token sse legacy modern}
OUT=${OUT:-$PROJECT/target/clients}
STATE=$(mktemp -d)
export STATE
mkdir -p "$OUT"

finish() {
  [ -f "${GATEWAY_LOG:-}" ] && cp "$GATEWAY_LOG" "$OUT/gateway.log"
  stop_gateway
  "$HERE/../conformance/start-upstreams.sh" stop >/dev/null
  rm -rf "$STATE"
}
trap finish EXIT
trap 'exit 130' INT TERM

UPSTREAMS=$TARGETS "$HERE/../conformance/start-upstreams.sh" free || exit 2
start_gateway || exit 2

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
exit $bad
