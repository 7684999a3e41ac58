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
  padded "$WORK/answer.json" $ANSWER_BYTES '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"' '"}],"resultType":"complete"}}'
}

# the programs of this folder, and a java that runs on the proxy's core
prepare_java() {
  "$JDK/bin/javac" -d "$WORK/classes" "$HERE"/*.java || exit 2
  printf '#!/bin/sh\nexec taskset -c "${BENCH_CORES:-%s}" "%s" %s "$@"\n' \
    "$PROXY_CORE" "$JDK/bin/java" "${BENCH_JAVA_OPTS:--Xmx512m}" >"$WORK/java"
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
    location /streams/mcp { proxy_pass http://streams/mcp; proxy_buffering off; proxy_read_timeout 300s; }
  }
END
  taskset -c "$PROXY_CORE" nginx -e "$WORK/proxy.conf.log" -c "$WORK/proxy.conf" &
  PID[nginx]=$!
  STARTED+=($!)
  URL[nginx]=http://127.0.0.1:$port TOKEN[nginx]=none CALL_ID[nginx]=calls STREAM_ID[nginx]=streams
  await_port "$port" "${PID[nginx]}"
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
  [ "$name" = penstock ] && PENSTOCK_SECRET=$JWT_SECRET_KEY PENSTOCK_SEALING=$SEALING
  return 0
}

# headers PROXY ERA: "name: value" lines
headers() {
  printf 'Content-Type: application/json\nAccept: application/json, text/event-stream\nAuthorization: Bearer %s\n' "${TOKEN[$1]}"
  if [ "$2" = modern ]; then
    printf 'Mcp-Protocol-Version: 2026-07-28\nMcp-Method: tools/call\nMcp-Name: echo\n'
  else
    printf 'Mcp-Protocol-Version: 2025-11-25\n'
  fi
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
  local era
  for era in legacy modern; do headers "$1" $era >"$WORK/$1.$era"; done
  request POST "/${CALL_ID[$1]}/mcp" "$WORK/$1.legacy" "$WORK/legacy.json" >"$WORK/$1.call"
  request POST "/${STREAM_ID[$1]}/mcp" "$WORK/$1.modern" "$WORK/modern.json" >"$WORK/$1.stream"
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

# wrk_calls PROXY ERA SECONDS
wrk_calls() {
  BENCH_BODY=$WORK/$2.json BENCH_HEADERS=$WORK/$1.$2 \
    "${ON_LOAD_CORE[@]}" wrk -t1 -c "$CONNECTIONS" -d "${3}s" --timeout 10s -s "$HERE/call.lua" "${URL[$1]}/${CALL_ID[$1]}/mcp" | grep '^{'
}

# warm_up PROXY ERA CALLS: until it has answered so many, which on a busy machine takes longer, but not longer than 28 s. Every answer is
# compared byte for byte.
warm_up() {
  local _ done=0
  say "warming up $1, $2"
  for _ in 1 2 3 4 5 6 7; do
    BENCH_ANSWER=$WORK/answer.json measured "warm-up-$2" "$1" 0 wrk_calls "$1" "$2" "$WARM_SECONDS"
    done=$(jq -s --arg row "warm-up-$2" --arg proxy "$1" 'map(select(.row == $row and .proxy == $proxy) | .calls) | add' "$RAW")
    [ "$done" -lt "$3" ] || break
  done
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

# live PROXY: kilobytes of live objects on a JVM's heap after a full collection; 0 for nginx
live() {
  [ "$1" != nginx ] || { echo 0; return; }
  "$JDK/bin/jcmd" "${PID[$1]}" GC.run >/dev/null
  "$JDK/bin/jcmd" "${PID[$1]}" GC.class_histogram -all | awk '/^Total/ {printf "%d", $3 / 1024}'
}

# idle PROXY COUNT: opens the streams, weighs the proxy, sends one event to all of them
idle() {
  local proxy=$1 count=$2 live_before memory_before live_after memory_after opened delivered ticks pid=${PID[$1]}
  live_before=$(live "$proxy") memory_before=$(resident "$pid")
  coproc IDLE { exec "${LOAD_JAVA[@]}" Idle "${URL[$proxy]##*:}" "$WORK/$proxy.get" "$count" "$STREAMS_PORT"; }
  local coprocess=$IDLE_PID from=${IDLE[0]} to=${IDLE[1]}
  STARTED+=("$coprocess")
  read -r -t 60 opened <&"$from" || fail "$count streams through $proxy did not open"
  ticks=$(spent "$pid")
  sleep 3
  ticks=$(($(spent "$pid") - ticks))
  live_after=$(live "$proxy") memory_after=$(resident "$pid")
  echo >&"$to"
  read -r -t 60 delivered <&"$from" || fail "an event to $count streams through $proxy did not arrive"
  wait "$coprocess"
  jq -nc --arg proxy "$proxy" --argjson count "$count" --argjson opened "$opened" --argjson delivered "$delivered" --argjson hz "$TICKS" \
    --argjson ticks "$ticks" --argjson live $((live_after - live_before)) --argjson grown $((memory_after - memory_before)) --argjson all "$memory_after" \
    '{row: "idle", proxy: $proxy, streams: $count, open_ms: $opened.ms, deliver_ms: $delivered.ms, live_kb_a_stream: ($live / $count),
      resident_kb_a_stream: ($grown / $count), resident_kb: $all, core_percent: ($ticks / $hz / 3 * 100),
      failed: ($opened.failed + $delivered.failed)}' >>"$RAW"
}

# restart_penstock WHAT CORES: from the start of the process to the first answered call, with the database and the upstreams as they are
restart_penstock() {
  local begun address=${URL[penstock]} status=0 ready=0 milliseconds _
  kill "${PID[penstock]}" && await_exit "${PID[penstock]}"
  wait "${PID[penstock]}" 2>/dev/null
  begun=${EPOCHREALTIME/./}
  env PORT="${address##*:}" MANAGEMENT_PORT="$(free_port)" BASE_URL="$address" DATA_DIR="${DIR[penstock]}/data" JWT_ALGORITHM=HS256 \
    JWT_SECRET_KEY="$PENSTOCK_SECRET" AUTH_ENCRYPTION_SECRET="$PENSTOCK_SEALING" UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8 BENCH_CORES="$2" \
    "$JAVA" -jar "$GATEWAY_JAR" >"$WORK/restarted.log" 2>&1 &
  PID[penstock]=$!
  STARTED+=($!)
  for _ in $(seq 1200); do
    [ "$ready" = 1 ] || { port_open "${address##*:}" && ready=1; }
    [ "$ready" = 0 ] || status=$(sed 's/^/header = "/; s/$/"/' "$WORK/penstock.legacy" | curl -s -o /dev/null -w '%{http_code}' --max-time 5 -K - \
      --data-binary "@$WORK/legacy.json" "$address/${CALL_ID[penstock]}/mcp")
    [ "$status" != 200 ] || break
    kill -0 "${PID[penstock]}" 2>/dev/null || fail "the restarted gateway ended"
    sleep 0.02
  done
  milliseconds=$(((${EPOCHREALTIME/./} - begun) / 1000))
  [ "$status" = 200 ] || fail "no answer after the restart: $status"
  jq -nc --arg cores "$1" --argjson ms "$milliseconds" --argjson memory "$(resident "${PID[penstock]}")" \
    '{row: "start", proxy: "penstock", cores: $cores, first_call_ms: $ms, resident_kb: $memory, failed: 0}' >>"$RAW"
}

report() {
  jq -s --arg at "$(date -u +%FT%TZ)" --arg commit "$(git rev-parse --short HEAD 2>/dev/null)" --arg load "$LOAD_BEFORE" \
    --arg cpu "$(awk -F': *' '/^model name/ {print $2; exit}' /proc/cpuinfo)" --argjson cores "$(nproc)" --arg kernel "$(uname -r)" \
    --argjson memory_mb "$(awk '/^MemTotal:/ {printf "%d", $2 / 1024}' /proc/meminfo)" --arg options "${BENCH_JAVA_OPTS:--Xmx512m}" \
    --arg nginx "$(nginx -v 2>&1 | sed 's/.*nginx\///')" --arg java "$("$JDK/bin/java" -version 2>&1 | sed -n 's/.*(build \(.*\))$/\1/p' | head -1)" \
    '{at: $at, commit: $commit, machine: {cpu: $cpu, cores: $cores, kernel: $kernel, memory_mb: $memory_mb, load_before: $load},
      nginx: $nginx, java: $java, java_options: $options, measurements: .}' "$RAW" >"$OUT/bench.json"
  jq -r -f "$HERE/table.jq" "$OUT/bench.json" | tee "$OUT/bench.md"
}
