# Sourced after gateway.sh: the MCP Java SDK as a client and as a server (io.penstock.peer), from the test classes that mvn package compiles.
#
#   java_clients         prints the command that the clients of connect-java.mjs are started with
#   start_java_server    a server on a free port: $STATE/java.url, and $STATE/java.pid for start-upstreams.sh stop

. "$(dirname "${BASH_SOURCE[0]}")/class-path.sh"

java_clients() {
  local java path
  java=$(find_java) && path=$(test_class_path) || return 1
  echo "$java -Xmx512m -XX:TieredStopAtLevel=1 -cp $path io.penstock.peer.SdkClients"
}

start_java_server() {
  local java path pid
  java=$(find_java) && path=$(test_class_path) || return 1
  "$java" -Xmx512m -XX:TieredStopAtLevel=1 -cp "$path" io.penstock.peer.SdkServer java >"$STATE/java.url" 2>"$STATE/java.log" &
  pid=$!
  echo "$pid" >"$STATE/java.pid"
  for _ in $(seq 300); do
    if [ -s "$STATE/java.url" ]; then
      printf '%-16s pid %-7s %s\n' java "$pid" "$(cat "$STATE/java.url")"
      return
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "the Java server did not start:" >&2
  tail -5 "$STATE/java.log" >&2
  return 1
}
