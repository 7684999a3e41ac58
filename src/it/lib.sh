# Sourced after gateway.sh and replicas.sh: what kills.sh and crossing.sh start and end, and how they print.
STATE=$(mktemp -d)
MORE=() # settings of the gateways
export STATE

finish() {
  kill "${clients:-}" 2>/dev/null
  [ -z "${GATEWAY_DIR:-}" ] || keep_logs "$OUT"
  stop_replicas
  "$PROJECT/src/test/conformance/start-upstreams.sh" stop >/dev/null
  rm -rf "$STATE"
}

# begin UPSTREAMS REPLICAS [train]: all that the clients speak to
begin() {
  mkdir -p "$OUT"
  trap finish EXIT
  trap 'exit 130' INT TERM
  JAVA=$(find_java) && GATEWAY_JAR=$(find_jar) || exit 2
  # a copy, so that the next build may go on beside; it starts faster when unpacked
  "$JAVA" -Djarmode=tools -jar "$GATEWAY_JAR" extract --destination "$STATE/app" >/dev/null || exit 2
  GATEWAY_JAR=$STATE/app/$(basename "$GATEWAY_JAR")
  # started again often, and for a short time
  SETTINGS=("${MORE[@]}" AUTH_ENCRYPTION_SECRET="$(new_secret)" PENSTOCK_MCP_STREAMSPERCALLER=20000
    JAVA_TOOL_OPTIONS="-Xmx384m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
  UPSTREAMS=$1 "$PROJECT/src/test/conformance/start-upstreams.sh" free >/dev/null && start_database && ${3:-true} &&
    start_replicas "$2" "${SETTINGS[@]}" || exit 2
}

# train: a first start that leaves behind what the later ones start faster from
train() {
  local last=$((${#SETTINGS[@]} - 1))
  local options=${SETTINGS[last]}
  start_replicas 1 "${SETTINGS[@]}" "$options -XX:AOTCacheOutput=$STATE/app/aot" || return 1
  kill "${REPLICA_PIDS[0]}" "$PROXY_PID"
  wait "${REPLICA_PIDS[0]}" "$PROXY_PID" 2>/dev/null
  rm -rf "$GATEWAY_DIR"
  [ -s "$STATE/app/aot" ] && SETTINGS[last]="$options -XX:AOTCache=$STATE/app/aot"
}

# table: $figures through the jq program on standard input, and where they were made
table() {
  {
    jq -r "$(cat)" <<<"$figures"
    echo
    echo "Commit $(git -C "$PROJECT" rev-parse --short HEAD 2>/dev/null || echo unknown), $(nproc) processors," \
      "load of the machine over the last 15 minutes $(cut -d' ' -f3 /proc/loadavg)."
  } | tee "$OUT/table.md"
}
