#!/usr/bin/env bash
# Every feature and every server, for a client of each era and the Java SDK: through a gateway's own endpoint and a virtual server over all of
# them, or through the latter with two gateways, where each request goes to the other one.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb postgresql
WAYS="gateway prefixed" CLIENTS='^2024-11-05 HTTP.SSE$|2025-11-25, Java' src/test/matrix/run.sh
REPLICAS=2 WAYS=prefixed CLIENTS='SDK v1|2026-07-28' src/test/matrix/run.sh
