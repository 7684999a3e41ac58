# Sourced after gateway.sh. A real MCP server with a bearer token of its own, from the test classes.
#
#   start_sample TOKEN [TOKEN ...]   on $SAMPLE_PORT, or a free one; sets SAMPLE_URL and SAMPLE_PID. Streamable HTTP at /mcp, HTTP+SSE at /sse
#   start_authorization_server       an authorization server; sets AUTHORIZATION_URL
#   stop_authorization_server
#   stop_sample                      put both into a trap
#
# Needs compiled tests and Maven, which knows the class path.
. "$(dirname "${BASH_SOURCE[0]}")/class-path.sh"
SAMPLE_PID=
SAMPLE_LOG=
AUTHORIZATION_PID=

start_sample() {
  local classpath port=${SAMPLE_PORT:-}
  [ -n "$port" ] || port=$(free_port)
  classpath=$(test_class_path) || return 1
  SAMPLE_LOG=$(mktemp)
  "$JAVA" -cp "$classpath" io.penstock.dev.SampleServer "$port" "$@" >"$SAMPLE_LOG" 2>&1 &
  SAMPLE_PID=$!
  SAMPLE_URL=http://localhost:$port
  await_port "$port" "$SAMPLE_PID" && return
  echo "the sample server did not start:" >&2
  tail -20 "$SAMPLE_LOG" >&2
  return 1
}

start_authorization_server() {
  local classpath port
  port=$(free_port)
  classpath=$(test_class_path) || return 1
  "$JAVA" -cp "$classpath" io.penstock.dev.SampleAuthorizationServer "$port" >/dev/null 2>&1 &
  AUTHORIZATION_PID=$!
  AUTHORIZATION_URL=http://localhost:$port
  await_port "$port" "$AUTHORIZATION_PID"
}

stop_authorization_server() {
  if [ -n "$AUTHORIZATION_PID" ]; then
    kill "$AUTHORIZATION_PID" 2>/dev/null && await_exit "$AUTHORIZATION_PID"
    wait "$AUTHORIZATION_PID" 2>/dev/null
    AUTHORIZATION_PID=
  fi
}

stop_sample() {
  if [ -n "$SAMPLE_PID" ]; then
    kill "$SAMPLE_PID" 2>/dev/null && await_exit "$SAMPLE_PID"
    wait "$SAMPLE_PID" 2>/dev/null
    SAMPLE_PID=
  fi
  [ -z "$SAMPLE_LOG" ] || rm -f "$SAMPLE_LOG"
}
