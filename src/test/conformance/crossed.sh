#!/usr/bin/env bash
# crossed.sh
# The conformance suite of one era against upstreams of another, through a packaged gateway, and the whole suite against a virtual server with
# original names over the dual upstream. What cannot be met is in crossed.tsv, with the reason: any other failure fails,
# and so does one of these that passes. Prints the totals.
#   CROSSED   what to run, target:spec,spec... (default: all)      OUT   result folder (default target/crossed)
set -u -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../scripts/gateway.sh"
CROSSED=${CROSSED:-legacy:2026-07-28 sse:2026-07-28,2025-11-25 modern:2025-11-25,2025-06-18 virtual:2025-06-18,2025-11-25,2026-07-28}
OUT=${OUT:-$PROJECT/target/crossed}
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

# endpoint TARGET: registers what is needed for a target; prints the path of its endpoint
endpoint() {
  local id
  if [ "$1" != virtual ]; then
    id=$(register "$1" "$(cat "$STATE/$1.url")") && echo "gateways/$id"
    return
  fi
  id=$(register dual "$(cat "$STATE/dual.url")") && id=$(virtual dual original "[\"$id\"]") && echo "servers/$id"
}

UPSTREAMS="legacy sse modern dual" "$HERE/start-upstreams.sh" free || exit 2
start_gateway || exit 2

bad=0
for run in $CROSSED; do
  target=${run%%:*} specs=${run#*:} baseline=
  path=$(endpoint "$target") || exit 1
  [ "$target" = virtual ] && baseline=$HERE/baseline
  echo "== $target behind the gateway"
  OUT="$OUT/$target" SPECS="${specs//,/ }" BASELINE_DIR=$baseline EXPECTED="$HERE/crossed.tsv" TARGET=$target \
    "$HERE/run-conformance.sh" "$GATEWAY_URL/$path/mcp" "$ADMIN_TOKEN" | tee "$OUT/$target.txt" || bad=1
done

echo "== totals"
for run in $CROSSED; do
  target=${run%%:*}
  awk -v target="$target" '/^spec /{passed += $4; failed += $6} /^   (FAIL|PASSES|REGRESSION) /{bad++}
    END {printf "%s: %d passed, %d failed, %d of that unexpected\n", target, passed, failed, bad}' "$OUT/$target.txt"
done
exit $bad
