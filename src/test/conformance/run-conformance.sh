#!/usr/bin/env bash
# run-conformance.sh URL [TOKEN]
# Runs the official MCP conformance suite (server side) against any URL; prints "passed N failed M" per spec version.
# Exit 0 only when every spec version ran and nothing failed (and nothing regressed against $BASELINE_DIR, if given).
#   SPECS            spec versions to run (default "2025-06-18 2025-11-25 2026-07-28")
#   OUT              result folder (default ./conformance-out): per check $OUT/<spec>.tsv, log $OUT/<spec>.log
#   BASELINE_DIR     folder of an earlier run (baseline/: directly against the dual upstream); what was SUCCESS there must be SUCCESS here
#   EXPECTED, TARGET a file of failures that are known, and whose lines of it count (see crossed.tsv); one that passes fails, too
#   EXTRA_SCENARIOS  more scenario names to run at 2026-07-28 with --force (e.g. "tasks-lifecycle tasks-wire-fields")
#   MCP_HEADERS      JSON object of extra request headers
#   SCENARIO_TIMEOUT milliseconds (default 30000)      RUN_TIMEOUT seconds for one spec version (default 600)
#   CONF_HOME        cache folder (default ~/.cache/penstock-conformance)
set -u -o pipefail
[ $# -ge 1 ] || { sed -n '2,13p' "$0"; exit 2; }
URL=$1
TOKEN=${2:-}
SPECS=${SPECS:-"2025-06-18 2025-11-25 2026-07-28"}
HERE=$(cd "$(dirname "$0")" && pwd)
OUT=${OUT:-./conformance-out}
mkdir -p "$OUT" && OUT=$(cd "$OUT" && pwd) || exit 2
. "$HERE/lib/packages.sh"

NODE=$(find_node 22) || exit 2 # the suite imports fs.globSync
SUITE=$(install_packages "$HERE/suite") || exit 2
CLI=$SUITE/node_modules/@modelcontextprotocol/conformance/dist/index.js
VERSION=$("$NODE" -p 'require(process.argv[1]).version' "${CLI%/dist/*}/package.json")
export MCP_URL="$URL" MCP_TOKEN="$TOKEN"
echo "suite $VERSION, node $("$NODE" -v), url $URL, token $([ -n "$TOKEN" ] && echo yes || echo no)"

suite() {
  timeout "${RUN_TIMEOUT:-600}" "$NODE" --require "$HERE/lib/auth-preload.cjs" "$CLI" server \
    --url "$URL" --timeout "${SCENARIO_TIMEOUT:-30000}" "$@"
}

bad=0
for spec in $SPECS; do
  raw="$OUT/raw-$spec"
  rm -rf "$raw" && mkdir -p "$raw"
  suite --suite all --spec-version "$spec" -o "$raw" >"$OUT/$spec.log" 2>&1
  rc=$?
  if [ "$spec" = 2026-07-28 ]; then
    for scenario in ${EXTRA_SCENARIOS:-}; do
      suite --scenario "$scenario" --spec-version "$spec" --force -o "$raw" >>"$OUT/$spec.log" 2>&1
    done
  fi
  "$NODE" "$HERE/lib/tally.mjs" "$raw" "$OUT/$spec.tsv" "$spec" "$rc" ${BASELINE_DIR:+"$BASELINE_DIR/$spec.tsv"} || bad=1
done
exit $bad
