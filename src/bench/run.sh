#!/usr/bin/env bash
# run.sh [--quick] [-o FOLDER]
# What a call through Penstock costs, relative to nginx proxying the same call in the same run, and what it costs through HAProxy. Prints Markdown, writes the raw figures to
# FOLDER/bench.json (default target/bench) and exits non-zero when a single call, event or stream failed, or a call allocates more than it may;
# it never judges a time.
# What the rows mean and how to read them: src/docs/benchmarks.md. --quick only shows that everything still runs (about a minute).
# Needs a JDK 25 and Maven; installs nginx, HAProxy, wrk, jq and curl where they are missing. Loopback only, two cores.
#   BENCH_JAVA_OPTS   options of the gateway's JVM (default -Xmx512m and those of the image, deploy/image/jvm.options)
#   GATEWAY_JAR       the jar to measure (default target/penstock-*.jar, built when there is none)
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/lib.sh"
cd "$PROJECT" || exit 2

ROUNDS=5 SECONDS_EACH=3 WARM_SECONDS=4 WARM=400000 PACED_ROUNDS=3 PACED_SECONDS=4 STREAM_ROUNDS=3 STREAMS_EACH=5 IDLE="1000 5000" TO_ALL=9 LIST_ROUNDS=3
COMPARED="nginx haproxy penstock" SLOW_STREAMS=1000 SLOW_EVENTS=30 SLOW_ROUNDS=3
ALLOCATION_SECONDS=4 IDLE_SECONDS=3
PROXIES="$COMPARED penstock-rs256 penstock-es256"
OUT=target/bench QUICK=no
while [ $# -gt 0 ]; do
  case $1 in
    --quick)
      QUICK=yes ROUNDS=1 SECONDS_EACH=1 WARM_SECONDS=1 WARM=1 PACED_ROUNDS=1 PACED_SECONDS=1 STREAM_ROUNDS=1 STREAMS_EACH=1 IDLE="200" TO_ALL=2 LIST_ROUNDS=1
      SLOW_STREAMS=200 SLOW_EVENTS=5 SLOW_ROUNDS=1 ALLOCATION_SECONDS=2 IDLE_SECONDS=1 COMPARED="nginx penstock"
      PROXIES="nginx haproxy penstock"
      ;;
    -o) OUT=${2:?-o needs a folder} && shift ;;
    *) echo "usage: run.sh [--quick] [-o FOLDER]" >&2 && exit 2 ;;
  esac
  shift
done
COMPILED=60000 MOST_BYTES_A_CALL=24000
EVENTS=100 EVENT_MILLIS=5 STREAMING=50 PACE=2000 PACED_CONNECTIONS=16 CONNECTIONS=64

LOAD_BEFORE=$(cut -d' ' -f1-3 /proc/loadavg)
setup || exit 2
start_upstreams || fail "the upstreams did not start"
start_proxy_nginx || fail "nginx did not start"
start_proxy_haproxy || fail "haproxy did not start"
for proxy in $PROXIES; do
  [ -n "${PID[$proxy]:-}" ] || start_penstock "$proxy" || fail "$proxy did not start"
done
for proxy in $PROXIES; do
  prepare_requests "$proxy"
  warm_up "$proxy" legacy "$WARM"
done

TRANSPORT=$(transport "${PID[penstock]}")

say "bytes a call"
warm_up penstock legacy "$COMPILED"
allocation penstock legacy

say "calls, $ROUNDS rounds"
for round in $(seq "$ROUNDS"); do
  for proxy in $PROXIES; do calls "$proxy" legacy "$round"; done
done
for proxy in $COMPARED; do warm_up "$proxy" modern $((WARM / 4)); done
for round in $(seq "$ROUNDS"); do
  for proxy in $COMPARED; do calls "$proxy" modern "$round"; done
done

say "calls to a virtual server, its list of 500 tools"
for kind in virtual sessionless list; do
  for proxy in $COMPARED; do WARM_SECONDS=$(((WARM_SECONDS + 1) / 2)) warm_up "$proxy" $kind $((WARM / 8)); done
  for round in $(seq "$LIST_ROUNDS"); do
    for proxy in $COMPARED; do calls "$proxy" $kind "$round"; done
  done
done

say "calls at $PACE a second, $PACED_ROUNDS rounds"
for round in $(seq "$PACED_ROUNDS"); do
  for proxy in direct $COMPARED; do paced "$proxy" "$round"; done
done

say "streams of $EVENTS events, $STREAM_ROUNDS rounds"
for proxy in $COMPARED; do streams "$proxy" 0; done
for round in $(seq "$STREAM_ROUNDS"); do
  for proxy in $COMPARED; do streams "$proxy" "$round"; done
done

say "a slow reader among $SLOW_STREAMS streams"
for round in $(seq "$SLOW_ROUNDS"); do
  for proxy in $COMPARED; do slow "$proxy" "$round"; done
done

for count in $IDLE; do
  say "$count idle streams"
  for proxy in $COMPARED; do idle "$proxy" "$count"; done
done

say "start-up"
restart_penstock jar "$PROXY_CORE,$LOAD_CORE" -jar "$GATEWAY_JAR"
if [ "$QUICK" = no ]; then
  image
  for cores in "$PROXY_CORE,$LOAD_CORE" "$PROXY_CORE"; do restart_penstock "image, AOT cache" "$cores" "${IMAGE[@]}"; done
fi

report
failed=$(jq -s 'map(.failed) | add' "$RAW")
bytes=$(jq -s 'map(select(.row == "allocation") | .bytes_a_call) | max' "$RAW")
[ "$bytes" -le "$MOST_BYTES_A_CALL" ] || { echo "FAILED: a call allocates $bytes bytes, and may $MOST_BYTES_A_CALL" >&2; exit 1; }
[ "$failed" = 0 ] || { echo "FAILED: $failed calls, events or streams; see $OUT/bench.json" >&2; exit 1; }
