#!/usr/bin/env bash
# The acceptance cases of the first source document; installs curl and jq where they are missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
exec src/test/acceptance/run.sh
