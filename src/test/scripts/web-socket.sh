# Sourced. A WebSocket by hand, for curl says nothing on one. A browser sees no status of a handshake: the gateway lets everybody open one, and says by
# the code that it closes it with whom it turns away.
#
#   socket URL TOKEN [HEADER ...]   prints open as soon as it is answered on it, else the code that it is closed with, within a minute. HOLD=SECONDS
#                                   goes on after the answer, for a second line with the code that it is closed with within so many seconds

WEB_SOCKET=('Connection: Upgrade' 'Upgrade: websocket' 'Sec-WebSocket-Version: 13' 'Sec-WebSocket-Protocol: mcp' 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')

socket() {
  local address=${1#http://} message='{"jsonrpc":"2.0","id":"here","method":"ping"}' heard='' said='' byte end=$((SECONDS + ${HOLD:-60})) LC_ALL=C
  exec 3<>"/dev/tcp/$(sed 's|/.*||; s|:|/|' <<<"$address")" || return 1
  printf '%s\r\n' "GET /${address#*/} HTTP/1.1" "Host: ${address%%/*}" ${2:+"Authorization: Bearer $2"} "${WEB_SOCKET[@]}" "${@:3}" '' >&3
  while [ $SECONDS -lt $end ] && IFS= read -r -N 1 -t $((end - SECONDS)) byte <&3; do
    heard+=$byte
    case $heard in
      *$'\r\n\r\n') printf "\x81\x$(printf %x $((0x80 + ${#message})))\0\0\0\0%s" "$message" >&3 ;; # masked with zeros (RFC 6455, 5.2)
      *'"here"'*)
        [ -n "${HOLD:-}" ] || { said=open && break; }
        echo open && heard=''
        ;;
    esac
    case ${heard: -4} in
      $'\x88'?$'\x03'?) said=$((0x300 + ($(printf '%d' "'$byte") & 0xff))) && break ;;
    esac
  done
  exec 3>&-
  echo "${said:-nothing}"
}
