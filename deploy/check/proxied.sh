#!/usr/bin/env bash
# proxied.sh
# Replicas behind oauth2-proxy as the chart lays them out, without a cluster: each gateway with a real oauth2-proxy beside it, whose arguments,
# environment and configuration are those that helm renders (ports and addresses replaced), one PostgreSQL, and a proxy that takes each request
# to the next pod. Users sign in with a browser's steps, programs show the provider's tokens; nobody is whom they only say.
# Needs a packaged jar, Go, node, PostgreSQL's programs, curl and jq. REPLICAS are 3 unless set.
set -u -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
. src/test/scripts/gateway.sh
. src/test/scripts/replicas.sh
. deploy/check/tools.sh
tools && go_tool github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6 || exit 2
REPLICAS=${REPLICAS:-3}
WORK=$(mktemp -d)
STARTED=()
finish() {
  local pid
  for pid in "${STARTED[@]}"; do
    kill "$pid" 2>/dev/null && await_exit "$pid"
    wait "$pid" 2>/dev/null
  done
  stop_replicas
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

failed=0
expect() {
  if [ "$2" = "$3" ]; then
    echo "  ok      $1"
  else
    echo "  FAILED  $1: $3 rather than $2"
    failed=$((failed + 1))
  fi
}

PROVIDER=$(free_port)
node deploy/check/provider.mjs "$PROVIDER" >"$WORK/provider.log" 2>&1 &
STARTED+=($!)
await_port "$PROVIDER" $! || exit 2

start_database || exit 2
JAVA=$(find_java) && GATEWAY_JAR=$(find_jar) || exit 2
GATEWAY_DIR=$WORK
JWT_SECRET_KEY=$(new_secret)
export JWT_SECRET_KEY
DOOR=$(free_port)
GATEWAY_URL=http://localhost:$DOOR

# what the chart says, as JSON
helm template penstock deploy/chart --kube-version "${KUBERNETES[1]}.0" -f deploy/check/values/oauth2-proxy.yaml --set baseUrl="$GATEWAY_URL" \
  --set authProxy.issuer="http://localhost:$PROVIDER" >"$WORK/chart.yaml" || exit 2
"$PYTHON_BIN/python" -c 'import json, sys, yaml; json.dump([one for one in yaml.safe_load_all(sys.stdin) if one], sys.stdout)' <"$WORK/chart.yaml" >"$WORK/chart.json"
pod() { jq -r ".[] | select(.kind == \"Deployment\") | .spec.template.spec | $1" "$WORK/chart.json"; }
configuration() { jq -r '.[] | select(.kind == "ConfigMap") | .data["configuration.yaml"]' "$WORK/chart.json"; }
readarray -t SETTINGS < <(pod '.containers[0].env[] | select(.value and (.name | test("^(MCP_CLIENT|TRUST|PROXY_|HOST)"))) | "\(.name)=\(.value)"')
readarray -t ARGUMENTS < <(pod '.initContainers[0].args[]')
readarray -t ENVIRONMENT < <(pod '.initContainers[0].env[] | select(.value) | "\(.name)=\(.value)"')

sealing=$(new_secret)
for i in $(seq "$REPLICAS"); do start_replica "$i" AUTH_ENCRYPTION_SECRET="$sealing" "${SETTINGS[@]}"; done
cookies=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
ports=()
for i in $(seq "$REPLICAS"); do
  (GATEWAY_URL=${REPLICA_URLS[i - 1]} GATEWAY_PID=${REPLICA_PIDS[i - 1]} GATEWAY_LOG=$GATEWAY_DIR/replica-$i.log await_ready) || exit 1
  port=$(free_port)
  configuration | sed "s|":4180"|"127.0.0.1:$port"|; s|127.0.0.1:4444|127.0.0.1:${REPLICA_URLS[i - 1]##*:}|" >"$WORK/oauth2-proxy-$i.yaml"
  env -i "${ENVIRONMENT[@]}" OIDC_CLIENT_SECRET=secret OAUTH2_PROXY_COOKIE_SECRET="$cookies" \
    "$TOOLS/bin/oauth2-proxy" "${ARGUMENTS[@]/\/etc\/oauth2-proxy\/configuration.yaml/$WORK\/oauth2-proxy-$i.yaml}" >"$WORK/oauth2-proxy-$i.log" 2>&1 &
  STARTED+=($!)
  await_port "$port" $! || { cat "$WORK/oauth2-proxy-$i.log" >&2; exit 1; }
  ports+=("$port")
done
node src/test/scripts/round-robin.mjs "$DOOR" "${ports[@]}" >"$WORK/door.log" 2>&1 &
STARTED+=($!)
await_port "$DOOR" $! || exit 1

UPSTREAM=$(free_port)
"$JAVA" -Xmx64m src/bench/Upstream.java "$UPSTREAM" 5 200 >"$WORK/upstream.log" 2>&1 &
STARTED+=($!)
await_port "$UPSTREAM" $! || exit 2
# an administrator's own token, past the proxy: it lets nobody else's in
ADMIN_TOKEN=$(mint_token) || exit 1
ID=$(GATEWAY_URL=${REPLICA_URLS[0]} register sample "http://127.0.0.1:$UPSTREAM/mcp") || exit 1

status() { curl -s -o /dev/null -w '%{http_code}' --max-time 20 "$@"; }
who() { jq -r '"\(.user) by \(.source)"' 2>/dev/null; }
as() { local user=$1; shift; curl -sS --max-time 20 -b "$WORK/$user.jar" "$@"; }
# signed_in USER: what a browser does
signed_in() { curl -sS -L --max-time 30 -b "user=$1" -c "$WORK/$1.jar" -o /dev/null -w '%{http_code}' "$GATEWAY_URL/auth/me"; }
bearer() { curl -s "http://localhost:$PROVIDER/token-of?user=$1"; }
TOOL='{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},"_meta":{"progressToken":"p"}}}'
mcp() { curl -sS -N --max-time 30 -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -H 'MCP-Protocol-Version: 2025-11-25' "$@" "$GATEWAY_URL/gateways/$ID/mcp"; }

expect 'a browser that nobody knows is sent to the provider' 302 "$(status "$GATEWAY_URL/docs")"
expect 'a program is told that it has to show something' 401 "$(mcp -o /dev/null -w '%{http_code}' -d "$TOOL")"
expect 'alice signs in' 200 "$(signed_in alice@example.com)"
expect 'and is alice, on every replica' "$REPLICAS alice@example.com by proxy" "$(for _ in $(seq "$REPLICAS"); do as alice@example.com "$GATEWAY_URL/auth/me" | who; done | sort | uniq -c | sed 's/^ *//')"
expect 'whatever headers she sends' 'alice@example.com by proxy' \
  "$(as alice@example.com -H 'X-Forwarded-Email: root@example.com' -H 'X_Forwarded_Email: root@example.com' -H 'X-Forwarded-Groups: admins' "$GATEWAY_URL/auth/me" | who)"
expect 'bob is bob' '200 bob@example.com by proxy' "$(signed_in bob@example.com) $(as bob@example.com "$GATEWAY_URL/auth/me" | who)"
expect 'who is of another domain does not get in' 403 "$(signed_in mallory@example.net)"
TOKEN=$(bearer carol@example.com)
expect "a program with the provider's token is its user" 'carol@example.com by proxy' "$(curl -sS -H "Authorization: Bearer $TOKEN" "$GATEWAY_URL/auth/me" | who)"
expect 'a token that somebody changed is worth nothing' 401 "$(mcp -o /dev/null -w '%{http_code}' -H "Authorization: Bearer ${TOKEN%?????}AAAAA" -d "$TOOL")"
mcp -H "Authorization: Bearer $TOKEN" -d "$TOOL" >"$WORK/call.out"
expect 'a call goes through, with its events and its result' '5 1' "$(grep -c progressToken "$WORK/call.out") $(grep -c '"result"' "$WORK/call.out")"
expect 'events come as they are sent' true "$(mcp -H "Authorization: Bearer $TOKEN" -d "$TOOL" | while read -r line; do case $line in data:*) echo "${EPOCHREALTIME/./}" ;; esac; done | sed -n '1p;5p' | { read -r first; read -r last; [ $((last - first)) -gt 500000 ] && echo true; })"
expect 'a WebSocket opens' 101 "$(curl -s -o /dev/null -w '%{http_code}' --max-time 3 -H "Authorization: Bearer $TOKEN" -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
  -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "$GATEWAY_URL/gateways/$ID/ws")"
expect 'the gateway listens on loopback alone' 127.0.0.1 "$(for pid in "${REPLICA_PIDS[@]}"; do ss -Hltnp 2>/dev/null | grep "pid=$pid," | awk '{print $4}' | sed 's/\[::ffff:\(.*\)\]/\1/; s/:[0-9]*$//'; done | sort -u | xargs)"

echo "proxied: failed $failed"
[ "$failed" = 0 ] || { tail -n 5 "$WORK"/oauth2-proxy-*.log >&2; exit 1; }
