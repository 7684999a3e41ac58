#!/usr/bin/env bash
# growth.sh [--quick] [-o FOLDER]
# How the gateway's costs grow: 1 to 1,000 gateways, 1 to 100,000 verified tokens, 1 to 10,000 tools of a virtual server, 1 to 10,000 idle
# streams. Prints Markdown, writes it and growth.csv into FOLDER (default target/growth), and exits non-zero when a call failed; it never
# judges a time. --quick goes to 100 of each, to see that it runs. What the rows mean: src/docs/reports/growth.md.
# Needs a JDK 25, Maven, and 20,000 open files. Loopback only.
#   BENCH_JAVA_OPTS   options of the gateway's JVM (default -Xmx768m)
#   GATEWAY_JAR       the jar to measure (default target/penstock-*.jar, built when there is none)
#   GROWTH_DATABASE   a PostgreSQL to use in place of the embedded database, as DATABASE_URL is written; it must be empty
set -u -o pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../test/scripts/gateway.sh"
cd "$PROJECT" || exit 2

HOW=full OUT=target/growth
while [ $# -gt 0 ]; do
  case $1 in
    --quick) HOW=quick ;;
    -o) OUT=${2:?-o needs a folder} && shift ;;
    *) echo "usage: growth.sh [--quick] [-o FOLDER]" >&2 && exit 2 ;;
  esac
  shift
done

. .ci/install
need curl curl && need jq jq || exit 2
JDK=$(.ci/jdk) || exit 2
GATEWAY_JAR=$(find_jar 2>/dev/null || { JAVA_HOME=$JDK mvn -B -ntp -q -DskipTests package && find_jar; }) || exit 2
ulimit -n "$(ulimit -Hn)"
mkdir -p "$OUT"
WORK=$(mktemp -d)
finish() {
  [ -f "${GATEWAY_LOG:-}" ] && cp "$GATEWAY_LOG" "$OUT/gateway.log"
  stop_gateway
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM
LOAD_BEFORE=$(cut -d' ' -f1-3 /proc/loadavg)
"$JDK/bin/javac" -d "$WORK/classes" "$HERE"/*.java || exit 2
printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$JDK/bin/java" "${BENCH_JAVA_OPTS:--Xmx768m}" >"$WORK/java"
chmod +x "$WORK/java"
JAVA=$WORK/java
settings=(PENSTOCK_MCP_STREAMSPERCALLER=20000 PENSTOCK_HEALTH_POLL=1h)
[ -z "${GROWTH_DATABASE:-}" ] || settings+=(DATABASE_URL="$GROWTH_DATABASE")
start_gateway "${settings[@]}" || exit 1

HEAD="$(date -u +%Y-%m-%dT%H:%M:%SZ), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(nproc) x $(
  awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), Linux $(uname -r | cut -d. -f1,2), load before $LOAD_BEFORE; ${BENCH_JAVA_OPTS:--Xmx768m}, $(
  [ -n "${GROWTH_DATABASE:-}" ] && echo PostgreSQL || echo "embedded database")"
GROWTH_TOKEN=$ADMIN_TOKEN GROWTH_SECRET=$JWT_SECRET_KEY "$JDK/bin/java" -Xmx1g -XX:+UseSerialGC -Dsun.net.httpserver.nodelay=true \
  -cp "$WORK/classes" Growth "http://127.0.0.1:${GATEWAY_URL##*:}" "$GATEWAY_PID" "$JDK/bin/jcmd" "$OUT" "$HOW" "$HEAD"
