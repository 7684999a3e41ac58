#!/usr/bin/env bash
# Secrets of every kind are planted, and all that the gateway says, logs, traces and stores is searched for them.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need initdb postgresql
exec src/it/canary.sh
