# Sourced by the scripts that test a packaged gateway from outside (conformance, clients, acceptance, benchmark).
# Needs a packaged jar (mvn package), a JDK 25, curl and jq.
#
#   start_gateway [NAME=VALUE ...]   a gateway on free ports, with an empty data folder and new secrets; more settings as arguments
#   mint_token [OPTION ...]          prints an administrator's token; options of the token command, e.g. --scopes tools.read
#   register NAME URL [JSON]         registers an upstream; prints its id. JSON holds more fields, e.g. {"auth_type":"bearer","auth_token":"..."}
#   virtual NAME STYLE GATEWAYS      puts a virtual server over whole gateways, a JSON array of ids; STYLE is original or prefixed. Prints its id
#   stop_gateway                     stops it and removes its folder. Put it into a trap
#
# start_gateway sets GATEWAY_URL, GATEWAY_MANAGEMENT_URL, GATEWAY_DIR, GATEWAY_LOG, GATEWAY_PID, ADMIN_TOKEN and exports JWT_SECRET_KEY.
# GATEWAY_PORT, GATEWAY_JAR and JAVA choose the port, the jar and the java; KEEP_GATEWAY_DIR=yes leaves the folder. A jar that is named starts as it is, for
# what is measured; without a name it is the packaged one, unpacked and made quick to start (find_gateway).
. "$(dirname "${BASH_SOURCE[0]}")/ports.sh"
PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)

find_java() {
  local java
  for java in "${JAVA:-}" "${JAVA_HOME:+$JAVA_HOME/bin/java}" /usr/lib/jvm/*25*/bin/java "$(command -v java || true)"; do
    [ -x "$java" ] || continue
    "$java" -version 2>&1 | grep -q 'version "25' || continue
    echo "$java"
    return
  done
  echo "no JDK 25 found: install one or set JAVA_HOME" >&2
  return 1
}

find_jar() {
  local jar
  for jar in "${GATEWAY_JAR:-}" "$PROJECT"/target/penstock-*.jar; do
    case "$jar" in *-sources.jar | *-javadoc.jar | *-tests.jar) continue ;; esac
    [ -f "$jar" ] || continue
    echo "$jar"
    return
  done
  echo "no target/penstock-*.jar: run 'mvn package' first" >&2
  return 1
}

# find_gateway: sets JAVA and GATEWAY_JAR. Tests start gateways often and for a short time: compiled lightly, and from the classes as a first start left
# them behind (JEP 514), which is done once for a jar, in target/quick.
find_gateway() {
  JAVA=$(find_java) || return 1
  [ -z "${GATEWAY_JAR:-}" ] || return 0
  local jar quick
  jar=$(find_jar) || return 1
  quick=$PROJECT/target/quick/$(stat -c %Y "$jar")
  mkdir -p "$quick" && (flock 9 && { [ -f "$quick/java" ] || make_quick "$JAVA" "$jar" "$quick"; }) 9>"$quick/lock" || return 1
  JAVA=$quick/java GATEWAY_JAR=$quick/app/$(basename "$jar")
}

# make_quick JAVA JAR FOLDER
make_quick() {
  local java=$1 folder=$3 options="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" port
  rm -rf "$folder/app" "$folder/data"
  "$java" -Djarmode=tools -jar "$2" extract --destination "$folder/app" >/dev/null || return 1
  port=$(free_port)
  GATEWAY_URL=http://localhost:$port GATEWAY_LOG=$folder/log
  env PORT="$port" MANAGEMENT_PORT="$(free_port)" BASE_URL="$GATEWAY_URL" DATA_DIR="$folder/data" JWT_SECRET_KEY="$(new_secret)" AUTH_ENCRYPTION_SECRET="$(new_secret)" \
    "$java" $options "-XX:AOTCacheOutput=$folder/aot" -jar "$folder/app/$(basename "$2")" >"$GATEWAY_LOG" 2>&1 &
  GATEWAY_PID=$!
  await_ready || { kill "$GATEWAY_PID" 2>/dev/null; return 1; }
  kill "$GATEWAY_PID" && wait "$GATEWAY_PID" # it writes the cache as it ends
  ln -sf "$(dirname "$java")/jcmd" "$folder/jcmd"
  printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$java" "$options -XX:AOTCache=$folder/aot -Xlog:aot*=off" >"$folder/starts" && chmod +x "$folder/starts" && mv "$folder/starts" "$folder/java"
}

# A machine with too much to do is no reason to turn a test's calls away.
export PENSTOCK_OVERLOAD_DELAY=0

new_secret() { head -c 48 /dev/urandom | base64 | tr -d '\n'; }

start_gateway() {
  local port management
  find_gateway || return 1
  GATEWAY_DIR=$(mktemp -d)
  GATEWAY_LOG=$GATEWAY_DIR/gateway.log
  JWT_SECRET_KEY=$(new_secret)
  export JWT_SECRET_KEY
  port=${GATEWAY_PORT:-$(free_port)}
  management=$(free_port)
  while [ "$management" = "$port" ]; do management=$(free_port); done
  GATEWAY_URL=http://localhost:$port
  GATEWAY_MANAGEMENT_URL=http://localhost:$management
  env PORT="$port" MANAGEMENT_PORT="$management" BASE_URL="$GATEWAY_URL" DATA_DIR="$GATEWAY_DIR/data" \
    AUTH_ENCRYPTION_SECRET="$(new_secret)" UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8,::1/128 "$@" \
    "$JAVA" -jar "$GATEWAY_JAR" >"$GATEWAY_LOG" 2>&1 &
  GATEWAY_PID=$!
  await_ready || return 1
  ADMIN_TOKEN=$(mint_token) || return 1
}

await_ready() {
  local _
  for _ in $(seq 600); do
    curl -sf -o /dev/null --max-time 2 "$GATEWAY_URL/ready" && return 0
    kill -0 "$GATEWAY_PID" 2>/dev/null || break
    sleep 0.1
  done
  echo "the gateway did not become ready:" >&2
  tail -40 "$GATEWAY_LOG" >&2
  return 1
}

mint_token() {
  "$JAVA" -jar "$GATEWAY_JAR" token --username admin@example.com --exp 240 --secret "$JWT_SECRET_KEY" --admin "$@"
}

register() {
  local fields='{}' body answer
  [ $# -ge 3 ] && fields=$3
  body=$(jq -n --arg name "$1" --arg url "$2" --argjson fields "$fields" '{name: $name, url: $url} + $fields') || return 1
  answer=$(curl -sS --fail-with-body --max-time 60 -H "Authorization: Bearer $ADMIN_TOKEN" -H 'Content-Type: application/json' \
    -d "$body" "$GATEWAY_URL/gateways") || {
    echo "the gateway refused to register $1: $answer" >&2
    return 1
  }
  jq -er .id <<<"$answer"
}

virtual() {
  local answer
  answer=$(jq -n --arg name "$1" --arg style "$2" --argjson gateways "$3" '{name: $name, name_style: $style, gateways: $gateways}' |
    curl -sS --fail-with-body --max-time 60 -H "Authorization: Bearer $ADMIN_TOKEN" -H 'Content-Type: application/json' -d @- "$GATEWAY_URL/servers") || {
    echo "the gateway refused the virtual server $1: $answer" >&2
    return 1
  }
  jq -er .id <<<"$answer"
}

stop_gateway() {
  if [ -n "${GATEWAY_PID:-}" ]; then
    kill "$GATEWAY_PID" 2>/dev/null && await_exit "$GATEWAY_PID"
    wait "$GATEWAY_PID" 2>/dev/null
    GATEWAY_PID=
  fi
  if [ -n "${GATEWAY_DIR:-}" ] && [ "${KEEP_GATEWAY_DIR:-}" != yes ]; then rm -rf "$GATEWAY_DIR"; fi
  GATEWAY_DIR=
}
