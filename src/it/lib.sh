# Sourced after gateway.sh and replicas.sh: what kills.sh, crossing.sh and refreshes.sh start and end, and how they print.
STATE=$(mktemp -d)
MORE=() # settings of the gateways
HELPERS=() # what else is ended at the end
export STATE

finish() {
  kill "${clients:-}" "${HELPERS[@]}" 2>/dev/null
  [ -z "${GATEWAY_DIR:-}" ] || keep_logs "$OUT"
  stop_replicas
  "$PROJECT/src/test/conformance/start-upstreams.sh" stop >/dev/null
  rm -rf "$STATE"
}

# begin UPSTREAMS REPLICAS [COMMAND]: all that the clients speak to, COMMAND before the replicas; no upstreams for those who bring their own
begin() {
  mkdir -p "$OUT" && rm -f "$OUT"/*-ended.log
  trap finish EXIT
  trap 'exit 130' INT TERM
  SETTINGS=("${MORE[@]}" AUTH_ENCRYPTION_SECRET="$(new_secret)" PENSTOCK_MCP_STREAMSPERCALLER=20000 JAVA_TOOL_OPTIONS=-Xmx384m)
  [ -z "$1" ] || UPSTREAMS=$1 "$PROJECT/src/test/conformance/start-upstreams.sh" free >/dev/null || exit 2
  start_database && ${3:-true} && start_replicas "$2" "${SETTINGS[@]}" || exit 2
}

# replica NUMBER: as the clients know it
replica() {
  jq -nc --argjson number "$1" --arg url "${REPLICA_URLS[$1 - 1]}" --arg management "${REPLICA_MANAGEMENT_URLS[$1 - 1]}" \
    --argjson pid "${REPLICA_PIDS[$1 - 1]}" '{$number, $url, $management, $pid}'
}

# restart NUMBER [NAME=VALUE ...]: again on other ports where somebody else was faster on these
restart() {
  local _
  cat "$GATEWAY_DIR/replica-$1.log" >>"$OUT/replica-$1-ended.log"
  for _ in 1 2 3; do
    start_replica "$1" "${SETTINGS[@]}" "${@:2}"
    disown "${REPLICA_PIDS[$1 - 1]}"
    await_port "${REPLICA_URLS[$1 - 1]##*:}" "${REPLICA_PIDS[$1 - 1]}"
    GATEWAY_URL=${REPLICA_URLS[$1 - 1]} GATEWAY_PID=${REPLICA_PIDS[$1 - 1]} GATEWAY_LOG=$GATEWAY_DIR/replica-$1.log await_ready && return
    kill "${REPLICA_PIDS[$1 - 1]}" 2>/dev/null
  done
  return 1
}

# talk SECONDS: sets figures to what the clients end with (from $from), and does what they ask for until then (told to $to): starts again a replica
# that they ended, or the database. They may be silent so long
talk() {
  local line settings
  figures=
  while read -r -t "$1" -u "$from" line; do
    case $line in
      '{"restart":'*)
        mapfile -t settings < <(jq -r '.settings // [] | .[]' <<<"$line")
        restart "$(jq .restart <<<"$line")" "${settings[@]}" || return
        replica "$(jq .restart <<<"$line")" >&"$to" 2>/dev/null || true # after the last round nobody listens
        ;;
      '{"database":'*)
        run_database || return
        disown "$DATABASE_PID"
        echo "{\"databasePid\": $DATABASE_PID}" >&"$to"
        ;;
      *) figures=$line && return ;;
    esac
  done
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
