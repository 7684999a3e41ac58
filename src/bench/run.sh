#!/usr/bin/env bash
# run.sh [--quick] [-o FOLDER]
# What a call through Penstock costs, relative to nginx proxying the same call in the same run. Prints Markdown, writes the raw figures to
# FOLDER/bench.json (default target/bench) and exits non-zero when a single call, event or stream failed; it never judges a time.
# What the rows mean and how to read them: src/docs/benchmarks.md. --quick only shows that everything still runs (under a minute).
# Needs a JDK 25 and Maven; installs nginx, wrk, jq and curl where they are missing. Loopback only, two cores.
#   BENCH_JAVA_OPTS   options of the gateway's JVM (default -Xmx512m)
#   GATEWAY_JAR       the jar to measure (default target/penstock-*.jar, built when there is none)
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/lib.sh"
cd "$PROJECT" || exit 2

ROUNDS=5 SECONDS_EACH=3 WARM_SECONDS=4 WARM=150000 PACED_ROUNDS=3 PACED_SECONDS=5 STREAM_ROUNDS=3 STREAMS_EACH=5 IDLE="1000 5000"
COMPARED="nginx penstock"
PROXIES="$COMPARED penstock-rs256 penstock-es256"
OUT=target/bench QUICK=no
while [ $# -gt 0 ]; do
  case $1 in
    --quick)
      QUICK=yes ROUNDS=1 SECONDS_EACH=1 WARM_SECONDS=2 WARM=1 PACED_ROUNDS=1 PACED_SECONDS=2 STREAM_ROUNDS=1 STREAMS_EACH=1 IDLE="200"
      PROXIES=$COMPARED
      ;;
    -o) OUT=${2:?-o needs a folder} && shift ;;
    *) echo "usage: run.sh [--quick] [-o FOLDER]" >&2 && exit 2 ;;
  esac
  shift
done
EVENTS=100 EVENT_MILLIS=5 STREAMING=50 PACE=2000 PACED_CONNECTIONS=16 CONNECTIONS=64

. .ci/install
need curl curl && need jq jq && need wrk wrk && need nginx nginx-light && need openssl openssl || exit 2
JDK=$(.ci/jdk) || exit 2
[ "$(nproc)" -ge 2 ] || { echo "needs two cores: one for the proxy, one for load and upstream" >&2; exit 2; }
find_jar >/dev/null 2>&1 || JAVA_HOME=$JDK mvn -B -ntp -q -DskipTests package || exit 2

WORK=$(mktemp -d) && chmod 755 "$WORK"
RAW=$WORK/raw
mkdir -p "$OUT"
declare -A URL PID TOKEN DIR CALL_ID STREAM_ID
STARTED=() # pids of everything started here
trap finish EXIT
trap 'exit 130' INT TERM
LOAD_BEFORE=$(cut -d' ' -f1-3 /proc/loadavg)

prepare_messages
prepare_java
start_upstreams || fail "the upstreams did not start"
start_proxy_nginx || fail "nginx did not start"
for proxy in $PROXIES; do
  [ "$proxy" = nginx ] || start_penstock "$proxy" || fail "$proxy did not start"
done
for proxy in $PROXIES; do
  prepare_requests "$proxy"
  warm_up "$proxy" legacy "$WARM"
done

say "calls, $ROUNDS rounds"
for round in $(seq "$ROUNDS"); do
  for proxy in $PROXIES; do calls "$proxy" legacy "$round"; done
done
for proxy in $COMPARED; do warm_up "$proxy" modern $((WARM / 4)); done
for round in $(seq "$ROUNDS"); do
  for proxy in $COMPARED; do calls "$proxy" modern "$round"; done
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

for count in $IDLE; do
  say "$count idle streams"
  for proxy in $COMPARED; do idle "$proxy" "$count"; done
done

say "start-up"
[ "$QUICK" = yes ] || restart_penstock one "$PROXY_CORE"
restart_penstock two "$PROXY_CORE,$LOAD_CORE"

report
failed=$(jq -s 'map(.failed) | add' "$RAW")
[ "$failed" = 0 ] || { echo "FAILED: $failed calls, events or streams; see $OUT/bench.json" >&2; exit 1; }
