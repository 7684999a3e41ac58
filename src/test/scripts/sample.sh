# Sourced after gateway.sh. A real MCP server with a bearer token of its own, from the test classes.
#
#   start_sample TOKEN [TOKEN ...]   on $SAMPLE_PORT, or a free one; sets SAMPLE_URL and SAMPLE_PID. Streamable HTTP at /mcp, HTTP+SSE at /sse
#   stop_sample                      put it into a trap
#
# Needs compiled tests and Maven, which knows the classpath.
SAMPLE_PID=
SAMPLE_LOG=

start_sample() {
  local classpath=$PROJECT/target/test-classpath port=${SAMPLE_PORT:-}
  [ -n "$port" ] || port=$(free_port)
  if [ ! -s "$classpath" ] || [ "$PROJECT/pom.xml" -nt "$classpath" ]; then
    (cd "$PROJECT" && mvn -B -q dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$classpath") >&2 || return 1
  fi
  SAMPLE_LOG=$(mktemp)
  "$JAVA" -cp "$PROJECT/target/test-classes:$PROJECT/target/classes:$(cat "$classpath")" io.penstock.dev.SampleServer "$port" "$@" >"$SAMPLE_LOG" 2>&1 &
  SAMPLE_PID=$!
  SAMPLE_URL=http://localhost:$port
  await_port "$port" "$SAMPLE_PID" && return
  echo "the sample server did not start:" >&2
  tail -20 "$SAMPLE_LOG" >&2
  return 1
}

stop_sample() {
  if [ -n "$SAMPLE_PID" ]; then
    kill "$SAMPLE_PID" 2>/dev/null && await_exit "$SAMPLE_PID"
    wait "$SAMPLE_PID" 2>/dev/null
    SAMPLE_PID=
  fi
  [ -z "$SAMPLE_LOG" ] || rm -f "$SAMPLE_LOG"
}
