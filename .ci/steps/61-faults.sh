#!/usr/bin/env bash
# Two replicas on one PostgreSQL, briefly, while one thing after another fails: replicas that stop, the database, an upstream, an identity provider.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need initdb postgresql
src/it/faults.sh --short
