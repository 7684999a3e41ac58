#!/usr/bin/env bash
# runbooks.sh OLD_JAR [-o FOLDER]
# Follows src/docs/runbooks.md for real: an upgrade from the version of OLD_JAR and the way back, with replicas of both side by side on one PostgreSQL;
# a backup and its restoration, of PostgreSQL and of the embedded database; a lost key; a database that goes away and comes back. After each step a tool
# is called with the same API token, through a gateway with a secret that its upstream demands; after the lost key, also through one with a certificate and
# one that registered itself. Prints a line for each step, and stops at the first that fails.
# Needs a packaged jar, node, jq, curl, openssl, a PostgreSQL server's programs, pg_dump, pg_restore and psql.
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/../test/scripts/replicas.sh"
OLD=${1:?the jar of an earlier version} && shift
OUT=$PROJECT/target/runbooks
[ "${1:-}" != -o ] || OUT=${2:?}
mkdir -p "$OUT"
JAVA=$(find_java) && NEW=$(find_jar) || exit 2
KEPT=$(mktemp -d)
export JAVA_TOOL_OPTIONS="-Xmx384m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
finish() {
  kill "${UPSTREAM_PID:-}" 2>/dev/null
  keep_logs "$OUT"
  stop_replicas
  rm -rf "$KEPT"
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { echo "$(date +%T) $*"; }
fail() {
  say "FAILED: $*" >&2
  exit 1
}

# upstream PORT TLS_PORT SECRET FOLDER: one tool, for who shows the secret, and at the second port the certificate of the folder too; and an authorization
# server at the first, where gateways register themselves, and whose tokens are that secret
upstream() {
  node -e '
    const [port, tlsPort, secret, folder] = process.argv.slice(1);
    const issuer = "http://127.0.0.1:" + port;
    const authorization = {
      "/.well-known/oauth-authorization-server": [200, { issuer, token_endpoint: issuer + "/token", registration_endpoint: issuer + "/register" }],
      "/register": [201, { client_id: "kept", client_secret: "kept-" + secret, client_secret_expires_at: 0 }],
      "/token": [200, { access_token: secret, token_type: "Bearer", expires_in: 3600 }],
    };
    const answers = {
      initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "kept", version: "1" } },
      "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object" } }] },
      "tools/call": { content: [{ type: "text", text: "it is me" }] },
    };
    const answer = async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      const [status, word] = authorization[request.url] ?? [];
      if (status) return response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(word));
      if (request.headers.authorization !== "Bearer " + secret) return response.writeHead(401).end();
      if (request.method !== "POST") return response.writeHead(405).end();
      const { id, method } = JSON.parse(body);
      if (id === undefined) return response.writeHead(202).end();
      const outcome = answers[method] ? { result: answers[method] } : { error: { code: -32601, message: "no" } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, ...outcome }));
    };
    const [cert, key] = ["cert.pem", "key.pem"].map((file) => require("fs").readFileSync(folder + "/" + file));
    require("https").createServer({ cert, key, ca: cert, requestCert: true }, answer).listen(Number(tlsPort), "127.0.0.1");
    require("http").createServer(answer).listen(Number(port), "127.0.0.1");' "$@" &
  UPSTREAM_PID=$!
  await_port "$1" "$UPSTREAM_PID" && await_port "$2" "$UPSTREAM_PID"
}

# begin NUMBER JAR [NAME=VALUE ...]: a replica on $DATABASE_URL
begin() {
  local number=$1
  GATEWAY_JAR=$2 start_replica "$number" "AUTH_ENCRYPTION_SECRET=$SEALING" "DCR_ALLOWED_ISSUERS=http://127.0.0.1:$PORT" "${@:3}"
  GATEWAY_URL=${REPLICA_URLS[number - 1]} GATEWAY_PID=${REPLICA_PIDS[number - 1]} GATEWAY_LOG=$GATEWAY_DIR/replica-$number.log await_ready ||
    fail "replica $number does not start"
}

end() { kill "${REPLICA_PIDS[$1 - 1]}" && await_exit "${REPLICA_PIDS[$1 - 1]}"; }

# ask METHOD NUMBER PATH [BODY]: prints the body and then the status
ask() {
  curl -sS --max-time 20 -w '\n%{http_code}' -X "$1" -H "Authorization: Bearer ${BEARER:-$ADMIN_TOKEN}" -H 'Content-Type: application/json' \
    ${4:+-d "$4"} "${REPLICA_URLS[$2 - 1]}$3"
}

# called NUMBER [GATEWAY]: with the API token, by one stateless request
called() {
  local meta='{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"runbooks","version":"1"}}'
  curl -sS --max-time 20 -H "Authorization: Bearer $API_TOKEN" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \
    -H 'Mcp-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: echo' \
    -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},"_meta":'"$meta"'}}' \
    "${REPLICA_URLS[$1 - 1]}/gateways/${2:-$GATEWAY}/mcp"
}

good() {
  local answer=
  for _ in 1 2 3 4 5; do # another replica hears of a change within a second
    answer=$(called "$@") && grep -q 'it is me' <<<"$answer" && return
    sleep 0.5
  done
  fail "a call through replica $1 is answered: $answer"
}

made() { ask POST "$1" /gateways "$2" | head -n 1 | jq -er .id; }

registered() { made "$1" "{\"name\":\"$2\",\"url\":\"http://127.0.0.1:$PORT/mcp\",\"auth_type\":\"bearer\",\"auth_token\":\"$UPSTREAM_SECRET\"}"; }

# set_again NUMBER GATEWAY BODY
set_again() { ask PATCH "$1" "/gateways/$2" "$3" | tail -n 1 | grep -q 200 || fail "the credential of $2 cannot be given again"; }

# certificate: the fields of a gateway that shows it
certificate() {
  jq -n --arg cert "$(cat "$KEPT/cert.pem")" --arg key "$(cat "$KEPT/key.pem")" --arg secret "$UPSTREAM_SECRET" \
    '{auth_type: "bearer", auth_token: $secret, client_cert: $cert, client_key: $key, ca_certificate: $cert}'
}

furnish() {
  GATEWAY=$(registered "$1" "$2") && API_TOKEN=$(ask POST "$1" /tokens "{\"name\":\"$2\"}" | head -n 1 | jq -er .token) || fail "no gateway and token at replica $1"
}

sql() { psql -qAt "${DATABASE_URL#r2dbc:}" -c "$1"; }

UPSTREAM_SECRET=$(new_secret) SEALING=$(new_secret) JWT_SECRET_KEY=$(new_secret) PORT=$(free_port) TLS_PORT=$(free_port)
export JWT_SECRET_KEY
GATEWAY_DIR=$(mktemp -d) GATEWAY_URL=http://localhost:1
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout "$KEPT/key.pem" -out "$KEPT/cert.pem" 2>/dev/null || exit 2
upstream "$PORT" "$TLS_PORT" "$UPSTREAM_SECRET" "$KEPT" && start_database || exit 2
ADMIN_TOKEN=$(GATEWAY_JAR=$NEW mint_token) || exit 2

upgrade() {
  begin 1 "$OLD"
  furnish 1 before
  good 1
  say "old version: schema $(sql 'SELECT MAX(CAST(version AS INT)) FROM flyway_schema_history'), a call works"
  begin 2 "$NEW"
  say "new version beside it: schema $(sql 'SELECT MAX(CAST(version AS INT)) FROM flyway_schema_history')"
  good 1 && good 2
  local ofOld ofNew
  ofOld=$(registered 1 made-by-old) && good 2 "$ofOld"
  ofNew=$(registered 2 made-by-new) && good 1 "$ofNew"
  say "side by side: each calls what the other made"
  end 1
  good 2
  say "upgraded: the old version has stopped, a call works"
  begin 1 "$OLD"
  good 1
  end 2
  good 1 && good 1 "$ofNew"
  local third
  third=$(registered 1 made-after-the-way-back) && good 1 "$third"
  say "rolled back: the old version starts on the new schema, calls and changes work: $(grep -o 'Schema .* has a version.*' "$GATEWAY_DIR/replica-1.log" | head -1)"
  end 1
  begin 2 "$NEW"
  good 2 && good 2 "$third"
  say "upgraded again"
}

# PostgreSQL: what stands in runbooks.md, word for word, but for Kubernetes
restore() {
  local from=${DATABASE_URL#r2dbc:} to
  to=${from%/*}/restored
  pg_dump --format=custom --file="$KEPT/penstock.dump" "$from" || fail pg_dump
  say "backed up: $(du -h "$KEPT/penstock.dump" | cut -f1), $(pg_restore --list "$KEPT/penstock.dump" | grep -c 'TABLE DATA') tables"
  end 2
  createdb --maintenance-db="$from" restored && pg_restore --exit-on-error --no-owner --dbname="$to" "$KEPT/penstock.dump" || fail pg_restore
  psql -q -v ON_ERROR_STOP=1 "${from%/*}/template1" -c "ALTER DATABASE ${from##*/} RENAME TO before" -c "ALTER DATABASE restored RENAME TO ${from##*/}" || fail 'the names'
  begin 3 "$NEW"
  good 3
  [ "$(ask GET 3 /admin/vault | head -n 1 | jq '[.values[].values] | add')" -gt 0 ] || fail "nothing is sealed"
  say "restored into a new database: a call works with the API token from before"
  CERTIFIED=$(made 3 "$(certificate | jq --arg url "https://localhost:$TLS_PORT/mcp" '. + {name: "certified", url: $url}')") && good 3 "$CERTIFIED"
  ITSELF=$(made 3 "{\"name\":\"itself\",\"url\":\"http://127.0.0.1:$PORT/mcp\",\"auth_type\":\"oauth\",\"oauth_config\":{\"issuer\":\"http://127.0.0.1:$PORT\"}}") && good 3 "$ITSELF"
  say "a call works with a certificate, and with a token for a client that registered itself"
  end 3
}

lost_key() {
  local line
  GATEWAY_JAR=$NEW start_replica 4 "AUTH_ENCRYPTION_SECRET=$(new_secret)"
  wait "${REPLICA_PIDS[3]}" && fail "it starts with another secret"
  line=$(grep -o 'Not started.*' "$GATEWAY_DIR/replica-4.log") || fail "it does not say why"
  say "another secret: $line"
  sql 'DELETE FROM vault_canary' && sql 'DELETE FROM oauth_clients' || fail "no canary, or no clients"
  SEALING=$(new_secret)
  begin 4 "$NEW"
  say "after DELETE FROM vault_canary it starts; a call is answered: $(called 4 | head -c 300)"
  set_again 4 "$GATEWAY" "{\"auth_type\":\"bearer\",\"auth_token\":\"$UPSTREAM_SECRET\"}"
  set_again 4 "$CERTIFIED" "$(certificate)"
  set_again 4 "$ITSELF" '{"auth_type":"oauth"}'
  ask POST 4 /admin/oauth/tokens/revoke "{\"gateway_id\":\"$ITSELF\"}" | tail -n 1 | grep -q 200 || fail "its tokens cannot be revoked"
  good 4 && good 4 "$CERTIFIED" && good 4 "$ITSELF"
  say "the credentials were given again: a call works with the API token from before, with a certificate, and for a client that registered itself anew"
}

away() {
  local port=${DATABASE_URL##*:} status
  port=${port%%/*}
  kill -INT "$DATABASE_PID" && wait "$DATABASE_PID"
  good 4
  status=$(ask POST 4 /gateways "{\"name\":\"x\",\"url\":\"http://127.0.0.1:$PORT/mcp\"}" | tail -n 1)
  [ "$status" = 503 ] || fail "a change without a database is answered $status"
  say "PostgreSQL is stopped: calls go on, a change is answered 503"
  (cd / && as_postgres "$(find_postgres)/postgres" -D "$DATABASE_DIR/data" -h 127.0.0.1 -p "$port" -k '' -c fsync=off) >>"$DATABASE_DIR/log" 2>&1 &
  DATABASE_PID=$!
  await_port "$port" "$DATABASE_PID"
  for _ in $(seq 40); do registered 4 after-the-outage >/dev/null 2>&1 && break || sleep 0.5; done
  [ "$(sql "SELECT COUNT(*) FROM gateways WHERE name = 'after-the-outage'")" = 1 ] || fail "no change after the database is back"
  good 4
  say "PostgreSQL is back: changes work, nothing was restarted"
  end 4
}

embedded() {
  DATABASE_URL=
  begin 5 "$NEW"
  furnish 5 embedded
  good 5
  end 5
  tar -C "$GATEWAY_DIR/data-5" -czf "$KEPT/data.tar.gz" . && mkdir "$GATEWAY_DIR/data-6" && tar -C "$GATEWAY_DIR/data-6" -xzf "$KEPT/data.tar.gz" || fail tar
  begin 6 "$NEW"
  good 6
  say "embedded database: stopped, copied ($(du -h "$KEPT/data.tar.gz" | cut -f1)), started on the copy; a call works"
  end 6
}

for step in upgrade restore lost_key away embedded; do $step; done
say "all runbooks followed"
