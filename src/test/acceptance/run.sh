#!/usr/bin/env bash
# run.sh [CASE ...]
# The acceptance cases of the first two source documents against a packaged gateway and a real HTTP+SSE MCP server. The files of cases/
# hold the documents' own lines; only the token command and `docker logs` are ours. What each case must print is demanded here. The
# scenarios of PROXY-* say with which settings the gateway is started.
# The lines name the ports 4444 and 9000. Where one of them is taken, the case runs from a copy with another port, and that is said.
# Needs a packaged jar, compiled tests (mvn verify, or mvn package), curl and jq.
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../scripts/gateway.sh"
. "$HERE/../scripts/sample.sh"
cd "$PROJECT" || exit 2

CASES=("$@")
[ ${#CASES[@]} -gt 0 ] || CASES=(TC-GW-001 TC-GW-002 TC-GW-003 TC-GW-004 TC-GW-005 TC-GW-006 TC-GW-007 TC-GW-008 TC-GW-009 PROXY-1 PROXY-2 PROXY-3)
WORK=$(mktemp -d)
failed=0

finish() {
  stop_gateway
  stop_sample
  stop_authorization_server
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

# the port that the document names, or a free one
port_for() {
  if port_open "$1"; then
    free_port
  else
    echo "$1"
  fi
}

# run_case CASE: runs the document's lines; what they print is in $WORK/CASE
run_case() {
  local script=$HERE/cases/$1.sh
  if [ "$GATEWAY_PORT" != 4444 ] || [ "$SAMPLE_PORT" != 9000 ]; then
    sed "s/localhost:4444/localhost:$GATEWAY_PORT/g; s/localhost:9000/localhost:$SAMPLE_PORT/g" "$script" >"$WORK/$1.sh"
    script=$WORK/$1.sh
  fi
  PATH="$(dirname "$JAVA"):$PATH" bash "$script" >"$WORK/$1" 2>"$WORK/$1.err"
}

# demand WHAT FILTER [OPTION ...]: jq's FILTER must hold of what the case printed, all its JSON texts in one array
demand() {
  local what=$1 filter=$2
  shift 2
  verdict "$what" jq -es "$@" "$filter" "$WORK/$current"
}

# demand_line WHAT PATTERN: a line of what the case printed
demand_line() { verdict "$1" grep -E -- "$2" "$WORK/$current"; }

verdict() {
  local what=$1
  shift
  if "$@" >"$WORK/verdict" 2>&1; then
    echo "  ok      $what"
  else
    echo "  FAILED  $what"
    sed 's/^/          /' "$WORK/$current" "$WORK/$current.err" | head -60
    failed=$((failed + 1))
  fi
}

# what the gateway has on disk and in its log; the name is there in the open, so that this would find a secret that is, too
stored() { grep -rqaF -- "$1" "$GATEWAY_DIR/data"; }
hidden() { ! grep -rqaF -- "$1" "$GATEWAY_DIR"; }
# status CODE OPTION ...: what curl's request is answered with
status() {
  local code=$1
  shift
  [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $TOKEN" "$@")" = "$code" ]
}
id_of() { curl -s -H "Authorization: Bearer $ADMIN_TOKEN" "$GATEWAY_URL/gateways" | jq -er --arg name "$1" '.[] | select(.name == $name) | .id'; }

TC-GW-001() {
  demand 'the gateway is created, with an id' '.[0].id | test("^[0-9a-f-]{36}$")'
  demand 'as it was asked for' '.[0] | .name == "bearer-test-gateway" and .transport == "SSE" and .auth_type == "bearer"
    and .visibility == "public"'
  demand 'its token is masked' '.[0].auth_token == "*****"'
  demand 'it is in the list' '.[1].id == .[0].id'
  demand 'healthy, with the configured token' '.[2] == {name: "bearer-test-gateway", healthy: true}'
  verdict 'its name is stored in the open' stored bearer-test-gateway
  verdict 'its token is neither stored nor logged in the open' hidden test-upstream-token
}

# that a token is obtained when it is needed is shown against a real authorization server by ClientCredentialsIT
TC-GW-002() {
  demand 'the gateway is created' '.[0].id != null and .[0].auth_type == "oauth"'
  demand 'its configuration reads back, with the secret masked' '.[1] | .grant_type == "client_credentials"
    and .token_url == "https://auth.example.com/oauth/token" and .client_id == "my-client-id" and .client_secret == "*****"
    and .scope == "mcp:read mcp:write"'
  verdict 'its name is stored in the open' stored oauth-cc-gateway
  verdict 'its secret is neither stored nor logged in the open' hidden my-client-secret
}

# the document stops where the browser begins; a sample of an authorization server and two users go on from there
TC-GW-003() {
  local id fields
  id=$(id_of oauth-ac-gateway)
  demand_line 'the address to agree at is printed' "^OAuth authorization URL: $GATEWAY_URL/oauth/authorize/$id\$"
  sed -i '/^OAuth authorization URL: /d' "$WORK/$current"
  demand 'the gateway is created' '.[0].id != null and .[0].name == "oauth-ac-gateway" and .[0].auth_type == "oauth"'
  demand 'its configuration reads back, with the secret masked' '.[0].oauth_config | .grant_type == "authorization_code"
    and .client_id == "my-client-id" and .client_secret == "*****" and .scope == "openid profile"'
  verdict 'it leads a user to the authorization server' leads_to "$id" 'https://auth.example.com/authorize?response_type=code&client_id=my-client-id&redirect_uri='
  verdict 'its secret is neither stored nor logged in the open' hidden my-client-secret
  verdict 'a call is refused with that address until its user has agreed' refused_with_address "$ADMIN_TOKEN" "$id"

  start_authorization_server || exit 2
  fields=$(jq -n --arg at "$AUTHORIZATION_URL" '{transport: "STREAMABLEHTTP", visibility: "public", auth_type: "oauth", oauth_config: {
    grant_type: "authorization_code", issuer: $at, authorization_url: ($at + "/authorize"), token_url: ($at + "/token"),
    client_id: "sample-client", client_secret: "sample-secret", token_endpoint_auth_method: "client_secret_post", scope: "mcp"}}')
  id=$(register oauth-ac-sample "$SAMPLE_URL/mcp" "$fields") || exit 2
  verdict 'a user connects an account' connects "$USER_TOKEN" "$id" valid-token
  verdict 'and sees that it is' status_is "$USER_TOKEN" "$id" '.connected and .status == "valid" and .scopes == ["mcp"]'
  verdict 'their calls use it' calls "$USER_TOKEN" "$id"
  verdict "nobody else's do" refused_with_address "$TEAM_TOKEN" "$id"
  verdict 'another user connects an account of their own' connects "$TEAM_TOKEN" "$id" test-upstream-token
  verdict 'whose token is neither stored nor logged in the open' hidden test-upstream-token
  TOKEN=$USER_TOKEN verdict 'the first one cuts it' status 204 -X DELETE "$GATEWAY_URL/oauth/connections/$id"
  verdict 'and is asked to agree again' refused_with_address "$USER_TOKEN" "$id"
  verdict 'the other goes on' calls "$TEAM_TOKEN" "$id"
  stop_authorization_server
}

# leads_to GATEWAY BEGINNING: where a browser with a token is sent
leads_to() {
  curl -s -o /dev/null -w '%{redirect_url}' -H "Authorization: Bearer $ADMIN_TOKEN" "$GATEWAY_URL/oauth/authorize/$1" | grep -F -- "$2"
}
# connects TOKEN GATEWAY ACCOUNT: goes through the flow as a browser does, with its cookies
connects() {
  local jar url
  jar=$(mktemp -p "$WORK")
  url=$(curl -s -c "$jar" -H "Authorization: Bearer $1" -H 'Accept: application/json' "$GATEWAY_URL/oauth/authorize/$2" | jq -er .authorization_url) &&
    curl -s -L -b "$jar" -c "$jar" -H 'Accept: text/html' "$url&account=$3" | grep -F 'Your account is connected'
}
status_is() { curl -s -H "Authorization: Bearer $1" "$GATEWAY_URL/oauth/status/$2" | jq -e "$3"; }
# call TOKEN GATEWAY: what a user's call of a tool is answered
call() {
  local session headers
  headers=$(mktemp -p "$WORK")
  post() { curl -s -D "$headers" -H "Authorization: Bearer $1" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' "${@:3}" "$GATEWAY_URL/gateways/$2/mcp"; }
  post "$1" "$2" -d "$INITIALIZE"
  session=$(sed -n 's/^mcp-session-id: *\([^ \r]*\).*/\1/Ip' "$headers")
  post "$1" "$2" -H "Mcp-Session-Id: $session" -H 'MCP-Protocol-Version: 2025-11-25' -d '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"heard"}}}'
}
calls() { call "$1" "$2" | grep -F heard; }
refused_with_address() { call "$1" "$2" | grep -F "$GATEWAY_URL/oauth/authorize/$2"; }

TC-GW-004() {
  demand 'the gateway is created' '.[0].id != null and .[0].name == "bad-auth-gateway"'
  demand 'unhealthy' '.[1].name == "bad-auth-gateway" and .[1].healthy == false'
  demand 'the error names the refused credential' '.[1].last_error | test("401") and test("auth_token")'
}

TC-GW-005() {
  demand 'the refresh says what it found' '.[1] | [.. | objects | select(has("added")) | .added, .updated, .removed]
    | length > 0 and all(type == "number")'
  demand 'all tools are imported' '[.[2:][].original_name] | sort == ["add", "echo", "slow", "time"]'
  demand 'each names its gateway' '.[0].id as $id | .[2:] | all(.federation_source == "discovery-gateway" and .gateway_id == $id)'
  demand 'each has its visibility' '.[0].visibility as $visibility | .[2:] | all(.visibility == $visibility)'
}

TC-GW-006() {
  local id
  id=$(id_of team-gateway)
  demand 'the gateway is the team'"'"'s' '.[0] | .name == "team-gateway" and .visibility == "team" and .team_id == "team-alpha"'
  demand 'a member sees its tools, and nobody else does' '[.[1:][].original_name] | sort == ["add", "echo", "slow", "time"]'
  demand 'they have its visibility' '.[1:] | all(.visibility == "team" and .team_id == "team-alpha")'
  verdict 'of others, each of them is hidden' strangers_see_none
  TOKEN=$TEAM_TOKEN verdict 'a member finds the gateway' status 200 "$GATEWAY_URL/gateways/$id"
  TOKEN=$USER_TOKEN verdict 'for others it is not there' status 404 "$GATEWAY_URL/gateways/$id"
  TOKEN=$USER_TOKEN verdict 'nor is its MCP endpoint' status 404 -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d "$INITIALIZE" "$GATEWAY_URL/gateways/$id/mcp"
}

strangers_see_none() {
  curl -s -H "Authorization: Bearer $USER_TOKEN" "$GATEWAY_URL/tools" | jq -e 'all(.federation_source != "team-gateway")'
}

TC-GW-007() {
  demand_line 'listing answers 200' '^Status: 200$'
  demand_line 'creating answers 403' '^Status: 403$'
  demand_line 'and names the missing scope' 'gateways\.create'
  TOKEN=$(mint_token --scopes gateways.create) verdict 'with gateways.create one creates' status 201 -H 'Content-Type: application/json' -d '{"name":"scoped","url":"http://example.com"}' "$GATEWAY_URL/gateways"
}

TC-GW-008() {
  demand 'the gateway is created' '.[0].id != null and .[0].auth_query_param_key == "api_key"'
  demand 'its key is masked' '.[0].auth_query_param_value == "*****"'
  demand 'the kind of its credential reads back' '.[1] == "query_param"'
  verdict 'its name is stored in the open' stored query-param-gateway
  verdict 'its key is neither stored nor logged in the open' hidden secret-api-key-value
}

TC-GW-009() {
  local id
  id=$(id_of audit-test-gw)
  logged() { verdict "$1 is logged, with user, resource and action" \
    grep -E "user_email=\"admin@example.com\".*resource_type=\"gateway\".*resource_id=\"$id\".*action=\"$1\"" "$2"; }
  logged create "$WORK/$current"
  TOKEN=$ADMIN_TOKEN verdict 'it can be updated' status 200 -X PATCH -H 'Content-Type: application/json' -d '{"description":"changed"}' "$GATEWAY_URL/gateways/$id"
  TOKEN=$ADMIN_TOKEN verdict 'it can be deleted' status 204 -X DELETE "$GATEWAY_URL/gateways/$id"
  logged update "$GATEWAY_LOG"
  logged delete "$GATEWAY_LOG"
}

WARNING='MCP client authentication is disabled but trust_proxy_auth is not set. This is a security risk!'
NAMED='X-Authenticated-User: alice@example.com'
INITIALIZE='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"8"}}}'

# what the user named in a header is, or nobody; and what an endpoint answers
me() { curl -s "$@" "$GATEWAY_URL/auth/me"; }
is() { me "${@:2}" | jq -e "$1"; }
answers() { [ "$(curl -s -o /dev/null -w '%{http_code}' "${@:2}")" = "$1" ]; }
mcp() { answers "$1" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d "$INITIALIZE" "${@:2}"; }

PROXY-1() {
  local server
  demand 'the named user gets the tools' '.[0] | map(.original_name) | sort == ["add", "echo", "slow", "time"]'
  demand 'so does anonymous' '.[1] | length == 4'
  verdict 'the user is the one whom the proxy names' is '.user == "[email protected]" and .source == "proxy"' -H 'X-Authenticated-User: [email protected]'
  verdict 'and nobody is anonymous' is '.user == "anonymous" and .source == "anonymous"'
  verdict 'who changes nothing' answers 403 -H 'Content-Type: application/json' -d '{"name":"x","url":"http://example.com"}' "$GATEWAY_URL/gateways"
  server=$(virtual proxied prefixed "[\"$(id_of proxied)\"]")
  verdict '/servers/{id}/mcp takes the header' mcp 200 -H "$NAMED" "$GATEWAY_URL/servers/$server/mcp"
  verdict '/servers/{id}/mcp refuses two of them' mcp 400 -H "$NAMED" -H "$NAMED" "$GATEWAY_URL/servers/$server/mcp"
  verdict 'a token has to name the same user' mcp 401 -H "$NAMED" -H "Authorization: Bearer $ADMIN_TOKEN" "$GATEWAY_URL/servers/$server/mcp"
  verdict 'nothing is warned of' hidden "$WARNING"
}

PROXY-2() {
  demand 'neither is served' 'length == 2 and all(.status == 401)'
  verdict 'the warning of the document is logged' grep -F "$WARNING" "$GATEWAY_LOG"
  verdict 'a token is taken' is '.source == "jwt"' -H "Authorization: Bearer $ADMIN_TOKEN" -H "$NAMED"
}

PROXY-3() {
  demand 'the token gets the tools' '.[0] | length == 4'
  demand 'the header gets nothing' '.[1].status == 401'
  verdict 'nothing is warned of' hidden "$WARNING"
}

# a gateway with the settings of a scenario, and with tools to list
restart_for() {
  stop_gateway
  start_gateway DISCOVERY_BUDGET=30s $(sed -n 's/^\([A-Z_]*=[^ ]*\)$/\1/p' "$HERE/cases/$1.sh") || exit 2
  register proxied "$SAMPLE_URL/sse" '{"transport":"SSE","auth_type":"bearer","auth_token":"valid-token"}' >/dev/null || exit 2
  export ADMIN_TOKEN
}

SAMPLE_PORT=$(port_for 9000)
GATEWAY_PORT=$(port_for 4444)
[ "$GATEWAY_PORT" = 4444 ] || echo "port 4444 is taken: the cases run with $GATEWAY_PORT in its place"
[ "$SAMPLE_PORT" = 9000 ] || echo "port 9000 is taken: the cases run with $SAMPLE_PORT in its place"
# a sample server that wants a token, and one that wants none
locked_sample() { stop_sample && start_sample test-upstream-token valid-token; }
open_sample() { stop_sample && start_sample; }
plain_token() { "$JAVA" -jar "$GATEWAY_JAR" token --exp 240 --secret "$JWT_SECRET_KEY" "$@"; }

JAVA=$(find_java) && start_sample test-upstream-token valid-token || exit 2
start_gateway DISCOVERY_BUDGET=30s UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8,::1/128,0.0.0.0/0,::/0 || exit 2
export ADMIN_TOKEN GATEWAY_JAR GATEWAY_LOG
TEAM_TOKEN=$(plain_token --username member@example.com --teams team-alpha)
USER_TOKEN=$(plain_token --username user@example.com)
export TEAM_TOKEN USER_TOKEN

for current in "${CASES[@]}"; do
  echo "$current"
  case $current in
    PROXY-*) restart_for "$current" ;;
    TC-GW-006) open_sample || exit 2 ;; # its gateway has no credential
  esac
  run_case "$current"
  "$current"
  [ "$current" != TC-GW-006 ] || locked_sample || exit 2
done
echo "acceptance: ${#CASES[@]} cases, $failed expectations not met"
[ $failed -eq 0 ]
