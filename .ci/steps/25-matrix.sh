#!/usr/bin/env bash
# Every feature with a client of each era and a server of each era, on the gateway's own endpoints and on a virtual server over all three.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
export WAYS="gateway prefixed" CLIENTS="2024|SDK v2|2026"
exec src/test/matrix/run.sh
