#!/usr/bin/env bash
# flame.sh [-o FOLDER] [legacy|modern|stream]
# Where the processor time of a call goes, and what a call allocates: records a saturated gateway for half a minute with Java Flight Recorder (one that
# passes 20,000 events a second on, for "stream") and writes cpu.svg, alloc.svg and the recording to FOLDER (default target/flame). Prints both as tables.
# Needs what run.sh needs. The shares are right on a busy machine too; the totals are not.
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
. "$HERE/lib.sh"
cd "$PROJECT" || exit 2
OUT=target/flame KIND=modern
while [ $# -gt 0 ]; do
  case $1 in
    -o) OUT=${2:?-o needs a folder} && shift ;;
    legacy | modern | stream) KIND=$1 ;;
    *) echo "usage: flame.sh [-o FOLDER] [legacy|modern|stream]" >&2 && exit 2 ;;
  esac
  shift
done
EVENTS=100 EVENT_MILLIS=5 STREAMING=100 WARM_SECONDS=4 CONNECTIONS=64 SECONDS_RECORDED=30
GATEWAY_OPTIONS="$GATEWAY_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints -XX:FlightRecorderOptions=stackdepth=256"
setup || exit 2
start_upstreams || fail "the upstreams did not start"
start_penstock penstock || fail "the gateway did not start"
prepare_requests penstock

# load SECONDS; a stream takes half of one
load() {
  if [ "$KIND" = stream ]; then STREAMS_EACH=$((2 * $1)) streams penstock 0; else wrk_calls penstock "$KIND" "$1"; fi
}

if [ "$KIND" = stream ]; then load 15; else warm_up penstock "$KIND" 150000; fi
say "recording"
"$JDK/bin/jcmd" "${PID[penstock]}" JFR.start name=flame settings=none +jdk.CPUTimeSample#enabled=true +jdk.CPUTimeSample#throttle=1ms \
  +jdk.ObjectAllocationSample#enabled=true +jdk.ObjectAllocationSample#throttle=1000/s +jdk.ObjectAllocationSample#stackTrace=true >/dev/null || fail "no recording"
load "$SECONDS_RECORDED"
"$JDK/bin/jcmd" "${PID[penstock]}" JFR.stop name=flame filename="$WORK/flame.jfr" >/dev/null || fail "no recording"
cp "$WORK/flame.jfr" "$OUT/flame.jfr"
"$JDK/bin/java" -cp "$WORK/classes" Flame "$OUT/flame.jfr" "$OUT" | tee "$OUT/flame.md"
