#!/usr/bin/env bash
# The nginx example of an authenticating proxy in front of a packaged gateway; installs nginx where it is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need nginx nginx-light
exec bash src/test/scripts/proxy.sh
