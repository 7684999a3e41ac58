# Sourced after gateway.sh: several gateways on one PostgreSQL, behind a proxy that takes each request to the next of them.
# Needs node and a PostgreSQL server's programs; as root it runs them as the user postgres, or nobody.
#
#   start_database                  an empty PostgreSQL on a free port of loopback; sets DATABASE_URL and DATABASE_PID
#   run_database                    the same one again, after it ended
#   start_replicas N [NAME=VALUE ...]   N gateways at once, on that database and with the same secrets; then the proxy, whose address is GATEWAY_URL
#   turns                           how many requests each of them had, by the proxy's count
#   keep_logs FOLDER                copies the logs of all of them
#   stop_replicas                   stops all of it. Put it into a trap
#
# REPLICA_URLS, REPLICA_MANAGEMENT_URLS and REPLICA_PIDS are arrays, for tests that speak to one replica or end one. ADMIN_TOKEN, mint_token and register are as in gateway.sh.
REPLICA_URLS=()
REPLICA_MANAGEMENT_URLS=()
REPLICA_PIDS=()

find_postgres() {
  local programs
  for programs in "${POSTGRES_BIN:-}" /usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /none/postgres)")"; do
    [ -x "$programs/initdb" ] && [ -x "$programs/postgres" ] || continue
    echo "$programs"
    return
  done
  echo "no PostgreSQL server found: install the package postgresql or set POSTGRES_BIN" >&2
  return 1
}

# as_postgres COMMAND...: PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" != 0 ]; then exec "$@"; fi
  local user=postgres
  id -u "$user" >/dev/null 2>&1 || user=nobody
  exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"
}

start_database() {
  local programs port password
  programs=$(find_postgres) || return 1
  DATABASE_DIR=$(mktemp -d) && chmod 711 "$DATABASE_DIR" || return 1
  port=$(free_port)
  password=$(new_secret | tr -dc 'A-Za-z0-9')
  (umask 077 && echo "$password" >"$DATABASE_DIR/password")
  mkdir "$DATABASE_DIR/data"
  if [ "$(id -u)" = 0 ]; then chown -R "$(as_postgres id -u)" "$DATABASE_DIR/data" "$DATABASE_DIR/password" || return 1; fi
  (cd / && as_postgres "$programs/initdb" -D "$DATABASE_DIR/data" -U penstock -A scram-sha-256 --pwfile="$DATABASE_DIR/password" -E UTF8 --locale=C -N) \
    >"$DATABASE_DIR/log" 2>&1 || { cat "$DATABASE_DIR/log" >&2; return 1; }
  DATABASE_PORT=$port
  run_database || return 1
  DATABASE_URL=r2dbc:postgresql://penstock:$password@127.0.0.1:$port/postgres
}

run_database() {
  local programs
  programs=$(find_postgres) || return 1
  (cd / && as_postgres "$programs/postgres" -D "$DATABASE_DIR/data" -h 127.0.0.1 -p "$DATABASE_PORT" -k '' -c fsync=off) >>"$DATABASE_DIR/log" 2>&1 &
  DATABASE_PID=$!
  await_port "$DATABASE_PORT" "$DATABASE_PID" || { cat "$DATABASE_DIR/log" >&2; return 1; }
}

start_replicas() {
  local count=$1 i encryption port ports=()
  shift
  find_gateway || return 1
  GATEWAY_DIR=$(mktemp -d)
  JWT_SECRET_KEY=$(new_secret)
  export JWT_SECRET_KEY
  encryption=$(new_secret)
  port=$(free_port)
  GATEWAY_URL=http://localhost:$port
  for i in $(seq "$count"); do start_replica "$i" AUTH_ENCRYPTION_SECRET="$encryption" "$@"; done
  for i in $(seq "$count"); do
    GATEWAY_URL=${REPLICA_URLS[i - 1]} GATEWAY_PID=${REPLICA_PIDS[i - 1]} GATEWAY_LOG=$GATEWAY_DIR/replica-$i.log await_ready || return 1
    ports+=("${REPLICA_URLS[i - 1]##*:}")
  done
  node "$PROJECT/src/test/scripts/round-robin.mjs" "$port" "${ports[@]}" >"$GATEWAY_DIR/proxy.log" 2>&1 &
  PROXY_PID=$!
  await_port "$port" "$PROXY_PID" || { cat "$GATEWAY_DIR/proxy.log" >&2; return 1; }
  ADMIN_TOKEN=$(mint_token) || return 1
}

# start_replica NUMBER [NAME=VALUE ...]: one more, or one that ended, anew
start_replica() {
  local port management
  port=$(free_port)
  management=$(free_port)
  while [ "$management" = "$port" ]; do management=$(free_port); done
  env PORT="$port" MANAGEMENT_PORT="$management" BASE_URL="$GATEWAY_URL" DATA_DIR="$GATEWAY_DIR/data-$1" DATABASE_URL="$DATABASE_URL" \
    UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8,::1/128 "${@:2}" "$JAVA" -jar "$GATEWAY_JAR" >"$GATEWAY_DIR/replica-$1.log" 2>&1 &
  REPLICA_PIDS[$1 - 1]=$!
  REPLICA_URLS[$1 - 1]=http://localhost:$port
  REPLICA_MANAGEMENT_URLS[$1 - 1]=http://localhost:$management
}

turns() { curl -sS --max-time 5 "$GATEWAY_URL/.turns"; }

keep_logs() { cp "$GATEWAY_DIR"/*.log "$1" 2>/dev/null; }

stop_replicas() {
  local pid
  for pid in ${PROXY_PID:-} "${REPLICA_PIDS[@]}" ${DATABASE_PID:-}; do
    kill "$pid" 2>/dev/null && await_exit "$pid"
    wait "$pid" 2>/dev/null
  done
  PROXY_PID= DATABASE_PID= REPLICA_PIDS=()
  rm -rf "${GATEWAY_DIR:-}" "${DATABASE_DIR:-}"
  GATEWAY_DIR= DATABASE_DIR=
}
