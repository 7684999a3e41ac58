#!/usr/bin/env bash
# through-gateway.sh
# The conformance suite against a packaged gateway, with a JWT: in front of the dual upstream, and in front of the one that wants a
# bearer token of its own. Every check that passes directly (baseline/) must pass through the gateway. Prints the totals; exit 0 only
# when nothing failed or regressed.
#   TARGETS   the upstreams to put behind the gateway (default "dual dual-token")
#   SPECS     spec versions to run (default: all of run-conformance.sh)
#   OUT       result folder (default target/conformance)
set -u -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../scripts/gateway.sh"
TARGETS=${TARGETS:-dual dual-token}
OUT=${OUT:-$PROJECT/target/conformance}
STATE=$(mktemp -d)
export STATE
mkdir -p "$OUT"

finish() {
  [ -f "${GATEWAY_LOG:-}" ] && cp "$GATEWAY_LOG" "$OUT/gateway.log"
  stop_gateway
  "$HERE/start-upstreams.sh" stop >/dev/null
  rm -rf "$STATE"
}
trap finish EXIT
trap 'exit 130' INT TERM

UPSTREAMS=$TARGETS "$HERE/start-upstreams.sh" free || exit 2
start_gateway || exit 2

bad=0
for target in $TARGETS; do
  fields='{"transport":"STREAMABLEHTTP"}'
  [ "$target" = dual-token ] && fields='{"transport":"STREAMABLEHTTP","auth_type":"bearer","auth_token":"up-secret"}'
  id=$(register "$target" "$(cat "$STATE/$target.url")" "$fields") || exit 1
  echo "== $target behind the gateway"
  OUT="$OUT/$target" BASELINE_DIR="$HERE/baseline" \
    "$HERE/run-conformance.sh" "$GATEWAY_URL/gateways/$id/mcp" "$ADMIN_TOKEN" | tee "$OUT/$target.txt" || bad=1
done

echo "== totals"
for target in $TARGETS; do
  awk -v target="$target" '/^spec /{passed += $4; failed += $6} /REGRESSION/{lost++}
    END {printf "%s: %d passed, %d failed, %d regressed\n", target, passed, failed, lost}' "$OUT/$target.txt"
done
exit $bad
