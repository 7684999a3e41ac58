# Sourced by run.sh after gateway.sh: the ways from clients to the upstreams of $STATE, as JSON for matrix.mjs.
ERAS="sse legacy modern"

# way NAME UPSTREAM BASE [PREFIX]: a line of JSON; clients come to BASE/mcp and BASE/sse.
way() {
  local origin
  origin=$(origin_of "$2")
  jq -nc --arg way "$1" --arg upstream "$2" --arg base "$3" --arg prefix "${4:-}" --arg origin "$origin" \
    '{way: $way, upstream: $upstream, origin: $origin, mcp: "\($base)/mcp", sse: "\($base)/sse", scheme: $upstream, prefix: $prefix}'
}

origin_of() {
  local url
  url=$(cat "$STATE/$1.url")
  echo "${url%/*}"
}

direct_ways() {
  local era
  for era in $ERAS; do way direct "$era" "$(origin_of "$era")"; done | jq -s .
}

# gateway_ways WAY...: registers the upstreams, and puts virtual servers over them
gateway_ways() {
  local era wanted=" $* " id ids='{}'
  for era in $ERAS; do
    id=$(register "$era" "$(cat "$STATE/$era.url")") || return 1
    ids=$(jq -c --arg era "$era" --arg id "$id" '. + {($era): $id}' <<<"$ids")
  done
  for era in $ERAS; do
    id=$(jq -r ".$era" <<<"$ids")
    case "$wanted" in *" gateway "*) way gateway "$era" "$GATEWAY_URL/gateways/$id" ;; esac
    case "$wanted" in *" original "*) way original "$era" "$GATEWAY_URL/servers/$(virtual "only $era" original "[\"$id\"]")" || return 1 ;; esac
  done >"$STATE/ways"
  case "$wanted" in
    *" prefixed "*)
      id=$(virtual all prefixed "$(jq -c '[.[]]' <<<"$ids")") || return 1
      for era in $ERAS; do way prefixed "$era" "$GATEWAY_URL/servers/$id" "$era-"; done >>"$STATE/ways"
      ;;
  esac
  jq -s . "$STATE/ways"
}
