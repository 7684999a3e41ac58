#!/usr/bin/env bash
# tokens.sh
# Runs every bash block of src/docs/tokens.md, in order and word for word, against a packaged gateway, and demands what they must print. Then shows
# tokens with each kind of limit on REST, MCP with and without sessions, HTTP+SSE and WebSocket.
# Needs a packaged jar, compiled tests, curl and jq.
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
# expect WHAT EXPECTED ACTUAL
expect() {
  if [ "$2" = "$3" ]; then
    echo "  ok      $1"
  else
    echo "  FAILED  $1: $3 rather than $2"
    failed=$((failed + 1))
  fi
}

printed() {
  grep -qE -- "$2" "$WORK/printed"
  expect "$1" 0 $?
}

JAVA=$(find_java) && start_sample secret || exit 2
start_gateway DISCOVERY_BUDGET=30s TRUSTED_PROXY_CIDRS=127.0.0.10/32 || exit 2
export PENSTOCK=$GATEWAY_URL
GATEWAY=$(register sample "$SAMPLE_URL/mcp" '{"auth_type":"bearer","auth_token":"secret"}') || exit 1
OTHER=$(register other "$SAMPLE_URL/mcp" '{"auth_type":"bearer","auth_token":"secret"}') || exit 1
SERVER=$(virtual over-sample original "[\"$GATEWAY\"]") || exit 1
TOKEN=$("$JAVA" -jar "$GATEWAY_JAR" token --username ann@example.com --exp 240 --secret "$JWT_SECRET_KEY") || exit 1
export GATEWAY TOKEN

sed -n '/^```bash$/,/^```$/{/^```/!p}' src/docs/tokens.md >"$WORK/tokens.sh"
bash -e -o pipefail "$WORK/tokens.sh" >"$WORK/printed" 2>&1
expect 'every command of tokens.md runs' 0 $?
cat "$WORK/printed"
printed 'a token is made' '"token": "pst_"'
printed 'its holder is its owner' '"source": "api_token"'
printed 'a list shows no secret' '"token": null'
printed 'a change' '"quota_per_day": 1000'
printed 'too much is refused' '^permissions: users.create is more than you have$'
printed 'unknown scopes are' '^permissions: there is no scope tools\.\*$'
printed 'and ranges that are none' '^ip_cidrs: '
printed 'and fields of the server' '^owner: is set by the server: leave it out$'
printed 'from elsewhere it is not taken' 'not taken from the address 127\.0\.0\.1'
printed 'the quota is spent' '^429$'
printed 'switched off' 'This token is switched off'
printed 'deleted' '^204$'
printed 'and gone' 'There is no such API token'

# token JSON: the secret of a new token of Ann's
token() {
  curl -sS -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "$1" "$PENSTOCK/tokens" | tee "$WORK/made" | jq -r .token
}

status() { curl -s -o /dev/null -w '%{http_code}' --max-time 20 "$@"; }
rest() { status -H "Authorization: Bearer $1" "${@:2}" "$PENSTOCK/tools"; }

CALL='{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}'
MODERN=$(jq -c '.params._meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}' <<<"$CALL")

# mcp TOKEN [OPTION ...]: what a call is answered in a session, and without
mcp() {
  local initialize='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"8"}}}'
  local head=(-H "Authorization: Bearer $1" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' "${@:2}") session
  session=$(curl -s -o /dev/null -w '%header{mcp-session-id}' --max-time 20 "${head[@]}" -d "$initialize" "$PENSTOCK/servers/$SERVER/mcp")
  echo "$(status "${head[@]}" ${session:+-H "Mcp-Session-Id: $session"} -d "$CALL" "$PENSTOCK/servers/$SERVER/mcp")" \
    "$(status "${head[@]}" -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: echo' -d "$MODERN" "$PENSTOCK/servers/$SERVER/mcp")"
}

# line TOKEN [OPTION ...]: what opening HTTP+SSE is answered
line() { status -N --max-time 2 -H "Authorization: Bearer $1" "${@:2}" "$PENSTOCK/servers/$SERVER/sse"; }

echo 'a token without limits'
T=$(token '{"name": "all"}')
expect 'REST' 200 "$(rest "$T")"
expect 'MCP, in a session and without' '200 200' "$(mcp "$T")"
expect 'HTTP+SSE' 200 "$(line "$T")"
expect 'WebSocket' open "$(socket "$PENSTOCK/servers/$SERVER/ws" "$T")"

echo 'a token for another server'
T=$(token "{\"name\": \"other\", \"gateway_id\": \"$OTHER\"}")
expect 'MCP' '404 404' "$(mcp "$T")"
expect 'HTTP+SSE' 404 "$(line "$T")"
expect 'WebSocket' 1008 "$(socket "$PENSTOCK/servers/$SERVER/ws" "$T")"
T=$(token "{\"name\": \"this\", \"server_id\": \"$SERVER\"}")
expect 'MCP at its own' '200 200' "$(mcp "$T")"

echo 'a token that may only read'
T=$(token '{"name": "reads", "permissions": ["tools.read"]}')
expect 'REST' 200 "$(rest "$T")"
expect 'REST, something else' 403 "$(status -H "Authorization: Bearer $T" "$PENSTOCK/gateways")"
expect 'MCP' '403 403' "$(mcp "$T")"

echo 'a token for other addresses'
T=$(token '{"name": "elsewhere", "ip_cidrs": ["192.0.2.0/24"]}')
expect 'REST' 401 "$(rest "$T")"
expect 'MCP' '401 401' "$(mcp "$T")"
expect 'HTTP+SSE' 401 "$(line "$T")"
expect 'WebSocket' 1008 "$(socket "$PENSTOCK/servers/$SERVER/ws" "$T")"
expect 'a forged address' 401 "$(rest "$T" -H 'X-Forwarded-For: 192.0.2.1')"
expect 'a trusted proxy names the client' 200 "$(status --interface 127.0.0.10 -H "Authorization: Bearer $T" -H 'X-Forwarded-For: 192.0.2.1' "http://127.0.0.1:${PENSTOCK##*:}/tools")"

echo 'a token for other hours'
TOMORROW=$(LC_ALL=C date -u -d '+3 days' +%a | tr '[:upper:]' '[:lower:]')
T=$(token "{\"name\": \"later\", \"hours\": [{\"days\": [\"$TOMORROW\"], \"from\": \"00:00\", \"to\": \"24:00\", \"zone\": \"UTC\"}]}")
expect 'REST' 401 "$(rest "$T")"
expect 'MCP' '401 401' "$(mcp "$T")"
expect 'HTTP+SSE' 401 "$(line "$T")"
expect 'WebSocket' 1008 "$(socket "$PENSTOCK/servers/$SERVER/ws" "$T")"

echo 'a token with a quota'
T=$(token '{"name": "four", "quota_per_day": 4}')
expect 'REST, the first' 200 "$(rest "$T")"
expect 'MCP, the second to the fourth' '200 200' "$(mcp "$T")"
expect 'REST, the fifth' 429 "$(rest "$T")"
expect 'MCP' '429 429' "$(mcp "$T")"
expect 'HTTP+SSE' 429 "$(line "$T")"
expect 'WebSocket' 1013 "$(socket "$PENSTOCK/servers/$SERVER/ws" "$T")"

both_open() { grep -q '^event: *endpoint' "$WORK/events" && grep -q open "$WORK/socket"; }

# await COMMAND: until it succeeds, for 20 s
await() {
  local _
  for _ in $(seq 200); do
    "$1" 2>/dev/null && return
    sleep 0.1
  done
  return 1
}

echo 'a token that is revoked'
T=$(token '{"name": "revoked"}')
ID=$(jq -r .id "$WORK/made")
curl -sN --max-time 40 -o "$WORK/events" -w '%{http_code} %{exitcode} %{time_total}\n' -H "Authorization: Bearer $T" "$PENSTOCK/servers/$SERVER/sse" >"$WORK/stream" &
STREAM=$!
HOLD=35 socket "$PENSTOCK/servers/$SERVER/ws" "$T" >"$WORK/socket" &
SOCKET=$!
await both_open
expect 'both streams are open' 0 $?
expect 'is deleted' 204 "$(status -X DELETE -H "Authorization: Bearer $TOKEN" "$PENSTOCK/tokens/$ID")"
expect 'REST' 401 "$(rest "$T")"
expect 'MCP' '401 401' "$(mcp "$T")"
wait "$STREAM" "$SOCKET"
expect 'its HTTP+SSE line ends within 30 s' '200 0 yes' "$(awk '{print $1, $2, ($3 < 31) ? "yes" : "no"}' "$WORK/stream")"
expect 'its WebSocket, too' 'open 1008' "$(paste -sd' ' "$WORK/socket")"

! grep -qE 'pst_[0-9A-Za-z]{49}' "$GATEWAY_LOG"
expect 'no secret is in the log' 0 $?
! grep -rqaE 'pst_[0-9A-Za-z]{49}' "$GATEWAY_DIR/data"
expect 'nor in the database' 0 $?
echo "tokens: $failed expectations not met"
[ $failed -eq 0 ]
