#!/usr/bin/env bash
# run.sh URL [TOKEN] [UPSTREAM_ORIGIN]
# Real clients against one MCP endpoint in front of ../conformance/fixture: the TypeScript SDK v1 and v2, the Inspector's command line and the
# Python SDK. Prints the totals; exit 0 only when every client ran and nothing failed. Ctrl-C and time-outs end what it started.
#   UPSTREAM_ORIGIN  where the fixture itself answers (http://127.0.0.1:4103): then cancellation and subscriptions are checked there too
#   ERAS             what the endpoint speaks (default "legacy modern")
#   CLIENTS          which to run (default "sdk-v1 sdk-v2 inspector python")
#   EXPECT_UPSTREAM_AUTHORIZATION   the Authorization header that the fixture must see ("" for none)
#   CLIENT_TIMEOUT   seconds for one client (default 120)      CONF_HOME  cache folder (default ~/.cache/penstock-conformance)
set -u -o pipefail
[ $# -ge 1 ] || { sed -n '2,10p' "$0"; exit 2; }
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../conformance/lib/packages.sh"
URL=$1
TOKEN=${2:-}
ORIGIN=${3:-}
ERAS=" ${ERAS:-legacy modern} "
LEGACY=2025-11-25
MODERN=2026-07-28
NODE=$(find_node 22) || exit 2 # the Inspector wants it
PACKAGES=$(install_packages "$HERE") || exit 2

speaks() { case "$ERAS" in *" $1 "*) return 0 ;; *) return 1 ;; esac }

summary=$(mktemp)
trap 'rm -f "$summary"' EXIT
bad=0
run() { # NAME COMMAND...
  local name=$1 status
  shift
  echo "-- $name"
  timeout "${CLIENT_TIMEOUT:-120}" "$@" | tee -a "$summary"
  status=${PIPESTATUS[0]}
  [ "$status" = 0 ] && return
  bad=1
  [ "$status" = 124 ] && echo "$name: 0 passed, 1 failed" | tee -a "$summary" && echo "   (stopped after ${CLIENT_TIMEOUT:-120} s)"
}
node_client() { run "$1" "$NODE" "$PACKAGES/$2" "${@:3}"; }

newest=$LEGACY
speaks modern && newest=$MODERN
for client in ${CLIENTS:-sdk-v1 sdk-v2 inspector python}; do
  case "$client" in
    sdk-v1)
      speaks legacy && node_client "TypeScript SDK v1" sdk-v1.mjs "$URL" "$TOKEN" "$ORIGIN"
      ;;
    sdk-v2)
      speaks legacy && node_client "TypeScript SDK v2, legacy" sdk-v2.mjs legacy "$LEGACY" "$URL" "$TOKEN" "$ORIGIN"
      node_client "TypeScript SDK v2, auto" sdk-v2.mjs auto "$newest" "$URL" "$TOKEN" "$ORIGIN"
      ;;
    inspector)
      for era in legacy modern; do speaks $era && node_client "MCP Inspector, $era" inspector.mjs $era "$URL" "$TOKEN"; done
      ;;
    python)
      python=$(install_python "$HERE/requirements.txt") || { echo "the Python SDK could not be installed" >&2; bad=1; continue; }
      speaks legacy && run "Python SDK, legacy" "$python" "$HERE/python_client.py" legacy "$LEGACY" "$URL" "$TOKEN"
      run "Python SDK, auto" "$python" "$HERE/python_client.py" auto "$newest" "$URL" "$TOKEN"
      ;;
    *)
      echo "no client is called $client" >&2
      bad=1
      ;;
  esac
done

awk '/: [0-9]+ passed, [0-9]+ failed$/ {clients++; passed += $(NF - 3); failed += $(NF - 1)}
  END {printf "%d clients: %d passed, %d failed\n", clients, passed, failed}' "$summary"
[ -s "$summary" ] || bad=1
exit $bad
