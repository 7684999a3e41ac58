#!/usr/bin/env bash
# Every command of src/docs/upstream-oauth.md, upstream-tls.md and vault.md; installs curl, jq, openssl and node where they are missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need openssl openssl
need node nodejs
exec bash src/test/scripts/documents.sh
