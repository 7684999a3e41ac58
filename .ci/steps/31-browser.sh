#!/usr/bin/env bash
# People connect accounts at upstreams with a real browser, Chromium.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
need openssl openssl
need chromium chromium
exec src/test/browser/run.sh
