#!/usr/bin/env bash
# keycloak.sh
# Signs users in at a real Keycloak through its own login form, and calls a tool through the gateway with the session cookie alone: allowed by
# the group mcp-server-currenttime, refused without. What is checked: keycloak.mjs. Prints what it saw, and exits non-zero when anything was otherwise.
# Needs a packaged jar, node 20, curl, jq, unzip and Maven, which fetches Keycloak's distribution (170 MB) once.
#   KEYCLOAK_VERSION   which (default 26.7.3)
#   KEYCLOAK_ZIP       a distribution that is there already; then Maven is not asked
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
VERSION=${KEYCLOAK_VERSION:-26.7.3}
STATE=$(mktemp -d)
KEYCLOAK_PID=

finish() {
  [ -z "$KEYCLOAK_PID" ] || { kill "$KEYCLOAK_PID" 2>/dev/null && wait "$KEYCLOAK_PID" 2>/dev/null; }
  stop_gateway
  rm -rf "$STATE"
}
trap finish EXIT
trap 'exit 130' INT TERM

fetch() {
  if [ -n "${KEYCLOAK_ZIP:-}" ]; then
    unzip -q "$KEYCLOAK_ZIP" -d "$STATE"
    return
  fi
  mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="org.keycloak:keycloak-quarkus-dist:$VERSION:zip" -DoutputDirectory="$STATE" >&2 &&
    unzip -q "$STATE/keycloak-quarkus-dist-$VERSION.zip" -d "$STATE"
}

# A realm with one client, groups and two users; the groups are told in the ID token without their paths.
realm() {
  jq -n --arg secret "$CLIENT_SECRET" --arg password "$PASSWORD" --arg callback "$CALLBACK" '
    def user($name; $groups): {username: $name, email: "\($name)@example.com", emailVerified: true, enabled: true,
      firstName: $name, lastName: "Example", groups: $groups, credentials: [{type: "password", value: $password, temporary: false}]};
    {realm: "penstock", enabled: true, sslRequired: "none",
     groups: [{name: "mcp-user"}, {name: "mcp-server-currenttime"}],
     users: [user("ann"; ["/mcp-user", "/mcp-server-currenttime"]), user("bob"; ["/mcp-user"])],
     clients: [{clientId: "penstock", secret: $secret, protocol: "openid-connect", publicClient: false, standardFlowEnabled: true,
       redirectUris: [$callback], attributes: {"pkce.code.challenge.method": "S256"},
       protocolMappers: [{name: "groups", protocol: "openid-connect", protocolMapper: "oidc-group-membership-mapper",
         config: {"claim.name": "groups", "full.path": "false", "id.token.claim": "true"}}]}]}'
}

start_keycloak() {
  local home=$1 _
  mkdir -p "$home/data/import" && realm >"$home/data/import/realm.json" || return 1
  JAVA_HOME=$(dirname "$(dirname "$JAVA")") JAVA_OPTS_APPEND="-Xmx512m" "$home/bin/kc.sh" start-dev --import-realm \
    --http-host=127.0.0.1 --http-port="$PORT_OF_KEYCLOAK" --hostname="http://localhost:$PORT_OF_KEYCLOAK" >"$STATE/keycloak.log" 2>&1 &
  KEYCLOAK_PID=$!
  for _ in $(seq 1800); do
    curl -sf -o /dev/null --max-time 2 "$ISSUER/.well-known/openid-configuration" && return 0
    kill -0 "$KEYCLOAK_PID" 2>/dev/null || break
    sleep 0.1
  done
  echo "Keycloak did not become ready:" >&2
  tail -40 "$STATE/keycloak.log" >&2
  return 1
}

JAVA=$(find_java) && fetch || exit 2
PORT_OF_KEYCLOAK=$(free_port)
GATEWAY_PORT=$(free_port)
while [ "$GATEWAY_PORT" = "$PORT_OF_KEYCLOAK" ]; do GATEWAY_PORT=$(free_port); done
ISSUER=http://localhost:$PORT_OF_KEYCLOAK/realms/penstock
CALLBACK=http://localhost:$GATEWAY_PORT/oauth/callback
CLIENT_SECRET=$(new_secret)
PASSWORD=$(new_secret)
start_keycloak "$(echo "$STATE"/keycloak-*/)" || exit 2
start_gateway MCP_AUTH_ENABLED=true MCP_AUTH_PROVIDER_TYPE=generic SECRET_KEY="$(new_secret)" MCP_AUTH_ISSUER="$ISSUER" \
  MCP_AUTH_CLIENT_ID=penstock MCP_AUTH_CLIENT_SECRET="$CLIENT_SECRET" MCP_AUTH_CALLBACK_URI="$CALLBACK" || exit 2
export GATEWAY_URL ADMIN_TOKEN ISSUER PASSWORD
node "$HERE/keycloak.mjs" || {
  tail -20 "$GATEWAY_LOG" >&2
  exit 1
}
