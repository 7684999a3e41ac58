#!/usr/bin/env bash
# The official suite of one era against upstreams of another, through the gateway: the pairs that hold.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
export CROSSED="sse:2025-11-25 modern:2025-11-25,2025-06-18 virtual:2025-06-18,2026-07-28"
exec src/test/conformance/crossed.sh
