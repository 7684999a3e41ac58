#!/usr/bin/env bash
# legs.sh
# The gateway's legs against real upstreams of every era: starts them, runs NodeUpstreamsChecks, stops them.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
STATE=$(mktemp -d)
export STATE
finish() {
  "$HERE/start-upstreams.sh" stop >/dev/null
  rm -rf "$STATE"
}
trap finish EXIT
trap 'exit 130' INT TERM

UPSTREAMS="legacy sse modern dual everything-http everything-sse" "$HERE/start-upstreams.sh" free
cd "$HERE/../../.."
PENSTOCK_UPSTREAMS=$STATE mvn -B -ntp -q test-compile failsafe:integration-test failsafe:verify -Dit.test=NodeUpstreamsChecks "$@"
