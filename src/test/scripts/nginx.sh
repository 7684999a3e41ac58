#!/usr/bin/env bash
# nginx.sh
# The example of deploy/nginx in front of a packaged gateway: the REST API answers through it, a tool call does, and the events of a
# stream arrive as they are sent. Ports, host name and certificate are replaced, nothing else.
# Needs a packaged jar, compiled tests, nginx, openssl, curl and jq.
set -u -o pipefail
. "$(dirname "${BASH_SOURCE[0]}")/gateway.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sample.sh"
cd "$PROJECT" || exit 2

WORK=$(mktemp -d)
NGINX_PID=
finish() {
  if [ -n "$NGINX_PID" ]; then
    kill "$NGINX_PID" 2>/dev/null && await_exit "$NGINX_PID"
    wait "$NGINX_PID" 2>/dev/null
  fi
  stop_gateway
  stop_sample
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
  echo "FAILED: $*" >&2
  tail -20 "$WORK/error.log" >&2
  exit 1
}

start_nginx() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$WORK/key.pem" -out "$WORK/certificate.pem" 2>/dev/null || return 1
  sed -e "s|127.0.0.1:4444|127.0.0.1:${GATEWAY_URL##*:}|" -e "s|listen 443 ssl|listen 127.0.0.1:$TLS_PORT ssl|" \
    -e "s|server_name mcp.example.com|server_name localhost|" -e "s|/etc/ssl/certs/mcp.example.com.pem|$WORK/certificate.pem|" \
    -e "s|/etc/ssl/private/mcp.example.com.key|$WORK/key.pem|" -e "s|/var/log/nginx/penstock.log|$WORK/access.log|" deploy/nginx/penstock.conf >"$WORK/penstock.conf"
  cat >"$WORK/nginx.conf" <<END
daemon off;
pid $WORK/nginx.pid;
error_log $WORK/error.log;
events {}
http {
  access_log $WORK/access.log;
  client_body_temp_path $WORK/body;
  proxy_temp_path $WORK/proxy;
  fastcgi_temp_path $WORK/fastcgi;
  uwsgi_temp_path $WORK/uwsgi;
  scgi_temp_path $WORK/scgi;
  include $WORK/penstock.conf;
}
END
  nginx -e "$WORK/error.log" -c "$WORK/nginx.conf" &
  NGINX_PID=$!
  await_port "$TLS_PORT" "$NGINX_PID"
}

mcp() {
  curl -sS --cacert "$WORK/certificate.pem" -H "Authorization: Bearer $ADMIN_TOKEN" -H 'Content-Type: application/json' \
    -H 'Accept: application/json, text/event-stream' "$@" "https://localhost:$TLS_PORT/gateways/$ID/mcp"
}

TLS_PORT=$(free_port)
JAVA=$(find_java) && start_sample secret || exit 2
start_gateway BASE_URL="https://localhost:$TLS_PORT" || exit 2
start_nginx || fail 'nginx did not start'
ID=$(register sample "$SAMPLE_URL/mcp" '{"auth_type":"bearer","auth_token":"secret"}') || exit 1

api() {
  curl -sS -o "$WORK/answer" -w '%{http_code}' --cacert "$WORK/certificate.pem" -H 'Content-Type: application/json' "$@"
}

# whatever address a client says that it has, its own counts
for where in 127.0.0.1/32=200 192.0.2.0/24=401; do
  body=$(jq -nc --arg network "${where%=*}" '{name: $network, ip_cidrs: [$network]}')
  status=$(api -H "Authorization: Bearer $ADMIN_TOKEN" -d "$body" "https://localhost:$TLS_PORT/tokens")
  [ "$status" = 201 ] || fail "POST /tokens answered $status: $(cat "$WORK/answer")"
  token=$(jq -r .token "$WORK/answer")
  status=$(api -H "Authorization: Bearer $token" -H 'X-Forwarded-For: 192.0.2.1' "https://localhost:$TLS_PORT/auth/me")
  [ "$status" = "${where#*=}" ] || fail "a token for ${where%=*} was answered $status with a forged address: $(cat "$WORK/answer")"
done

# an HTTP client that asks for a WebSocket gets one
status=$(api --http1.1 --max-time 3 -H "Authorization: Bearer $ADMIN_TOKEN" -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
  -H 'Sec-WebSocket-Protocol: mcp' -H "Sec-WebSocket-Key: $(openssl rand -base64 16)" "https://localhost:$TLS_PORT/gateways/$ID/ws" 2>/dev/null)
[ "$status" = 101 ] || fail "the WebSocket was answered $status"

# a WebSocket's token is not written down
api "https://localhost:$TLS_PORT/gateways/$ID/ws?token=a-secret" >/dev/null
grep -q "GET /gateways/$ID/ws" "$WORK/access.log" || fail "nginx wrote nothing of it: $(cat "$WORK/access.log")"
! grep 'a-secret' "$WORK/access.log" || fail 'nginx wrote the token of a WebSocket into its log'

status=$(curl -sS -o /dev/null -w '%{http_code}' --cacert "$WORK/certificate.pem" -H "Authorization: Bearer $ADMIN_TOKEN" "https://localhost:$TLS_PORT/gateways")
[ "$status" = 200 ] || fail "GET /gateways answered $status"

session=$(mcp -o /dev/null -w '%header{mcp-session-id}' -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"8"}}}')
[ -n "$session" ] || fail 'initialize gave no session'

# the slow tool reports each 200 ms: note when each event is here
mcp -N -H "Mcp-Session-Id: $session" -d '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"slow","arguments":{},"_meta":{"progressToken":"p"}}}' |
  while IFS= read -r line; do
    case $line in data:*) echo "$(date +%s%3N) $line" ;; esac
  done >"$WORK/events"
[ "$(grep -c notifications/progress "$WORK/events")" = 5 ] || fail "not five events of progress: $(cat "$WORK/events")"
grep -q '"text":"done"' "$WORK/events" || fail "no result: $(cat "$WORK/events")"
first=$(head -1 "$WORK/events" | cut -d' ' -f1)
last=$(tail -1 "$WORK/events" | cut -d' ' -f1)
[ $((last - first)) -ge 600 ] || fail "the events came together, within $((last - first)) ms: held back"
echo "nginx: five events and the result through TLS, first to last $((last - first)) ms"
