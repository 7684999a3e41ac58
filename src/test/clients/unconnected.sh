#!/usr/bin/env bash
# unconnected.sh
# The TypeScript SDK v1 and v2 and the Python SDK, whose user has not agreed at an upstream yet, through a packaged gateway: what each makes of
# the answer, and that its calls are answered when its user has agreed. What is checked: unconnected.mjs. Exit 0 only when nothing failed.
set -u -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../scripts/gateway.sh"
. "$HERE/../conformance/lib/packages.sh"
STATE=$(mktemp -d)
export STATE
finish() {
  stop_gateway
  "$HERE/../conformance/start-upstreams.sh" stop >/dev/null
  rm -rf "$STATE"
}
trap finish EXIT
trap 'exit 130' INT TERM

NODE=$(find_node 22) && PACKAGES=$(install_packages "$HERE" "$PROJECT/src/it") && PYTHON=$(install_python "$HERE/requirements.txt") || exit 2
UPSTREAMS="legacy sse" FIXTURE_OPTIONS="--require-token up-secret" "$HERE/../conformance/start-upstreams.sh" free >/dev/null || exit 2
# it does not run for long
start_gateway || exit 2
export GATEWAY_URL ADMIN_TOKEN
timeout 180 "$NODE" "$PACKAGES/unconnected.mjs" "$PYTHON" "$(cat "$STATE/legacy.url")" "$(cat "$STATE/sse.url")"
