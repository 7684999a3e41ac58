#!/usr/bin/env bash
# The official suite's client scenarios with the gateway as the client, where client and server are of one era.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
ERAS=legacy SPECS=2025-11-25 src/test/conformance/client-scenarios.sh
ERAS=modern SPECS=2026-07-28 src/test/conformance/client-scenarios.sh
