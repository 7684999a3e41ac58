#!/usr/bin/env bash
# The last source document's stories: administrators see and revoke users' tokens, resources and prompts use them, old ones are cleaned away.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need initdb postgresql
exec src/it/connections.sh --rows 20000
