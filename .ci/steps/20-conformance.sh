#!/usr/bin/env bash
# The official suite through the gateway: every check that passes directly has to pass here too.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
exec src/test/conformance/through-gateway.sh
