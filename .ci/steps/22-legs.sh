#!/usr/bin/env bash
# The gateway's legs against real upstreams of every era.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need node nodejs
need npm npm
exec src/test/conformance/legs.sh
