#!/usr/bin/env bash
# security.sh
# What the second source document promises of security, tried with curl against packaged gateways: who is let in by default, on REST, MCP of
# every era, HTTP+SSE, WebSocket and the documents' paths; the token command; signatures of every kind of key; weak secrets; the first
# administrator; lockout; roles; invitations; visibility; what upstreams are sent; headers for browsers; the audit trail.
# Needs a packaged jar, compiled tests, curl, jq and openssl.
set -u -o pipefail
. "$(dirname "${BASH_SOURCE[0]}")/gateway.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sample.sh"
. "$(dirname "${BASH_SOURCE[0]}")/web-socket.sh"
cd "$PROJECT" || exit 2

WORK=$(mktemp -d)
finish() {
  stop_gateway
  stop_sample
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

failed=0
checked=0
# expect WHAT EXPECTED ACTUAL
expect() {
  checked=$((checked + 1))
  [ "$2" = "$3" ] && return
  echo "  FAILED  $1: $3 rather than $2"
  failed=$((failed + 1))
}
# holds WHAT COMMAND ...
holds() {
  local what=$1
  shift
  "$@" >/dev/null 2>&1
  expect "$what" 0 $?
}
part() { echo "$1 ($(($(date +%s) - BEGAN)) s)"; }
BEGAN=$(date +%s)

JSON=(-H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream')
META='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
STATELESS=(-H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/list' -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{$META}}")
INITIALIZE=(-d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"8"}}}')

as() { local token=$1; shift; curl -s --max-time 20 ${token:+-H "Authorization: Bearer $token"} "$@"; }
# status TOKEN OPTION ... PATH: the last argument is a path of the gateway
status() { local token=$1; shift; as "$token" -o /dev/null -w '%{http_code}' "${@:1:$#-1}" "$GATEWAY_URL${!#}"; }
post() { as "$1" "${JSON[@]}" -d "$3" "$GATEWAY_URL$2"; }
token() { "$JAVA" -jar "$GATEWAY_JAR" token --exp 60 --secret "$JWT_SECRET_KEY" "$@"; }
login() { post '' /auth/login "{\"email\":\"$1\",\"password\":\"$2\"}"; }
signed_in() { login "$1" "$2" | jq -r .access_token; }

# the ways to an MCP endpoint: each prints 200 where its caller is let in, else the status of the refusal
stateless() { status "$1" "${JSON[@]}" "${STATELESS[@]}" "$2/mcp"; }
sessions() { status "$1" "${JSON[@]}" "${INITIALIZE[@]}" "$2/mcp"; }
# a stream that is let in does not end by itself; where a second was too short for any answer, a longer look
line() {
  local status
  status=$(status "$1" -N --max-time 1 "$2/sse")
  [ "$status" != 000 ] || status=$(status "$1" -N --max-time 10 "$2/sse")
  echo "$status"
}
web_socket() {
  case $(socket "$GATEWAY_URL$2/ws" "$1") in
    open) echo 200 ;;
    1008) echo "$3" ;;
    *) echo 000 ;;
  esac
}

# reach TOKEN ENDPOINT REFUSAL: what each way answers, in one line
reach() { echo "$(status "$1" "$2") $(stateless "$1" "$2") $(sessions "$1" "$2") $(line "$1" "$2") $(web_socket "$1" "$2" "$3")"; }

by_default() {
  local path way
  for path in /gateways /servers /tools /resources /prompts /users /roles /teams /audit /calls /auth/me /admin /admin/ /console /metrics /actuator; do
    expect "$path wants a credential" 401 "$(status '' "$path")"
    expect "$path does not take junk for one" 401 "$(status junk "$path")"
  done
  for way in stateless sessions line; do
    expect "$way at /mcp or /sse wants a credential" 401 "$($way '' '')"
    expect "$way does not take junk for one" 401 "$($way junk '')"
  done
  expect 'a WebSocket is closed with 1008' 1008 "$(socket "$GATEWAY_URL/ws" '')"
  expect 'with junk, too' 1008 "$(socket "$GATEWAY_URL/ws" junk)"
  expect 'a message to no line wants a credential first' 401 "$(status '' "${JSON[@]}" -d '{}' '/message?session_id=x')"
  expect 'a token in the query is none' 401 "$(status '' "/gateways?token=$ADMIN_TOKEN")"
  expect 'a challenge leads to the metadata' 200 "$(as '' -o /dev/null -w '%{http_code}' "$(as '' -o /dev/null -w '%header{www-authenticate}' "${JSON[@]}" "${INITIALIZE[@]}" "$GATEWAY_URL/mcp" | sed 's/.*resource_metadata="\([^"]*\)".*/\1/')")"
  expect 'probes are open' '200 200' "$(status '' /health) $(status '' /ready)"
  expect 'it listens on loopback alone' 127.0.0.1 "$(listening_on "${GATEWAY_URL##*:}")"
}

# the address that a port of this machine is bound to, as the kernel has it
listening_on() {
  local port
  port=$(printf '%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 | awk -v port=":$port" '$4 == "0A" && index($2, port) { print $2 }' |
    sed 's/^\(0000000000000000FFFF0000\)\{0,1\}0100007F:.*/127.0.0.1/' | sort -u | paste -sd' '
}

token_command() {
  expect 'a token has its scopes' 'gateways.read' "$(as "$(token --username reader@example.com --scopes gateways.read)" "$GATEWAY_URL/auth/me" | jq -r '.scopes | join(" ")')"
  expect 'and no more than those' 403 "$(status "$(token --username reader@example.com --scopes gateways.read)" "${JSON[@]}" -d '{}' /gateways)"
  expect 'a token of another secret is none' 401 "$(status "$("$JAVA" -jar "$GATEWAY_JAR" token --exp 60 --username admin@example.com --admin --secret "$(new_secret)")" /gateways)"
  holds 'a weak secret is refused and not printed' refused_and_hidden hush-hush token --username x --secret hush-hush
}

refused_and_hidden() {
  local hidden=$1
  shift
  ! env -u JWT_SECRET_KEY "$JAVA" -jar "$GATEWAY_JAR" "$@" >"$WORK/said" 2>&1 && ! grep -q -- "$hidden" "$WORK/said"
}

first_administrator() {
  local shown
  holds 'its weak first password is warned of' grep -q 'WARN.*PLATFORM_ADMIN_PASSWORD: It is one that is tried first' "$GATEWAY_LOG"
  shown=$(signed_in root@example.com changeme-changeme)
  expect 'the first password is good for its change alone' '403 403 403' "$(status "$shown" /users) $(stateless "$shown" '') $(status "$shown" /auth/me)"
  expect 'it is changed' 204 "$(status '' "${JSON[@]}" -d '{"email":"root@example.com","password":"changeme-changeme","new_password":"chosen by her alone"}' /auth/password | sed 's/ .*//')"
  ROOT=$(signed_in root@example.com 'chosen by her alone')
  expect 'and is the administrator' 'true jwt' "$(as "$ROOT" "$GATEWAY_URL/auth/me" | jq -r '"\(.admin) \(.source)"')"
  expect 'who is in the audit trail from the start' 'assign_role create' \
    "$(as "$ROOT" "$GATEWAY_URL/audit?user_email=PLATFORM_ADMIN_EMAIL" | jq -r '[.[].action] | sort | join(" ")')"
}

user() { post "$ROOT" /users "{\"email\":\"$1\",\"password\":\"$2\",\"must_change_password\":false}" | jq -er .id; }

lockout() {
  local _ id unknown
  id=$(user locked@example.com 'a long enough secret')
  for _ in 1 2 3; do login locked@example.com wrong >"$WORK/wrong"; done
  login locked@example.com 'a long enough secret' >"$WORK/locked"
  login nobody@example.com wrong >"$WORK/unknown"
  unknown=$(jq -S 'del(.correlation_id)' "$WORK/unknown")
  expect 'a locked account is answered like an unknown one' "$unknown" "$(jq -S 'del(.correlation_id)' "$WORK/locked")"
  expect 'a wrong password, too' "$unknown" "$(jq -S 'del(.correlation_id)' "$WORK/wrong")"
  expect 'administrators see that it was locked, from where and with what' true \
    "$(as "$ROOT" "$GATEWAY_URL/users/$id/events" | jq '(.[0].outcome == "locked") and (.[0].address == "127.0.0.1") and (.[0].agent | startswith("curl/"))')"
}

roles() {
  local id token
  id=$(user plain@example.com 'a long enough secret')
  post "$ROOT" /roles '{"name":"lister","scopes":["gateways.read"]}' >/dev/null
  post "$ROOT" "/users/$id/roles" '{"role":"lister"}' >/dev/null
  token=$(signed_in plain@example.com 'a long enough secret')
  expect 'a role allows what it says' 200 "$(status "$token" /gateways)"
  expect 'and nothing else' '403 403 403 403' "$(status "$token" /tools) $(status "$token" /audit) $(status "$token" /users) $(status "$token" "${JSON[@]}" -d '{}' /gateways)"
  expect 'an own role is not made of more than one has' 403 "$(status "$token" "${JSON[@]}" -d '{"name":"x","scopes":["admin"]}' /roles)"
}

invitations() {
  local invitation
  post "$ROOT" /teams '{"id":"team-alpha","name":"Alpha"}' >/dev/null
  post "$ROOT" /teams/team-alpha/invitations '{"email":"mia@example.com"}' >"$WORK/invitation"
  invitation=$(jq -r .token "$WORK/invitation")
  holds 'its token is long and random' grep -qE '^[A-Za-z0-9_-]{43,}$' <<<"$invitation"
  holds 'it expires in a week' jq -e '(.expires_at | sub("\\.[0-9]+"; "") | fromdate) - now | . > 604000 and . < 605000' "$WORK/invitation"
  expect 'it is not for another user' 404 "$(status "$STAN" -X POST "/invitations/$invitation/accept")"
  expect 'only owners invite' '404 403' "$(status "$STAN" "${JSON[@]}" -d '{"email":"x@example.com"}' /teams/team-alpha/invitations) $(
    status "$MIA" -X POST "/invitations/$invitation/accept" >/dev/null
    status "$MIA" "${JSON[@]}" -d '{"email":"x@example.com"}' /teams/team-alpha/invitations
  )"
  expect 'it is spent' 404 "$(status "$MIA" -X POST "/invitations/$invitation/accept")"
}

visibility() {
  local kind id all='200 200 200 200 200' none='404 404 404 404 404'
  post "$ROOT" "/users/$(post "$ROOT" /users '{"email":"olga@example.com"}' | jq -r .id)/roles" '{"role":"developer"}' >/dev/null
  post "$ROOT" /teams/team-alpha/members '{"email":"olga@example.com"}' >/dev/null
  for kind in private team public; do
    id=$(post "$OLGA" /gateways "{\"name\":\"$kind\",\"url\":\"$SAMPLE_URL/mcp\",\"auth_type\":\"bearer\",\"auth_token\":\"up-secret\",\"visibility\":\"$kind\"$(
      [ $kind = team ] && echo ',"team_id":"team-alpha"'
    )}" | jq -r .id)
    expect "$kind: its owner reaches it on REST, MCP of three eras and WebSocket" "$all" "$(reach "$OLGA" "/gateways/$id" 404)"
    expect "$kind: a member of the team" "$([ $kind = private ] && echo "$none" || echo "$all")" "$(reach "$MIA" "/gateways/$id" 404)"
    expect "$kind: a stranger" "$([ $kind = public ] && echo "$all" || echo "$none")" "$(reach "$STAN" "/gateways/$id" 404)"
    expect "$kind: an administrator, who sees all and calls nobody's private one" \
      "$([ $kind = private ] && echo '200 404 404 404 404' || echo "$all")" "$(reach "$ADMIN_TOKEN" "/gateways/$id" 404)"
    PUBLIC=$id
  done
  expect 'tools are seen as their gateways are' '4 8 12' \
    "$(for token in "$STAN" "$MIA" "$OLGA"; do as "$token" "$GATEWAY_URL/tools" | jq length; done | paste -sd' ')"
}

upstreams() {
  local answer
  answer=$(as "$STAN" "${JSON[@]}" -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: echo' \
    -H 'X-Upstream-Authorization: Bearer mine' -H 'X-Forwarded-Authorization: Bearer mine' -H 'Cookie: session=mine' \
    -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"hello\"},$META}}" "$GATEWAY_URL/gateways/$PUBLIC/mcp")
  holds 'the managed credential is used, whatever the client sends for the upstream' grep -q hello <<<"$answer"
  expect 'a credential cannot be passed through' 422 \
    "$(status "$OLGA" "${JSON[@]}" -d '{"name":"x","url":"https://example.com/mcp","passthrough_headers":["Authorization"]}' /gateways)"
  expect 'metadata services are not registered, though every other address is allowed' '422 201' \
    "$(status "$OLGA" "${JSON[@]}" -d '{"name":"x","url":"http://169.254.169.254/mcp"}' /gateways) $(
      status "$OLGA" --max-time 60 "${JSON[@]}" -d '{"name":"x","url":"http://192.0.2.7/mcp"}' /gateways)"
  holds 'secrets are not on disk in the open' hidden_on_disk up-secret
}

hidden_on_disk() { ! grep -rqaF -- "$1" "$GATEWAY_DIR"; }

names_no_server() { [ -n "$1" ] && ! grep -qiE '^(Server|X-Powered-By):' <<<"$1"; }

browsers() {
  local path head
  for path in /health /gateways /docs /nothing; do
    head=$(as '' -D - -o /dev/null "$GATEWAY_URL$path")
    for line in "Content-Security-Policy: .*frame-ancestors 'none'" 'X-Frame-Options: DENY' 'X-Content-Type-Options: nosniff' 'Referrer-Policy: no-referrer'; do
      holds "$path: $line" grep -qi -- "$line" <<<"$head"
    done
    holds "$path names no server" names_no_server "$head"
  done
  expect 'a foreign page is refused on REST, MCP and WebSocket' '403 403 403' \
    "$(status "$ROOT" -H 'Origin: https://evil.example.com' /gateways) $(status "$ROOT" -H 'Origin: https://evil.example.com' "${JSON[@]}" "${INITIALIZE[@]}" /mcp) $(
      status "$ROOT" -H 'Origin: https://evil.example.com' "${WEB_SOCKET[@]/#/-H}" /ws)"
  expect 'so is a name that is made to point here' '400 400' "$(status "$ROOT" -H 'Host: evil.example.com' /gateways) $(status "$ROOT" -H 'Host: evil.example.com' "${JSON[@]}" "${INITIALIZE[@]}" /mcp)"
}

audit() {
  as "$ROOT" "$GATEWAY_URL/audit?outcome=REFUSED&limit=1000" >"$WORK/refused.json"
  holds 'refusals are in the trail, of REST and MCP' jq -e 'any(.[]; .resource_type == "user") and any(.[]; .action == "initialize")' "$WORK/refused.json"
  holds 'entries get their places' await_chained
  as "$ROOT" "$GATEWAY_URL/audit/export" >"$WORK/audit.ndjson"
  holds 'the command finds the exported trail whole' verified "$WORK/audit.ndjson"
  sed 's/root@example.com/roor@example.com/' "$WORK/audit.ndjson" >"$WORK/changed.ndjson"
  expect 'and a changed one not' 1 "$(verified "$WORK/changed.ndjson" >/dev/null; echo $?)"
  sed '3d' "$WORK/audit.ndjson" >"$WORK/shorter.ndjson"
  expect 'nor one with an entry removed' 1 "$(verified "$WORK/shorter.ndjson" >/dev/null; echo $?)"
}

await_chained() {
  local _
  for _ in $(seq 100); do
    [ "$(as "$ROOT" "$GATEWAY_URL/audit/verification" | jq .unchained)" = 0 ] && return
    sleep 0.1
  done
  return 1
}
verified() { AUTH_ENCRYPTION_SECRET=$SEALING "$JAVA" -jar "$GATEWAY_JAR" audit "$1"; }

# no_start EXPECTED-LINE NAME=VALUE ...: the gateway does not start, says why in one line, and shows no value
no_start() {
  local line=$1
  shift
  ! env PORT=0 MANAGEMENT_PORT=0 DATA_DIR="$WORK/data" AUTH_ENCRYPTION_SECRET="$(new_secret)" "$@" \
    timeout 60 "$JAVA" -jar "$GATEWAY_JAR" >"$WORK/log" 2>&1 &&
    grep -qE "Not started\. $line" "$WORK/log" && ! grep -q hush "$WORK/log"
}

secrets() {
  local pids=() results=()
  # a subshell each, with a folder of its own, all at once
  weak() { (WORK=$(mktemp -d "$WORK/XXXX") && no_start "$@") & pids+=($!); }
  weak 'JWT_SECRET_KEY: It is shorter' JWT_SECRET_KEY=hush
  weak 'AUTH_ENCRYPTION_SECRET: It is characters in their order' AUTH_ENCRYPTION_SECRET=abcdefghijklmnopqrstuvwxyz012345
  wait_all "${pids[@]}"
  expect 'the keys that sign and seal are never weak' '0 0' "${results[*]}"
  pids=() results=()
  weak 'PLATFORM_ADMIN_PASSWORD: It must have 12 to 128 characters\. REQUIRE' REQUIRE_STRONG_SECRETS=true PLATFORM_ADMIN_EMAIL=a@example.com PLATFORM_ADMIN_PASSWORD=hush
  weak '(PROXY_PROOF_SECRET|PLATFORM_ADMIN_PASSWORD): .*(PROXY_PROOF_SECRET|PLATFORM_ADMIN_PASSWORD): .*REQUIRE_STRONG_SECRETS' REQUIRE_STRONG_SECRETS=true \
    PLATFORM_ADMIN_EMAIL=a@example.com PLATFORM_ADMIN_PASSWORD=hush PROXY_PROOF_SECRET=changeme-hush-changeme-hush-changeme
  wait_all "${pids[@]}"
  expect 'with REQUIRE_STRONG_SECRETS no secret is, and each weak one is named' '0 0' "${results[*]}"
}

wait_all() {
  local pid
  for pid in "$@"; do
    wait "$pid"
    results+=($?)
  done
}

# asymmetric ALGORITHM KEYTYPE OPTION: a gateway that knows the public key alone
asymmetric() {
  local mine
  openssl genpkey -algorithm "$2" -pkeyopt "$3" -out "$WORK/$1.pem" 2>/dev/null && openssl pkey -in "$WORK/$1.pem" -pubout -out "$WORK/$1.pub" || exit 2
  start_gateway JWT_SECRET_KEY= JWT_ALGORITHM="$1" JWT_PUBLIC_KEY_PATH="$WORK/$1.pub" || exit 2
  mine=$("$JAVA" -jar "$GATEWAY_JAR" token --username admin@example.com --admin --exp 60 --algorithm "$1" --private-key "$WORK/$1.pem")
  expect "$1: a token of the private key is good on REST and MCP" '200 200' "$(status "$mine" /gateways) $(stateless "$mine" '')"
  expect "$1: one of a shared secret is none" 401 "$(status "$ADMIN_TOKEN" /gateways)"
  expect "$1: nor one signed with the public key as a secret" 401 "$(status "$(confused "$WORK/$1.pub")" /gateways)"
  stop_gateway
}

# a token of HS256 whose secret is the text of a public key, which everybody may know
confused() {
  local encoded
  encoded=$(printf '{"alg":"HS256"}' | base64url).$(printf '{"iss":"penstock","aud":"penstock","sub":"admin@example.com","is_admin":true,"exp":%d}' $(($(date +%s) + 600)) | base64url)
  echo "$encoded.$(printf %s "$encoded" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(od -An -tx1 -v "$1" | tr -d ' \n')" -binary | base64url)"
}
base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }

JAVA=$(find_java) && start_sample up-secret || exit 2
SEALING=$(new_secret)
start_gateway AUTH_ENCRYPTION_SECRET="$SEALING" DISCOVERY_BUDGET=30s UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8,::1/128,0.0.0.0/0,::/0 PLATFORM_ADMIN_EMAIL=root@example.com PLATFORM_ADMIN_PASSWORD=changeme-changeme \
  MAX_FAILED_LOGIN_ATTEMPTS=3 ARGON2ID_MEMORY_COST=8192 || exit 2
OLGA=$(token --username olga@example.com)
MIA=$(token --username mia@example.com)
STAN=$(token --username stan@example.com)
part 'authentication is on by default' && by_default
part 'the token command' && token_command
part 'the first administrator' && first_administrator
part 'lockout' && lockout
part 'roles deny by default' && roles
part 'invitations' && invitations
part 'visibility' && visibility
part 'what upstreams are sent' && upstreams
part 'browsers' && browsers
part 'the audit trail' && audit
stop_gateway
part 'weak secrets' && secrets
part 'asymmetric keys' && asymmetric RS256 RSA rsa_keygen_bits:2048 && asymmetric ES512 EC ec_paramgen_curve:P-521
part 'done'
echo "security: $checked expectations, $failed not met"
[ $failed -eq 0 ]
