#!/usr/bin/env bash
# Two replicas on one PostgreSQL, briefly: one is killed in mid-stream a few times, many clients with the same ids speak to both in turn, and many
# calls want one new access token, while who gets it is killed, too.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need curl curl
need jq jq
need node nodejs
need npm npm
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need initdb postgresql
REPLICAS=2 src/it/kills.sh --rounds 3
src/it/crossing.sh --clients 48 --calls 9
REPLICAS=2 CALLS=60 src/it/refreshes.sh --rounds 5 --kills 2
