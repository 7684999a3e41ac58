# Sourced by run.sh after gateway.sh: the ways from clients to the upstreams of $STATE, as JSON for matrix.mjs.
SERVERS="sse legacy java modern"

# way NAME UPSTREAM BASE [PREFIX]: a line of JSON; clients come to BASE/mcp and BASE/sse, and at a gateway to BASE/ws.
way() {
  local origin
  origin=$(origin_of "$2")
  jq -nc --arg way "$1" --arg upstream "$2" --arg base "$3" --arg prefix "${4:-}" --arg origin "$origin" \
    '{way: $way, upstream: $upstream, origin: $origin, mcp: "\($base)/mcp", sse: "\($base)/sse", scheme: $upstream, prefix: $prefix}
      + if $way == "direct" then {} else {ws: "\($base | sub("^http"; "ws"))/ws"} end'
}

origin_of() {
  local url
  url=$(cat "$STATE/$1.url")
  echo "${url%/*}"
}

direct_ways() {
  local server
  for server in $SERVERS; do way direct "$server" "$(origin_of "$server")"; done | jq -s .
}

# gateway_ways WAY...: registers the upstreams, and puts virtual servers over them
gateway_ways() {
  local server wanted=" $* " id ids='{}'
  for server in $SERVERS; do
    id=$(register "$server" "$(cat "$STATE/$server.url")") || return 1
    ids=$(jq -c --arg server "$server" --arg id "$id" '. + {($server): $id}' <<<"$ids")
  done
  for server in $SERVERS; do
    id=$(jq -r ".$server" <<<"$ids")
    case "$wanted" in *" gateway "*) way gateway "$server" "$GATEWAY_URL/gateways/$id" ;; esac
    case "$wanted" in *" original "*) way original "$server" "$GATEWAY_URL/servers/$(virtual "only $server" original "[\"$id\"]")" || return 1 ;; esac
  done >"$STATE/ways"
  case "$wanted" in
    *" prefixed "*)
      id=$(virtual all prefixed "$(jq -c '[.[]]' <<<"$ids")") || return 1
      for server in $SERVERS; do way prefixed "$server" "$GATEWAY_URL/servers/$id" "$server-"; done >>"$STATE/ways"
      ;;
  esac
  jq -s . "$STATE/ways"
}
