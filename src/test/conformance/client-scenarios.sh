#!/usr/bin/env bash
# client-scenarios.sh
# The conformance suite's client scenarios with the gateway as the client: the suite plays the server, and the client that it starts
# (../clients/scenario.mjs) goes through a packaged gateway, once as a client with sessions and once without. All scenarios but those of
# OAuth. Exit 0 only when all ran and nothing failed but what client-scenarios.tsv says.
#   SPECS      spec versions to run (default "2025-11-25 2026-07-28")      ERAS  of the client (default "legacy modern")
#   SCENARIOS  which (default: all of the spec version)                    OUT   result folder (default target/client-scenarios)
set -u -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../scripts/gateway.sh"
. "$HERE/lib/packages.sh"
SPECS=${SPECS:-2025-11-25 2026-07-28}
OUT=${OUT:-$PROJECT/target/client-scenarios}
mkdir -p "$OUT"

finish() {
  [ -f "${GATEWAY_LOG:-}" ] && cp "$GATEWAY_LOG" "$OUT/gateway.log"
  stop_gateway
}
trap finish EXIT
trap 'exit 130' INT TERM

NODE=$(find_node 22) && SUITE=$(install_packages "$HERE/suite") && CLIENTS=$(install_packages "$HERE/../clients") || exit 2
CLI=$SUITE/node_modules/@modelcontextprotocol/conformance/dist/index.js
start_gateway || exit 2
export GATEWAY_URL TOKEN=$ADMIN_TOKEN

# scenarios SPEC: the names of the client scenarios of a spec version, without those of OAuth
scenarios() {
  "$NODE" "$CLI" list --client | sed -n "s/^  - \([^ ]*\) \[.*$1.*\]$/\1/p" | grep -v '^auth/'
}

bad=0
for spec in $SPECS; do
  for ERA in ${ERAS:-legacy modern}; do
    export ERA
    raw=$OUT/raw-$spec-$ERA log=$OUT/$spec-$ERA.log
    rm -rf "$raw" && mkdir -p "$raw"
    : >"$log"
    status=0 started=0
    for scenario in ${SCENARIOS:-$(scenarios "$spec")}; do
      started=$((started + 1))
      timeout 120 "$NODE" "$CLI" client --command "$NODE $CLIENTS/scenario.mjs" --scenario "$scenario" --spec-version "$spec" -o "$raw" >>"$log" 2>&1 ||
        status=$?
    done
    echo "-- a $ERA client, servers of"
    EXPECTED="$HERE/client-scenarios.tsv" TARGET=$ERA "$NODE" "$HERE/lib/tally.mjs" "$raw" "$OUT/$spec-$ERA.tsv" "$spec" "$status" | tee "$OUT/$spec-$ERA.txt" || bad=1
    [ $status = 0 ] || grep -q "^$ERA	$spec	" "$HERE/client-scenarios.tsv" || { echo "   the suite ended with $status" && bad=1; }
    [ "$(find "$raw" -name checks.json | wc -l)" = "$started" ] || { echo "   not all of $started scenarios ran" && bad=1; }
  done
done
exit $bad
