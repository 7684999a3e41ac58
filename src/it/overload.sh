#!/usr/bin/env bash
# overload.sh [--short] [-o FOLDER]
# What becomes of calls when there are more than the gateway can carry out (closed loops of many connections, and an open loop at four times its
# capacity), what readers cost that ask for much and read nothing, and what happens when it has too little memory for the streams that are opened. Prints Markdown, writes figures and logs to FOLDER (default
# target/overload), and exits non-zero when a call or a stream was neither answered nor turned away properly (503 with Retry-After), health did not answer,
# memory ran out, or, in the long form, less than 90 % of the best goodput is left at four times the load. --short judges no figure and takes a minute and a half.
# Needs a packaged jar, a JDK 25, nginx, jq and curl. Loopback only, two cores: the gateway has one of them to itself.
set -u -o pipefail
IT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
HERE=$IT/../bench
. "$IT/../test/scripts/gateway.sh"
. "$HERE/lib.sh"
unset PENSTOCK_OVERLOAD_DELAY # what tests do without is what is measured here
cd "$PROJECT" || exit 2

SHORT=no OUT=target/overload WARM=15 EACH=10 CLOSED="64 256 1024 4096" OPEN_CONNECTIONS=2048 LONG=60 STREAMS=5000 READERS=300 EVENTS_EACH=30
PATIENCE=5 # seconds in which health has to answer
EVENTS=1 EVENT_MILLIS=1
while [ $# -gt 0 ]; do
  case $1 in
    --short) SHORT=yes WARM=4 EACH=2 CLOSED="64 256 1024" OPEN_CONNECTIONS=512 LONG=3 STREAMS=1500 READERS=50 EVENTS_EACH=10 PATIENCE=30 ;;
    -o) OUT=${2:?-o needs a folder} && shift ;;
    *) echo "usage: overload.sh [--short] [-o FOLDER]" >&2 && exit 2 ;;
  esac
  shift
done
LOAD_BEFORE=$(cut -d' ' -f1-3 /proc/loadavg)
[ "$(ulimit -Hn)" = unlimited ] || ulimit -n "$(ulimit -Hn)"
PROBLEMS=()
problem() { echo "PROBLEM: $*" >&2 && PROBLEMS+=("$*"); }

setup || exit 2
"$JDK/bin/javac" -d "$WORK/classes" "$IT/Load.java" "$IT/Many.java" || exit 2
start_upstreams || fail "the upstreams did not start"

# begin NAME JVM_OPTIONS: a gateway of that name, and the requests for it
begin() {
  say "starting $1"
  GATEWAY_OPTIONS=$2 && prepare_java
  GATEWAY_PORT=$(free_port)
  start_gateway PENSTOCK_MCP_STREAMSPERCALLER=20000 TOOL_CONCURRENT_LIMIT=512 || fail "$1 did not start"
  STARTED+=("$GATEWAY_PID") && DIR[$1]=$GATEWAY_DIR PID[$1]=$GATEWAY_PID TOKEN[$1]=$ADMIN_TOKEN URL[$1]=$GATEWAY_URL
  local fields='{"transport":"STREAMABLEHTTP","auth_type":"bearer","auth_token":"'$CREDENTIAL'"}'
  CALL_ID[$1]=gateways/$(register calls "http://127.0.0.1:$CALLS_PORT/mcp" "$fields") || fail "no upstream of calls"
  STREAM_ID[$1]=gateways/$(register streams "http://127.0.0.1:$STREAMS_PORT/mcp" "$fields") || fail "no upstream of streams"
  prepare_requests "$1"
}

# load NAME CONNECTIONS PER_SECOND SECONDS: one line of JSON
load() {
  "${LOAD_JAVA[@]}" -Xmx512m Load "${URL[$1]##*:}" "$WORK/$1.call" "$2" "$3" "$4" || fail "the load ended"
}

health() { curl -s -o /dev/null -w '%{http_code}' --max-time "$PATIENCE" "${URL[$1]}/health"; }

# while_loaded ROW NAME CONNECTIONS PER_SECOND SECONDS: a row of figures; health has to answer all the while
while_loaded() {
  local row=$1 name=$2 asked=0 healthy=0 line
  shift
  load "$@" >"$WORK/line" &
  local loading=$!
  while kill -0 $loading 2>/dev/null; do
    asked=$((asked + 1))
    [ "$(health "$name")" = 200 ] && healthy=$((healthy + 1))
    sleep 0.3
  done
  line=$(cat "$WORK/line")
  [ -n "$line" ] || fail "no figures of $row"
  [ $healthy = $asked ] || problem "$row: health answered $healthy of $asked times"
  jq -c --arg row "$row" --argjson connections "$2" --argjson offered "$3" '{row: $row, connections: $connections, offered: $offered} + .' \
    <<<"$line" | tee -a "$RAW" >&2
}

recovery() {
  local begun=${EPOCHREALTIME/./} good=0
  while [ $good -lt 20 ] && [ $(((${EPOCHREALTIME/./} - begun) / 1000000)) -lt 30 ]; do
    if [ "$(sed 's/^/header = "/; s/$/"/' "$WORK/$1.legacy" | curl -s -o /dev/null -w '%{http_code}' --max-time 5 -K - \
      --data-binary "@$WORK/legacy.json" "${URL[$1]}/${CALL_ID[$1]}/mcp")" = 200 ]; then
      [ $good -gt 0 ] || first=$(((${EPOCHREALTIME/./} - begun) / 1000))
      good=$((good + 1))
    else
      good=0
    fi
  done
  [ $good = 20 ] || problem "no recovery within 30 s"
  jq -nc --argjson ms "${first:-30000}" '{row: "recovery", ms: $ms}' | tee -a "$RAW" >&2
}

# held_kilobytes NAME: live objects and buffers in use, of a gateway that may have 512 MB of buffers
held_kilobytes() {
  local part
  sleep 1 # until what is told of buffers is of now
  part=$(curl -s "$GATEWAY_MANAGEMENT_URL/actuator/prometheus" | awk '/^penstock_memory_used\{area="direct"\}/ {print $2}')
  echo $(($(live_heap "${PID[$1]}") + $(jq -n "${part:-0} * 512 * 1024 | round")))
}

# slow NAME: how late events are for 200 streams with one reader beside them that reads nothing
slow() {
  "${LOAD_JAVA[@]}" Slow "${URL[$1]##*:}" "$WORK/$1.get" "$WORK/$1.flood" 200 "$EVENTS_EACH" "$STREAMS_PORT" || fail "the events did not come"
}

# slow_readers NAME: what many of them cost, and whom
slow_readers() {
  local before after opened alone beside from
  alone=$(slow "$1") before=$(held_kilobytes "$1")
  coproc HELD { exec "${LOAD_JAVA[@]}" Many "${URL[$1]##*:}" "$WORK/$1.flood" "$READERS"; }
  local held=$HELD_PID
  from=${HELD[0]}
  STARTED+=("$held")
  read -r -t 120 opened <&"$from" || fail "the streams of the slow readers did not open"
  after=$(held_kilobytes "$1") beside=$(slow "$1")
  kill "$held" 2>/dev/null
  wait "$held" 2>/dev/null
  jq -nc --argjson readers "$READERS" --argjson opened "$opened" --argjson kilobytes $((after - before)) --argjson alone "$alone" --argjson beside "$beside" \
    '{row: "readers", readers: $opened.open, kb_a_reader: ($kilobytes / $readers | round), p99_ms: $beside.alone_p99_ms, alone_p99_ms: $alone.alone_p99_ms,
      unopened: ($readers - $opened.open)}' | tee -a "$RAW" >&2
}

begin gateway "-Xmx512m @deploy/image/jvm.options"
say "warming up"
load gateway 64 0 "$WARM" >/dev/null
for connections in $CLOSED; do while_loaded closed gateway "$connections" 0 "$EACH"; done
PEAK=$(jq -s 'map(select(.row == "closed" and .connections == 64) | .per_second) | max | floor' "$RAW")
while_loaded open gateway "$OPEN_CONNECTIONS" $((4 * PEAK)) "$LONG"
recovery gateway
slow_readers gateway
metrics=$(curl -s "$GATEWAY_MANAGEMENT_URL/actuator/prometheus")
grep -q '^penstock_shed_total{why="busy"}' <<<"$metrics" || problem "the metrics know nothing of it"
kill "${PID[gateway]}" && await_exit "${PID[gateway]}"

# memory: more streams than the heap has room for, of which the processor turns none away
PENSTOCK_OVERLOAD_DELAY=0 begin small "-Xmx${SMALL_HEAP:-96m} @deploy/image/jvm.options"
coproc MANY { exec "${LOAD_JAVA[@]}" Many "${URL[small]##*:}" "$WORK/small.get" "$STREAMS"; }
many=$MANY_PID from=${MANY[0]}
STARTED+=("$many")
read -r -t 240 opened <&"$from" || fail "the streams neither opened nor were turned away"
kill -0 "${PID[small]}" 2>/dev/null || problem "memory ran out"
[ "$(health small)" = 200 ] || problem "health does not answer where memory is short"
shed=$(curl -s "$GATEWAY_MANAGEMENT_URL/actuator/prometheus" | awk '/^penstock_shed_total\{why="memory"\}/ {printf "%d", $2}')
[ "$(jq '.open + .refused' <<<"$opened")" = "$STREAMS" ] || problem "streams were neither opened nor turned away: $opened"
kill "$many" 2>/dev/null
jq -nc --argjson streams "$STREAMS" --argjson opened "$opened" --argjson shed "${shed:-0}" \
  '{row: "memory", streams: $streams, opened: $opened.open, refused: $opened.refused, shed: $shed}' | tee -a "$RAW" >&2
recovery small
grep -q OutOfMemoryError "$GATEWAY_LOG" && problem "memory ran out"

jq -s --arg load "$LOAD_BEFORE" --arg commit "$(git rev-parse --short HEAD 2>/dev/null)" --argjson cores "$(nproc)" \
  '{commit: $commit, cores: $cores, load_before: $load, problems: $ARGS.positional, rows: .}' "$RAW" --args "${PROBLEMS[@]}" >"$OUT/overload.json"
jq -r '(.rows | map(select(.row == "closed") | .per_second) | max) as $best
  | "| load | connections | answered with 200 a second | of the best | p50 ms | p99 ms | turned away | held up | failed |\n|---|---|---|---|---|---|---|---|---|",
    (.rows[] | select(.row == "closed" or .row == "open")
      | "| \(if .row == "open" then "open, \(.offered) a second" else "closed" end) | \(.connections) | \(.per_second) | \(.per_second / $best * 100 | round) % | \(.p50_ms) | \(.p99_ms) | \(.shed) | \(.held_up) | \(.failed) |"),
    "",
    (.rows | map(select(.row == "recovery")) | "Recovery after the load: \(.[0].ms) ms; after the streams: \(.[1].ms) ms."),
    (.rows[] | select(.row == "readers") | "\(.readers) readers that read nothing of 64 MB: \(.kb_a_reader) KB each; p99 of an event to one of 200 other streams \(.p99_ms) ms, without them \(.alone_p99_ms) ms."),
    (.rows[] | select(.row == "memory") | "Memory: of \(.streams) streams \(.opened) opened; \(.shed) requests were turned away."),
    "Commit \(.commit), \(.cores) processors, load of the machine before \(.load_before)."' "$OUT/overload.json" | tee "$OUT/overload.md"
[ "$(jq '[.rows[] | select(.failed != null) | .failed + .without_retry_after] | add' "$OUT/overload.json")" = 0 ] || problem "calls failed"
[ $SHORT = yes ] || jq -e '(.rows | map(select(.row == "closed") | .per_second) | max) as $best
  | [.rows[] | select((.row == "closed" and .connections == 256) or .row == "open") | .per_second >= 0.9 * $best] | all' \
  "$OUT/overload.json" >/dev/null || problem "less than 90 % of the best goodput is left"
[ $SHORT = yes ] || jq -e '.rows[] | select(.row == "readers") | .kb_a_reader <= 256' "$OUT/overload.json" >/dev/null || problem "a slow reader costs more than 256 KB"
jq -e '.rows[] | select(.row == "readers") | .unopened == 0' "$OUT/overload.json" >/dev/null || problem "not all slow readers were let in"
[ ${#PROBLEMS[@]} = 0 ]
