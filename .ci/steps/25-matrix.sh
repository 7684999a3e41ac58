#!/usr/bin/env bash
# Every feature for one client of each era and every server, through a gateway's own endpoint and a virtual server over all of them.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
export WAYS="gateway prefixed" CLIENTS='2024-11-05|SDK v1|2026-07-28'
exec src/test/matrix/run.sh
