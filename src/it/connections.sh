#!/usr/bin/env bash
# connections.sh [--rows N]
# The stories of the last source document against a packaged gateway on PostgreSQL: administrators see and revoke the tokens of users, resources
# and prompts ask for agreement and use it as tools do, providers have templates, and N tokens that nobody used for 45 days (default 1000000) are
# cleaned away while those of 20 days stay. What is expected: connections.mjs. Prints figures of the cleanup; exits non-zero when something was
# not so.
# Needs a packaged jar, node, jq, curl and a PostgreSQL server's programs.
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/../test/scripts/replicas.sh"
ROWS=1000000
[ "${1:-}" != --rows ] || ROWS=${2:?}
finish() {
  stop_gateway
  stop_replicas
}
trap finish EXIT
trap 'exit 130' INT TERM

SETTINGS=(AUTH_ENCRYPTION_SECRET="$(new_secret)" OAUTH_TOKEN_RETENTION_DAYS=30 OAUTH_CLEANUP_ENABLED=true OAUTH_CLEANUP_INTERVAL_HOURS=24)
# play PART ...: with a gateway that is up
play() {
  local alice
  alice=$("$JAVA" -jar "$GATEWAY_JAR" token --username alice@example.com --exp 240 --secret "$JWT_SECRET_KEY") || return 1
  WORLD=$(jq -nc --arg url "$GATEWAY_URL" --arg management "$GATEWAY_MANAGEMENT_URL" --arg admin "$ADMIN_TOKEN" --arg alice "$alice" \
    --arg psql "$(find_postgres)/psql" --arg database "${DATABASE_URL#r2dbc:}" '{$url, $management, $admin, $alice, $psql, $database}') \
    node "$HERE/connections.mjs" "$@"
}

start_database && start_gateway DATABASE_URL="$DATABASE_URL" "${SETTINGS[@]}" || exit 2
play scenarios || exit 1
play plant "$ROWS" || exit 2
stop_gateway
start_gateway DATABASE_URL="$DATABASE_URL" "${SETTINGS[@]}" || exit 2
play watch "$ROWS"
