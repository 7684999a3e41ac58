#!/usr/bin/env bash
# documents.sh
# Runs every sh block of src/docs/upstream-oauth.md, upstream-tls.md and vault.md, in order and word for word but for hosts and folders that are
# examples, against a packaged gateway with an authorization server and upstreams of its own (documents.mjs). Between two lines a user agrees, as
# their reader would. Prints what the commands print, and demands what they must print. Needs a packaged jar, node, curl, jq and openssl.
set -u -o pipefail
. "$(dirname "${BASH_SOURCE[0]}")/gateway.sh"
cd "$PROJECT" || exit 2

WORK=$(mktemp -d)
PEERS_PID=
STARTED=
finish() {
  local pid
  for pid in $STARTED $PEERS_PID; do kill "$pid" 2>/dev/null && await_exit "$pid"; done
  stop_gateway
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

# blocks DOCUMENT: its sh blocks
blocks() { sed -n '/^```sh$/,/^```$/{/^```/!p}' "src/docs/$1"; }

# certified NAME EXTENSION: a key and a certificate for it
certified() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$WORK/$1.key" 2>/dev/null |
    openssl x509 -req -CA "$WORK/ca.pem" -CAkey "$WORK/ca.key" -days 2 -extfile <(echo "$2") -out "$WORK/$1.pem" 2>/dev/null
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=authority -days 2 -keyout "$WORK/ca.key" -out "$WORK/ca.pem" 2>/dev/null &&
  certified ledger subjectAltName=DNS:localhost && certified gateway extendedKeyUsage=clientAuth && certified next extendedKeyUsage=clientAuth || exit 2

export AUTH_ENCRYPTION_MASTER_TOKEN=sesame
mkfifo "$WORK/hold"
node src/test/scripts/documents.mjs "$WORK" the-old-one the-new-one <"$WORK/hold" >"$WORK/peers" &
PEERS_PID=$!
exec 4>"$WORK/hold"
for _ in $(seq 100); do [ -s "$WORK/peers" ] && break || sleep 0.1; done
peer() { jq -er ".$1" "$WORK/peers"; }
PROVIDER=$(peer provider) MCP=$(peer mcp) TRANSIT=$(peer transit) || exit 2
start_gateway TOKEN_EXCHANGE_ALLOWED_URLS="$PROVIDER/oauth2/token" || exit 2
PLACES="s#https://\(mcp\|crm\|ledger\)\.example\.com/mcp#$MCP#; s#https://\(auth\|idp\)\.example\.com#$PROVIDER#g"

cat >"$WORK/reader.sh" <<'END'
# echo_at NAME TOKEN: what a tool call at that gateway is answered
echo_at() {
  local id meta='{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
  id=$(curl -sS -H "Authorization: Bearer $TOKEN" "$PENSTOCK/gateways" | jq -r --arg name "$1" '.[] | select(.name == $name).id')
  jq -nc --argjson meta "$meta" '{jsonrpc: "2.0", id: 1, method: "tools/call", params: {name: "echo", arguments: {text: "hello"}, _meta: $meta}}' |
    curl -sS -H "Authorization: Bearer $2" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \
      -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: echo' -d @- "$PENSTOCK/gateways/$id/mcp" |
    jq -r --arg name "$1" '"\($name) answers \(.result.content[0].text // .error.message)"'
}
# agree ADDRESS: goes there with the cookies of flow.txt, and on to wherever that leads
agree() { curl -sS -L -b flow.txt -c flow.txt -H 'Accept: text/html' "$1" | grep -o 'Your account is [a-z ]*' | head -1; }
END
cat >"$WORK/agree.sh" <<'END'
agree "$(tail -n 1 printed)"
echo_at mail "$TOKEN"
agree "$(curl -sS -c flow.txt -H "Authorization: Bearer $ANN" -H "Accept: application/json" "$PENSTOCK/oauth/authorize/$GATEWAY_ID" | jq -r .authorization_url)"
END
ANN=$("$JAVA" -jar "$GATEWAY_JAR" token --username ann@example.com --exp 60 --secret "$JWT_SECRET_KEY") || exit 2
{
  cat "$WORK/reader.sh"
  blocks upstream-oauth.md | sed "$PLACES" | sed "/jq -r .authorization_url\$/r $WORK/agree.sh"
  echo 'for name in reports ledger crm mail; do echo_at $name "$TOKEN"; done'
} >"$WORK/upstream-oauth.sh"
blocks upstream-tls.md | sed "s#https://ledger\.internal/mcp#$(peer ledger)#" >"$WORK/upstream-tls.sh"
{
  blocks vault.md | sed -e '/^java .*PropertiesLauncher$/d' -e "s|vault\.example\.com:8200|$TRANSIT|" -e 's|^KEY=|OLD=$(tail -n 1 printed \| cut -d" " -f1); &|'
  echo 'java -jar penstock.jar keyset list --file keyset.json'
  echo 'head -c 12 keyset.enc.json; echo; stat -c %a keyset.enc.json'
} >"$WORK/vault.sh"

export PENSTOCK=$GATEWAY_URL TOKEN=$ADMIN_TOKEN ANN
ID=$(register keyed "$(peer keyed)" "$(jq -n --rawfile ca "$WORK/ca.pem" --rawfile cert "$WORK/gateway.pem" --rawfile key "$WORK/gateway.key" \
  '{auth_type: "bearer", auth_token: "the-old-one", ca_certificate: $ca, client_cert: $cert, client_key: $key}')") || exit 1
export ID
code=0
cd "$WORK" || exit 2 # where the commands leave their files
ln -s "$(GATEWAY_JAR='' find_jar)" penstock.jar
mkdir kms
PATH="$(dirname "$JAVA"):$PATH"
# play DOCUMENT
play() {
  : >printed
  bash -e -o pipefail "$1.sh" >>printed 2>&1 || {
    echo "FAILED: a command of $1.md"
    code=1
  }
  cat printed
  ! grep -qE '"status": ?[45]' printed || {
    echo "FAILED: a command of $1.md was refused"
    code=1
  }
}
expect() {
  grep -qE -- "$2" printed || {
    echo "FAILED: $1"
    code=1
  }
}

play upstream-oauth
expect 'a gateway with tokens of its own' '"grant_type": "client_credentials"'
expect 'its secret is not shown' '"client_secret": "\*\*\*\*\*"'
expect 'it is there' '"healthy": true'
expect 'its tokens are got' '^reports answers hello$'
expect 'they are got with a key' '^ledger answers hello$'
expect 'where to agree' "^$PROVIDER/authorize\?response_type=code&"
expect 'with the cookie the answer is taken' '^Your account is connected$'
expect 'calls carry the token' '^mail answers hello$'
expect "one's own connection" '"status": "valid"'
expect 'its scopes' '"authorize_url": "'"$GATEWAY_URL/oauth/authorize/"
expect 'it is cut' '^mail answers .*'"$GATEWAY_URL/oauth/authorize/"
expect "callers' own tokens are exchanged" '^crm answers hello$'
expect 'tokens of a user are revoked' '"revoked": 1'
[ "$(grep -c '^mail answers hello$' printed)" = 1 ] || { echo 'FAILED: a cut connection is of use' && code=1; }

# each document begins with nothing
curl -sS -H "Authorization: Bearer $TOKEN" "$PENSTOCK/gateways" | jq -r --arg keyed "$ID" '.[].id | select(. != $keyed)' |
  while read -r id; do curl -sS -X DELETE -H "Authorization: Bearer $TOKEN" "$PENSTOCK/gateways/$id"; done
play upstream-tls
expect 'an upstream that wants a certificate is there' '"healthy": true'
expect 'a pin' '^[A-Za-z0-9+/]{43}=$'

play vault
expect 'keys' '"removable"'
expect 'a key is created' '^01[0-9a-f]{8} \*$'
[ "$(grep -cE '^01[0-9a-f]{8} \*$' printed)" = 2 ] || { echo 'FAILED: another key is promoted, and the first one removed' && code=1; }
expect 'the file is encrypted' '^600$'
! grep -q '"keyData"' keyset.enc.json || { echo 'FAILED: keys are in the encrypted file in the open' && code=1; }
[ "$(grep -c '"state": "grace"' printed)" = "$(grep -c /credentials vault.sh)" ] || { echo 'FAILED: credentials are changed' && code=1; }

# the line with which the jars of a cloud are brought along: a gateway starts with it
command=$(cd "$PROJECT" && blocks vault.md | grep '^java .*PropertiesLauncher$' | sed "s|/opt/penstock/kms|$WORK/kms|")
GATEWAY_URL=http://localhost:$(free_port)
env PORT="${GATEWAY_URL##*:}" MANAGEMENT_PORT=0 DATA_DIR="$WORK/data" AUTH_ENCRYPTION_SECRET="$(new_secret)" bash -c "exec $command" >"$WORK/launched" 2>&1 &
STARTED=$!
(GATEWAY_PID=$STARTED GATEWAY_LOG=$WORK/launched await_ready) || code=1
[ "$code" = 0 ] && echo "upstream-oauth.md, upstream-tls.md, vault.md: every command ran"
exit "$code"
