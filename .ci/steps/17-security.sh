#!/usr/bin/env bash
# The scenarios of the security document against packaged gateways; installs curl, jq and openssl where they are missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need openssl openssl
exec bash src/test/scripts/security.sh
