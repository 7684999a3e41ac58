#!/usr/bin/env bash
# proxy.sh
# The example of deploy/nginx/auth-request.conf in front of a packaged gateway in trusted proxy mode: who nginx's auth_request finds is who calls,
# on REST, MCP, SSE and WebSocket, whatever the client says of itself. Ports, the host name and the address that nginx connects from are
# replaced, nothing else, and the gateway has the settings that stand there. oauth2-proxy is a stub that knows two cookies.
# Needs a packaged jar, compiled tests, nginx, curl and jq.
set -u -o pipefail
. "$(dirname "${BASH_SOURCE[0]}")/gateway.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sample.sh"
cd "$PROJECT" || exit 2

WORK=$(mktemp -d)
NGINX_PID=
PROVIDER_PID=
finish() {
  local pid
  for pid in $NGINX_PID $PROVIDER_PID; do
    kill "$pid" 2>/dev/null && await_exit "$pid"
    wait "$pid" 2>/dev/null
  done
  stop_gateway
  stop_sample
  stop_authorization_server
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

failed=0
# expect WHAT EXPECTED ACTUAL
expect() {
  if [ "$2" = "$3" ]; then
    echo "  ok      $1"
  else
    echo "  FAILED  $1: $3 rather than $2"
    failed=$((failed + 1))
  fi
}

# settings: those that deploy/nginx/auth-request.conf starts Penstock with
settings() { sed -n 's/^# *\(MCP_CLIENT_AUTH_ENABLED=.*\) BASE_URL=.*/\1/p' deploy/nginx/auth-request.conf | sed 's|127.0.0.1/32|127.0.0.10/32|' | tr ' ' '\n'; }

# nginx_with NAME: starts an nginx of its own with the lines of its input; sets STARTED
nginx_with() {
  mkdir -p "$WORK/$1"
  cat >"$WORK/$1/nginx.conf" <<END
daemon off;
pid $WORK/$1/nginx.pid;
error_log $WORK/$1/error.log;
events {}
http {
  access_log $WORK/$1/access.log;
  client_body_temp_path $WORK/$1/body;
  proxy_temp_path $WORK/$1/proxy;
  fastcgi_temp_path $WORK/$1/fastcgi;
  uwsgi_temp_path $WORK/$1/uwsgi;
  scgi_temp_path $WORK/$1/scgi;
$(cat)
}
END
  nginx -e "$WORK/$1/error.log" -c "$WORK/$1/nginx.conf" &
  STARTED=$!
}

start_provider() {
  nginx_with provider <<END
  map \$cookie_session \$user {
    a-session-of-alice alice@example.com;
    a-session-of-bob bob@example.com;
  }
  server {
    listen 127.0.0.1:$PROVIDER_PORT;
    location = /oauth2/auth {
      if (\$user = "") { return 401; }
      add_header X-Auth-Request-Email \$user always;
      add_header X-Auth-Request-Groups mcp-admin always;
      return 202;
    }
    location = /oauth2/start { return 302 "https://idp.example.com/?for=\$http_x_forwarded_uri"; }
    location / { return 404; }
  }
END
  PROVIDER_PID=$STARTED
  await_port "$PROVIDER_PORT" "$PROVIDER_PID"
}

start_proxy() {
  nginx_with proxy <<END
$(sed -e "s|127.0.0.1:4444|127.0.0.1:${GATEWAY_URL##*:}|" -e "s|127.0.0.1:8080|127.0.0.1:$PROXY_PORT|" -e "s|127.0.0.1:4180|127.0.0.1:$PROVIDER_PORT|" \
    -e "s|mcp.example.com;|localhost;|" -e "s|/var/log/nginx/penstock.log|$WORK/proxy/access.log|" -e 's|proxy_pass http://penstock;|proxy_pass http://penstock; proxy_bind 127.0.0.10;|' deploy/nginx/auth-request.conf)
END
  NGINX_PID=$STARTED
  await_port "$PROXY_PORT" "$NGINX_PID"
}

as_alice() { curl -sS --max-time 20 -H 'Cookie: session=a-session-of-alice' "$@"; }
user() { jq -r '"\(.user) by \(.source)"'; }
mcp() { as_alice -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' "$@" "$URL/servers/$SERVER/mcp"; }
status() { curl -s -o /dev/null -w '%{http_code}' --max-time 20 "$@"; }

JAVA=$(find_java) && start_sample secret && start_authorization_server || exit 2
readarray -t SETTINGS < <(settings)
PROXY_PORT=$(free_port)
URL=http://localhost:$PROXY_PORT
start_gateway DISCOVERY_BUDGET=30s BASE_URL="$URL" "${SETTINGS[@]}" || exit 2
PROVIDER_PORT=$(free_port)
start_provider || exit 2
start_proxy || exit 2
ID=$(register sample "$SAMPLE_URL/mcp" '{"auth_type":"bearer","auth_token":"secret"}') || exit 1
SERVER=$(virtual through-nginx original "[\"$ID\"]") || exit 1

expect 'who has no session is turned away by nginx' 401 "$(status "$URL/auth/me")"
expect 'and sent to sign in where a page was asked for, to come back' '302 https://idp.example.com/?for=/auth/me?page=1&of=2' \
  "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' --max-time 20 -H 'Accept: text/html,*/*;q=0.8' "$URL/auth/me?page=1&of=2")"
expect 'the question is not for clients' 404 "$(status "$URL/oauth2/auth")"
expect 'who has one is that user' 'alice@example.com by proxy' "$(as_alice "$URL/auth/me" | user)"
expect 'in the groups that are named' true "$(as_alice "$URL/auth/me" | jq '.groups | index("mcp-admin") != null')"
expect 'and is the next user with the next session' 'bob@example.com by proxy' "$(curl -sS -b session=a-session-of-bob "$URL/auth/me" | user)"
expect 'whatever header the client sends' 'alice@example.com by proxy' "$(as_alice -H 'X-Authenticated-User: root@example.com' "$URL/auth/me" | user)"
expect 'however it is spelled' 'alice@example.com by proxy' "$(as_alice -H 'X_Authenticated_User: root@example.com' "$URL/auth/me" | user)"
expect 'with dots, too' 'alice@example.com by proxy' "$(as_alice -H 'X.Authenticated.User: root@example.com' "$URL/auth/me" | user)"
expect 'and it is not taken off as one of the connection' 'alice@example.com by proxy' \
  "$(as_alice -H 'Connection: keep-alive, X-Authenticated-User' "$URL/auth/me" | user)"
expect 'past nginx the header is worth nothing' 401 "$(status --interface 127.0.0.11 -H 'X-Authenticated-User: alice@example.com' -H 'X-Forwarded-For: 127.0.0.10' "http://127.0.0.1:${GATEWAY_URL##*:}/auth/me")"

session=$(mcp -o /dev/null -w '%header{mcp-session-id}' -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"8"}}}')
expect 'a tool is called' '"hello"' "$(mcp -H "Mcp-Session-Id: $session" -d '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}' |
  sed -n 's/^data: *//; /jsonrpc/p' | jq '.result.content[0].text')"
expect 'another user does not get the session' 404 "$(status -b session=a-session-of-bob -H "Mcp-Session-Id: $session" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \
  -d '{"jsonrpc":"2.0","id":3,"method":"ping"}' "$URL/servers/$SERVER/mcp")"
expect 'HTTP+SSE opens' 'event: endpoint' "$(as_alice -N --max-time 3 "$URL/servers/$SERVER/sse" 2>/dev/null | grep -m1 '^event:')"
expect 'a WebSocket opens' 101 "$(curl -s -o /dev/null -w '%{http_code}' --max-time 3 -b session=a-session-of-alice -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
  -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "$URL/servers/$SERVER/ws")"

expect 'what authorization servers fetch of the gateway is for everybody' "$(status "$GATEWAY_URL/oauth/client.json")" "$(status "$URL/oauth/client.json")"
expect 'and nothing else is, whatever leads over it' '401 401' \
  "$(status --path-as-is "$URL/oauth/client.json/../../auth/me" -H 'X-Authenticated-User: alice@example.com') $(status "$URL/oauth/client.json/" -H 'X-Authenticated-User: alice@example.com')"

# connected GATEWAY: where alice's browser ends, which connects her account
connected() {
  local browser=(-b "$WORK/jar" -c "$WORK/jar") form to
  form=$(as_alice "${browser[@]}" "$URL/oauth/authorize/$1" | sed -n 's/.*name="page" value="\([^"]*\)".*/\1/p')
  to=$(as_alice "${browser[@]}" -o /dev/null -w '%{redirect_url}' -H "Origin: $URL" --data-urlencode "page=$form" "$URL/oauth/authorize/$1")
  to=$(curl -sS -o /dev/null -w '%{redirect_url}' --max-time 20 "$to&account=secret")
  as_alice "${browser[@]}" -o /dev/null -w '%{http_code} %{redirect_url}' "$to"
}
MAIL=$(register mail "$SAMPLE_URL/mcp" "$(jq -n --arg server "$AUTHORIZATION_URL" '{visibility: "public", auth_type: "oauth", oauth_config: {
  grant_type: "authorization_code", client_id: "sample-client", client_secret: "sample-secret", token_endpoint_auth_method: "client_secret_post",
  issuer: $server, authorization_url: "\($server)/authorize", token_url: "\($server)/token"}}')") || exit 1
expect 'an account at an upstream is connected' "303 $URL/oauth/connected/$MAIL" "$(connected "$MAIL")"
as_alice "$URL/auth/me?token=a-secret" >/dev/null
expect 'and is that of who connected it' 'true false' \
  "$(as_alice "$URL/oauth/status/$MAIL" | jq .connected) $(curl -sS -b session=a-session-of-bob "$URL/oauth/status/$MAIL" | jq .connected)"

expect 'the log of nginx has what was asked for' true "$(grep -q 'GET /oauth/callback"' "$WORK/proxy/access.log" && echo true)"
expect 'without what is secret in it' '' "$(grep -o '[?&]\(code\|state\|token\)=' "$WORK/proxy/access.log" | sort -u)"

# the lines of src/docs/proxy.md that sign a request by hand, against a gateway that wants that
stop_gateway
PROXY_PROOF_SECRET=$(new_secret)
export PROXY_PROOF_SECRET
start_gateway MCP_CLIENT_AUTH_ENABLED=false TRUST_PROXY_AUTH=true PROXY_PROOF=hmac || exit 2
sed -n '/^TIME=/,/^```$/{/^```$/d;p}' src/docs/proxy.md | sed "s|http://localhost:4444|$GATEWAY_URL|" >"$WORK/signed.sh"
expect 'a signed header is believed' 'alice@example.com by proxy' "$(bash "$WORK/signed.sh" | user)"
expect 'for the user that was signed' 401 "$(sed 's|X-Authenticated-User: alice|X-Authenticated-User: root|; s|curl |curl -o /dev/null -w "%{http_code}" |' "$WORK/signed.sh" | bash)"
expect 'and an unsigned one is not' 401 "$(status -H 'X-Authenticated-User: alice@example.com' "$GATEWAY_URL/auth/me")"
echo "proxy: $failed expectations not met"
[ $failed -eq 0 ]
