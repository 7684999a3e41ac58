#!/usr/bin/env bash
# Real clients through the gateway: the TypeScript SDK v1 and v2, the Inspector's command line and the Python SDK, each in its eras; and what
# those SDKs make of an upstream where their user has not agreed.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
need python3 python3-venv
src/test/clients/through-gateway.sh
exec src/test/clients/unconnected.sh
