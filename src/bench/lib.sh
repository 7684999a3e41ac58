# Sourced by run.sh: what it starts, measures and prints. The proxy under test has one core to itself, load and upstream have the other.
PROXY_CORE=0 LOAD_CORE=1
TICKS=$(getconf CLK_TCK)
CREDENTIAL=bench-upstream-credential
CALL_BYTES=290 ANSWER_BYTES=364

say() { echo "== $*" >&2; }

fail() {
  echo "FAILED: $*" >&2
  tail -n 5 "$WORK"/*.log >&2 2>/dev/null
  exit 1
}

# setup: what is needed is there, and is ended when the script ends; all that is written besides figures lies in $WORK
setup() {
  . .ci/install
  need curl curl && need jq jq && need wrk wrk && need nginx nginx-light && need haproxy haproxy && need openssl openssl ||
    return 2
  JDK=$(.ci/jdk) || return 2
  [ "$(nproc)" -ge 2 ] || { echo "needs two cores: one for the proxy, one for load and upstream" >&2; return 2; }
  GATEWAY_JAR=$(find_jar 2>/dev/null || { JAVA_HOME=$JDK mvn -B -ntp -q -DskipTests package && find_jar; }) || return 2
  WORK=$(mktemp -d) && chmod 755 "$WORK"
  RAW=$WORK/raw
  mkdir -p "$OUT"
  declare -gA URL PID TOKEN DIR CALL_ID STREAM_ID VIRTUAL_ID LIST_ID
  STARTED=() # pids of everything started here
  trap finish EXIT
  trap 'exit 130' INT TERM
  prepare_messages
  prepare_java
}

finish() {
  local pid folder
  for pid in "${STARTED[@]}"; do kill "$pid" 2>/dev/null; done
  for pid in "${STARTED[@]}"; do
    await_exit "$pid"
    wait "$pid" 2>/dev/null
  done
  for folder in "${DIR[@]}"; do
    [ -f "$folder/gateway.log" ] && cp "$folder/gateway.log" "$OUT/gateway-${folder##*/}.log"
    rm -rf "$folder"
  done
  [ -s "$RAW" ] && cp "$RAW" "$OUT/measurements.jsonl"
  rm -rf "$WORK"
}

# Arrays, not functions: a function in the background is a shell of its own, and $! would not be what it runs.
ON_LOAD_CORE=(taskset -c "$LOAD_CORE")

# padded FILE SIZE PREFIX SUFFIX: a file of exactly SIZE bytes, filled up with x between the two
padded() {
  local fill=$(($2 - ${#3} - ${#4}))
  [ "$fill" -ge 0 ] || fail "$1 does not fit into $2 bytes"
  printf '%s%s%s' "$3" "$(printf "%${fill}s" '' | tr ' ' x)" "$4" >"$1"
}

prepare_messages() {
  padded "$WORK/legacy.json" $CALL_BYTES \
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"' '"}}}'
  padded "$WORK/modern.json" $CALL_BYTES \
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"b","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}},"arguments":{"text":"' '"}}}'
  padded "$WORK/virtual.json" $CALL_BYTES \
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"calls-echo","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"b","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}},"arguments":{"text":"' '"}}}'
  padded "$WORK/sessionless.json" $CALL_BYTES \
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"calls-echo","arguments":{"text":"' '"}}}'
  printf '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"b","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}' \
    >"$WORK/list.json"
  mkdir "$WORK/www"
  echo '{}' >"$WORK/www/list.json" # until a gateway has made the list of itself
  padded "$WORK/answer.json" $ANSWER_BYTES '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"' '"}],"resultType":"complete"}}'
}

# the image's options, and a heap of a size that does not depend on the machine's
GATEWAY_OPTIONS=${BENCH_JAVA_OPTS:--Xmx512m @deploy/image/jvm.options}

# the programs of this folder, and a java that runs on the proxy's core
prepare_java() {
  "$JDK/bin/javac" -d "$WORK/classes" "$HERE"/*.java || exit 2
  printf '#!/bin/sh\nexec taskset -c "${BENCH_CORES:-%s}" "%s" %s "$@"\n' \
    "$PROXY_CORE" "$JDK/bin/java" "$GATEWAY_OPTIONS" >"$WORK/java"
  chmod +x "$WORK/java"
  JAVA=$WORK/java
  LOAD_JAVA=("${ON_LOAD_CORE[@]}" "$JDK/bin/java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$WORK/classes")
}

# nginx_conf FILE: a configuration of one worker around the servers on standard input
nginx_conf() {
  cat >"$1" <<END
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid $1.pid;
error_log $1.log;
$([ "$(id -u)" = 0 ] && echo "user root;")
events { worker_connections 16384; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_body_temp_path $1.body;
  proxy_temp_path $1.proxy;
  fastcgi_temp_path $1.fastcgi;
  uwsgi_temp_path $1.uwsgi;
  scgi_temp_path $1.scgi;
$(cat)
}
END
}

# the upstream of calls: nginx that answers from memory, only with the right credential; the gateway's own errands go to the other one
start_upstreams() {
  CALLS_PORT=$(free_port) STREAMS_PORT=$(free_port)
  "${LOAD_JAVA[@]}" -Dsun.net.httpserver.nodelay=true -Dsun.net.httpserver.maxIdleConnections=1000 -Djdk.virtualThreadScheduler.parallelism=1 -Xmx1g \
    Upstream "$STREAMS_PORT" "$EVENTS" "$EVENT_MILLIS" 2>"$WORK/upstream.log" &
  STARTED+=($!)
  await_port "$STREAMS_PORT" $! || return 1
  nginx_conf "$WORK/upstream.conf" <<END
  map \$http_mcp_method \$errand { default 1; "" 0; tools/call 0; }
  server {
    listen 127.0.0.1:$CALLS_PORT backlog=4096;
    error_page 418 = @errand;
    location / {
      if (\$http_authorization != "Bearer $CREDENTIAL") { return 401; }
      if (\$errand) { return 418; }
      default_type application/json;
      return 200 '$(cat "$WORK/answer.json")';
    }
    location = /list/mcp { error_page 405 =200 /list.json; return 405; }
    location = /list.json { root $WORK/www; default_type application/json; }
    location @errand { proxy_pass http://127.0.0.1:$STREAMS_PORT; }
  }
END
  "${ON_LOAD_CORE[@]}" nginx -e "$WORK/upstream.conf.log" -c "$WORK/upstream.conf" &
  STARTED+=($!)
  await_port "$CALLS_PORT" $!
}

start_proxy_nginx() {
  local port
  port=$(free_port)
  nginx_conf "$WORK/proxy.conf" <<END
  upstream calls { server 127.0.0.1:$CALLS_PORT; keepalive 256; keepalive_requests 1000000000; }
  upstream streams { server 127.0.0.1:$STREAMS_PORT; keepalive 256; keepalive_requests 1000000000; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Authorization "Bearer $CREDENTIAL";
  server {
    listen 127.0.0.1:$port backlog=4096;
    location /calls/mcp { proxy_pass http://calls/mcp; }
    location /list/mcp { proxy_pass http://calls/list/mcp; proxy_buffers 64 16k; proxy_busy_buffers_size 512k; proxy_max_temp_file_size 0; }
    location /streams/mcp { proxy_pass http://streams/mcp; proxy_buffering off; proxy_read_timeout 300s; }
  }
END
  taskset -c "$PROXY_CORE" nginx -e "$WORK/proxy.conf.log" -c "$WORK/proxy.conf" &
  PID[nginx]=$!
  STARTED+=($!)
  endpoints nginx "$port"
  await_port "$port" "${PID[nginx]}"
}

# endpoints PROXY PORT: where a proxy is that checks nothing
endpoints() {
  URL[$1]=http://127.0.0.1:$2 TOKEN[$1]=none CALL_ID[$1]=calls STREAM_ID[$1]=streams VIRTUAL_ID[$1]=calls LIST_ID[$1]=list
}

# the same of HAProxy: one thread, connections to the upstream kept, the credential set on each request, no log
start_proxy_haproxy() {
  local port
  port=$(free_port)
  cat >"$WORK/haproxy.cfg" <<END
global
  nbthread 1
  maxconn 8000
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
frontend clients
  bind 127.0.0.1:$port backlog 4096
  http-request set-header Authorization "Bearer $CREDENTIAL"
  use_backend streams if { path /streams/mcp }
  use_backend list if { path /list/mcp }
  default_backend calls
backend calls
  http-request set-path /mcp
  server one 127.0.0.1:$CALLS_PORT pool-max-conn 256 pool-purge-delay 300s
backend list
  server one 127.0.0.1:$CALLS_PORT pool-max-conn 256 pool-purge-delay 300s
backend streams
  option http-no-delay
  http-request set-path /mcp
  server one 127.0.0.1:$STREAMS_PORT pool-max-conn 256 pool-purge-delay 300s
END
  taskset -c "$PROXY_CORE" haproxy -db -f "$WORK/haproxy.cfg" 2>"$WORK/haproxy.log" &
  PID[haproxy]=$!
  STARTED+=($!)
  endpoints haproxy "$port"
  await_port "$port" "${PID[haproxy]}"
}

# key_pair ALGORITHM: PEM files, $WORK/ALGORITHM.pem and .pub
key_pair() {
  case $1 in
    RS256) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$WORK/$1.pem" ;;
    ES256) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$WORK/$1.pem" ;;
  esac && openssl pkey -in "$WORK/$1.pem" -pubout -out "$WORK/$1.pub"
}

# start_penstock NAME: penstock, or penstock-ALGORITHM for another signature than HS256
start_penstock() {
  local name=$1 algorithm=HS256 keys=() fields='{"transport":"STREAMABLEHTTP","auth_type":"bearer","auth_token":"'$CREDENTIAL'"}'
  say "starting $name"
  [ "$name" = penstock ] || algorithm=$(tr '[:lower:]' '[:upper:]' <<<"${name#penstock-}")
  export JWT_ALGORITHM=$algorithm JWT_PRIVATE_KEY_PATH=
  if [ "$algorithm" != HS256 ]; then
    key_pair "$algorithm" || return 1
    JWT_PRIVATE_KEY_PATH=$WORK/$algorithm.pem
    keys=(JWT_PUBLIC_KEY_PATH="$WORK/$algorithm.pub" JWT_SECRET_KEY=)
  fi
  SEALING=$(new_secret)
  start_gateway AUTH_ENCRYPTION_SECRET="$SEALING" PENSTOCK_MCP_STREAMSPERCALLER=20000 "${keys[@]}"
  local status=$?
  [ -n "${GATEWAY_PID:-}" ] && STARTED+=("$GATEWAY_PID") && DIR[$name]=$GATEWAY_DIR
  [ $status = 0 ] || return 1
  PID[$name]=$GATEWAY_PID TOKEN[$name]=$ADMIN_TOKEN URL[$name]=http://127.0.0.1:${GATEWAY_URL##*:}
  CALL_ID[$name]=gateways/$(register calls "http://127.0.0.1:$CALLS_PORT/mcp" "$fields") || return 1
  STREAM_ID[$name]=gateways/$(register streams "http://127.0.0.1:$STREAMS_PORT/mcp" "$fields") || return 1
  [ "$name" = penstock ] || return 0
  PENSTOCK_SECRET=$JWT_SECRET_KEY PENSTOCK_SEALING=$SEALING
  virtual_servers
}

# The virtual servers of the gateway that was started last: one over the upstream of calls, and one over 500 tools, whose list the other
# proxies then get from a file.
virtual_servers() {
  local many
  VIRTUAL_ID[penstock]=servers/$(virtual bench prefixed "[\"${CALL_ID[penstock]#*/}\"]") || return 1
  many=$(register many "http://127.0.0.1:$STREAMS_PORT/many" '{"transport":"STREAMABLEHTTP"}') || return 1
  LIST_ID[penstock]=servers/$(virtual many prefixed "[\"$many\"]") || return 1
  headers penstock list >"$WORK/penstock.list"
  sed 's/^/header = "/; s/$/"/' "$WORK/penstock.list" |
    curl -sS --fail -K - --data-binary "@$WORK/list.json" -o "$WORK/www/list.json" "${URL[penstock]}/${LIST_ID[penstock]}/mcp" || return 1
  [ "$(jq '.result.tools | length' "$WORK/www/list.json")" = 500 ]
}

# headers PROXY KIND: "name: value" lines
headers() {
  printf 'Content-Type: application/json\nAccept: application/json, text/event-stream\nAuthorization: Bearer %s\n' "${TOKEN[$1]}"
  case $2 in
    modern) printf 'Mcp-Protocol-Version: 2026-07-28\nMcp-Method: tools/call\nMcp-Name: echo\n' ;;
    virtual) printf 'Mcp-Protocol-Version: 2026-07-28\nMcp-Method: tools/call\nMcp-Name: calls-echo\n' ;;
    list) printf 'Mcp-Protocol-Version: 2026-07-28\nMcp-Method: tools/list\n' ;;
    legacy | sessionless) printf 'Mcp-Protocol-Version: 2025-11-25\n' ;;
  esac
}

# request METHOD PATH HEADERS_FILE [BODY_FILE]: the bytes of an HTTP request
request() {
  printf '%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n' "$1" "$2"
  sed 's/$/\r/' "$3"
  [ -z "${4:-}" ] || printf 'Content-Length: %d\r\n' "$(wc -c <"$4")"
  printf '\r\n'
  [ -z "${4:-}" ] || cat "$4"
}

prepare_requests() {
  local kind
  for kind in legacy modern virtual sessionless list; do headers "$1" $kind >"$WORK/$1.$kind"; done
  request POST "/${CALL_ID[$1]}/mcp" "$WORK/$1.legacy" "$WORK/legacy.json" >"$WORK/$1.call"
  request POST "/${STREAM_ID[$1]}/mcp" "$WORK/$1.modern" "$WORK/modern.json" >"$WORK/$1.stream"
  sed 's/"name":"echo"/"name":"flood"/' "$WORK/modern.json" >"$WORK/flood.json"
  sed 's/^Mcp-Name: .*/Mcp-Name: flood/' "$WORK/$1.modern" >"$WORK/$1.flooding"
  request POST "/${STREAM_ID[$1]}/mcp" "$WORK/$1.flooding" "$WORK/flood.json" >"$WORK/$1.flood"
  request GET "/${STREAM_ID[$1]}/mcp" "$WORK/$1.legacy" >"$WORK/$1.get"
  if [ "$1" = nginx ]; then
    sed 's/Bearer none/Bearer '"$CREDENTIAL"/ "$WORK/$1.call" >"$WORK/direct.call"
  fi
}

# all processes of a proxy: nginx does its work in a child
family() { echo "$1" "$(cat "/proc/$1/task/$1/children")"; }

# spent PID: processor time of it and its children so far, in ticks
spent() {
  local pid total=0 fields
  for pid in $(family "$1"); do
    fields=$(sed 's/.*) //' "/proc/$pid/stat") || return 1
    set -- $fields
    total=$((total + ${12} + ${13}))
  done
  echo $total
}

resident() {
  local pid total=0
  for pid in $(family "$1"); do
    total=$((total + $(awk '/^VmRSS:/ {print $2}' "/proc/$pid/status")))
  done
  echo $total
}

# measured ROW PROXY ROUND COMMAND...: the command's line of JSON with what the proxy spent on it, to the raw figures; round 0 is warm-up
measured() {
  local row=$1 proxy=$2 round=$3 pid=${PID[$2]:-} before=0 after=0 memory=0 line
  shift 3
  [ -z "$pid" ] || before=$(spent "$pid") || fail "$proxy is gone"
  line=$("$@") || fail "$row on $proxy: $*"
  [ -z "$pid" ] || { after=$(spent "$pid") && memory=$(resident "$pid"); } || fail "$proxy is gone"
  jq -c --arg row "$row" --arg proxy "$proxy" --argjson round "$round" --argjson ticks $((after - before)) --argjson hz "$TICKS" \
    --argjson memory "$memory" \
    '{row: $row, proxy: $proxy, round: $round} + . + if $memory > 0 then {cpu_us: ($ticks / $hz * 1e6 / ([.calls, 1] | max)), cpu_seconds: ($ticks / $hz), resident_kb: $memory} else {} end' \
    <<<"$line" >>"$RAW" || fail "no figures of $row on $proxy: $line"
}

# endpoint PROXY KIND
endpoint() {
  case $2 in
    virtual | sessionless) echo "${URL[$1]}/${VIRTUAL_ID[$1]}/mcp" ;;
    list) echo "${URL[$1]}/${LIST_ID[$1]}/mcp" ;;
    *) echo "${URL[$1]}/${CALL_ID[$1]}/mcp" ;;
  esac
}

# answer KIND: the file that holds what has to be answered
answer() {
  case $1 in
    list) echo "$WORK/www/list.json" ;;
    *) echo "$WORK/answer.json" ;;
  esac
}

# wrk_calls PROXY KIND SECONDS
wrk_calls() {
  BENCH_BODY=$WORK/$2.json BENCH_HEADERS=$WORK/$1.$2 \
    "${ON_LOAD_CORE[@]}" wrk -t1 -c "$CONNECTIONS" -d "${3}s" --timeout 10s -s "$HERE/call.lua" "$(endpoint "$1" "$2")" | grep '^{'
}

# warm_up PROXY KIND CALLS: until it has answered so many, which on a busy machine takes longer, but not longer than 28 s. Every answer is
# compared byte for byte.
warm_up() {
  local _ done=0
  say "warming up $1, $2"
  for _ in 1 2 3 4 5 6 7; do
    BENCH_ANSWER=$(answer "$2") measured "warm-up-$2" "$1" 0 wrk_calls "$1" "$2" "$WARM_SECONDS"
    done=$(jq -s --arg row "warm-up-$2" --arg proxy "$1" 'map(select(.row == $row and .proxy == $proxy) | .calls) | add' "$RAW")
    [ "$done" -lt "$3" ] || break
  done
}

# allocated PID: bytes that the threads of the event loops have allocated so far, as the JVM tells it (rounded to megabytes)
allocated() {
  "$JDK/bin/jcmd" "$1" Thread.print -e | awk '/^"reactor-http-/ && match($0, /allocated=[0-9.]+[BKMG]/) {
    text = substr($0, RSTART + 10, RLENGTH - 10); unit = substr(text, length(text))
    sum += text * (unit == "K" ? 1024 : unit == "M" ? 1048576 : unit == "G" ? 1073741824 : 1) } END { printf "%.0f", sum }'
}

# transport PID: what the event loops say that they run on
transport() { "$JDK/bin/jcmd" "$1" Thread.print | sed -n 's/^"reactor-http-\([a-z_]*\)-.*/\1/p' | head -1; }

# allocation PROXY ERA: what a call allocates, which depends on no machine's speed. To be asked for early: from 10 GB on it is told in gigabytes.
allocation() {
  local before after line
  before=$(allocated "${PID[$1]}")
  line=$(wrk_calls "$1" "$2" "$ALLOCATION_SECONDS") || fail "allocation of $1"
  after=$(allocated "${PID[$1]}")
  [ "$before" -gt 0 ] || fail "the JVM does not tell what its event loops allocate"
  jq -c --arg proxy "$1" --arg era "$2" --argjson bytes $((after - before)) \
    '{row: "allocation", proxy: $proxy, era: $era, round: 1} + . + {bytes_a_call: ($bytes / ([.calls, 1] | max) | round)}' <<<"$line" >>"$RAW"
}

calls() { measured "call-$2" "$1" "$3" wrk_calls "$1" "$2" "$SECONDS_EACH"; }

# paced PROXY ROUND: PROXY may be "direct", which is the upstream itself
paced() {
  local port=$CALLS_PORT
  [ "$1" = direct ] || port=${URL[$1]##*:}
  measured paced "$1" "$2" "${LOAD_JAVA[@]}" Paced "$port" "$WORK/$1.call" "$WORK/answer.json" "$PACED_CONNECTIONS" "$PACE" "$PACED_SECONDS"
}

streams() {
  measured stream "$1" "$2" "${LOAD_JAVA[@]}" Streams "${URL[$1]##*:}" "$WORK/$1.stream" "$STREAMING" "$STREAMS_EACH" "$EVENTS"
}

# slow PROXY ROUND: what a reader that does not keep up costs a thousand others
slow() {
  measured slow "$1" "$2" "${LOAD_JAVA[@]}" Slow "${URL[$1]##*:}" "$WORK/$1.get" "$WORK/$1.flood" "$SLOW_STREAMS" "$SLOW_EVENTS" "$STREAMS_PORT"
}

# live PROXY: kilobytes of live objects on a JVM's heap after a full collection; 0 for what is none
live() {
  [ "$1" = penstock ] || { echo 0; return; }
  live_heap "${PID[$1]}"
}

live_heap() {
  "$JDK/bin/jcmd" "$1" GC.class_histogram | awk '/^Total/ {printf "%d", $3 / 1024}'
}

# idle PROXY COUNT: opens the streams, weighs the proxy, and sends an event to all of them, $TO_ALL times: a JVM has not compiled what is done for the first
idle() {
  local proxy=$1 count=$2 live_before memory_before live_after memory_after opened delivered each='' ticks pid=${PID[$1]} _
  live_before=$(live "$proxy") memory_before=$(resident "$pid")
  coproc IDLE { exec "${LOAD_JAVA[@]}" Idle "${URL[$proxy]##*:}" "$WORK/$proxy.get" "$count" "$STREAMS_PORT"; }
  local coprocess=$IDLE_PID from=${IDLE[0]} to=${IDLE[1]}
  STARTED+=("$coprocess")
  read -r -t 60 opened <&"$from" || fail "$count streams through $proxy did not open"
  ticks=$(spent "$pid")
  sleep "$IDLE_SECONDS"
  ticks=$(($(spent "$pid") - ticks))
  live_after=$(live "$proxy") memory_after=$(resident "$pid")
  for _ in $(seq "$TO_ALL"); do
    echo >&"$to"
    read -r -t 60 delivered <&"$from" || fail "an event to $count streams through $proxy did not arrive"
    each+=$delivered
  done
  delivered=$(jq -sc '{all: map(.ms), failed: (map(.failed) | add)}' <<<"$each")
  exec {to}>&-
  wait "$coprocess"
  jq -nc --arg proxy "$proxy" --argjson count "$count" --argjson opened "$opened" --argjson delivered "$delivered" --argjson hz "$TICKS" \
    --argjson ticks "$ticks" --argjson seconds "$IDLE_SECONDS" --argjson live $((live_after - live_before)) --argjson grown $((memory_after - memory_before)) --argjson all "$memory_after" \
    '{row: "idle", proxy: $proxy, streams: $count, open_ms: $opened.ms, deliver_ms: $delivered.all, live_kb_a_stream: ($live / $count),
      resident_kb_a_stream: ($grown / $count), resident_kb: $all, core_percent: ($ticks / $hz / $seconds * 100),
      failed: ($opened.failed + $delivered.failed)}' >>"$RAW"
}

# image: the gateway as its image has it, with the cache of a training run
image() {
  say "the image's files"
  # not with the settings of the gateways that were started before
  env -i PATH="$PATH" HOME="$HOME" JAVA_HOME="$JDK" deploy/image/build.sh "$GATEWAY_JAR" "$WORK/image" >"$WORK/image.log" 2>&1 || fail "the image's files were not made"
  IMAGE=("@$WORK/image/jvm.options" "-XX:AOTCache=$WORK/image/penstock.aot" -XX:AOTMode=on -jar "$WORK/image/penstock.jar")
}

# restart_penstock FROM CORES COMMAND...: from the start of the process, which is java with the command, to the first answered call, with the
# database and the upstreams as they are
restart_penstock() {
  local from=$1 cores=$2 begun address=${URL[penstock]} status=0 ready=0 milliseconds _
  shift 2
  kill "${PID[penstock]}" && await_exit "${PID[penstock]}"
  wait "${PID[penstock]}" 2>/dev/null
  begun=${EPOCHREALTIME/./}
  env PORT="${address##*:}" MANAGEMENT_PORT="$(free_port)" BASE_URL="$address" DATA_DIR="${DIR[penstock]}/data" JWT_ALGORITHM=HS256 \
    JWT_SECRET_KEY="$PENSTOCK_SECRET" AUTH_ENCRYPTION_SECRET="$PENSTOCK_SEALING" UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8 BENCH_CORES="$cores" \
    "$JAVA" "$@" >"$WORK/restarted.log" 2>&1 &
  PID[penstock]=$!
  STARTED+=($!)
  for _ in $(seq 6000); do
    [ "$ready" = 1 ] || { port_open "${address##*:}" && ready=1; }
    [ "$ready" = 0 ] || status=$(sed 's/^/header = "/; s/$/"/' "$WORK/penstock.legacy" | curl -s -o /dev/null -w '%{http_code}' --max-time 5 -K - \
      --data-binary "@$WORK/legacy.json" "$address/${CALL_ID[penstock]}/mcp")
    [ "$status" != 200 ] || break
    kill -0 "${PID[penstock]}" 2>/dev/null || fail "the restarted gateway ended"
    sleep 0.02
  done
  milliseconds=$(((${EPOCHREALTIME/./} - begun) / 1000))
  [ "$status" = 200 ] || fail "no answer after the restart: $status"
  jq -nc --arg from "$from" --argjson cores "$(tr -cd , <<<"$cores" | wc -c)" --argjson ms "$milliseconds" --argjson ticks "$(spent "${PID[penstock]}")" \
    --argjson hz "$TICKS" --argjson memory "$(resident "${PID[penstock]}")" \
    '{row: "start", proxy: "penstock", from: $from, cores: ($cores + 1), first_call_ms: $ms, cpu_seconds: ($ticks / $hz), resident_kb: $memory, failed: 0}' >>"$RAW"
}

report() {
  jq -s --arg at "$(date -u +%FT%TZ)" --arg commit "$(git rev-parse --short HEAD 2>/dev/null)" --arg load "$LOAD_BEFORE" \
    --arg cpu "$(awk -F': *' '/^model name/ {print $2; exit}' /proc/cpuinfo)" --argjson cores "$(nproc)" --arg kernel "$(uname -r | cut -d. -f1,2)" \
    --argjson memory_mb "$(awk '/^MemTotal:/ {printf "%d", $2 / 1024}' /proc/meminfo)" --arg options "$GATEWAY_OPTIONS" \
    --arg haproxy "$(haproxy -v | sed -n 's/^HAProxy version \([^ ]*\).*/\1/p')" --arg transport "$TRANSPORT" \
    --arg nginx "$(nginx -v 2>&1 | sed 's/.*nginx\///')" --arg java "$("$JDK/bin/java" -version 2>&1 | sed -n 's/.*(build \(.*\))$/\1/p' | head -1)" \
    '{at: $at, commit: $commit, machine: {cpu: $cpu, cores: $cores, kernel: $kernel, memory_mb: $memory_mb, load_before: $load},
      nginx: $nginx, haproxy: $haproxy, transport: $transport, java: $java, java_options: $options, measurements: .}' "$RAW" >"$OUT/bench.json"
  jq -r -f "$HERE/table.jq" "$OUT/bench.json" | tee "$OUT/bench.md"
  local row
  for row in $(jq -r '[.measurements[] | select(.round > 0 and .cpu_us and .row != "slow") | .row] | unique[]' "$OUT/bench.json"); do
    jq -r --arg row "$row" -f "$HERE/plot.jq" "$OUT/bench.json" >"$OUT/$row.svg"
  done
}
