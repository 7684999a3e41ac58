#!/usr/bin/env bash
# Every command of src/docs/tokens.md, and each kind of limit on each transport; installs curl and jq where they are missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
exec bash src/test/scripts/tokens.sh
