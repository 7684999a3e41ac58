#!/usr/bin/env bash
# run.sh [-o FOLDER]
# Connecting an account at an upstream, and the console, in Chromium, against a packaged gateway behind TLS, where people sign in with passwords. What
# is checked: connect.mjs, console.mjs.
# Leaves pictures of the pages in FOLDER (default target/browser). Exit 0 only when nothing failed.
# Needs a packaged jar, node, npm, curl, jq, openssl and chromium.
set -u -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../scripts/gateway.sh"
. "$HERE/../conformance/lib/packages.sh"
OUT=$PROJECT/target/browser
[ "${1:-}" != -o ] || OUT=${2:?}
trap 'stop_gateway; rm -f "$OUT"/site.*' EXIT
trap 'exit 130' INT TERM
rm -rf "$OUT" && mkdir -p "$OUT"

NODE=$(find_node 22) && PACKAGES=$(install_packages "$HERE" "$HERE/../clients" "$PROJECT/src/it") || exit 2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 2 -keyout "$OUT/site.key" -out "$OUT/site.pem" 2>/dev/null || exit 2
SITE=https://localhost:$(free_port)
# it does not run for long
start_gateway SECRET_KEY="$(new_secret)" BASE_URL="$SITE" || exit 2
export GATEWAY_URL ADMIN_TOKEN SITE
CHROMIUM=$(command -v chromium) && export CHROMIUM OUT
wrong=0
for part in connect console; do
  timeout 180 "$NODE" "$PACKAGES/$part.mjs" || wrong=1
done
exit $wrong
