#!/usr/bin/env bash
# try.sh [FOLDER]
# Carries out deploy/image/Containerfile without a container engine and starts what comes of it as a cluster would: the steps run in a Debian
# that debootstrap lays down, with this machine's JDK 25 in the place of BASE's; the image's root is mounted read-only and entered as its user,
# without capabilities. Then says what holds: no shell, the cache in use, calls, io_uring forbidden, SIGTERM.
# Needs root, debootstrap, a packaged jar, PostgreSQL's programs, python3, curl and jq. FOLDER keeps the roots; they are used again.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
. src/test/scripts/gateway.sh
. src/test/scripts/replicas.sh
HERE=deploy/image
ROOTS=${1:-$(mktemp -d)}
mkdir -p "$ROOTS" && ROOTS=$(cd "$ROOTS" && pwd)
BUILD=$ROOTS/build IMAGE=$ROOTS/image
STARTED=()
finish() {
  local pid
  for pid in "${STARTED[@]}"; do kill "$pid" 2>/dev/null && await_exit "$pid"; done
  stop_replicas
  umount "$BUILD/proc" "$BUILD/dev" 2>/dev/null
  [ $# -gt 0 ] || rm -rf --one-file-system "$ROOTS"
}
trap 'finish "$@"' EXIT
trap 'exit 130' INT TERM

failed=0
expect() {
  if [ "$2" = "$3" ]; then
    echo "  ok      $1"
  else
    echo "  FAILED  $1: $3 rather than $2"
    failed=$((failed + 1))
  fi
}

# instructions STAGE: the Containerfile's of one stage, a line each
instructions() {
  sed -e '/^#/d' -e ':a' -e '/\\$/{N;s/\\\n *//;ba' -e '}' "$HERE/Containerfile" |
    awk -v wanted="$1" '/^FROM /{stage = ($3 == "AS") ? $4 : "last"; next} stage == wanted && NF'
}

# copied FROM TO SOURCE... TARGET: as COPY does
copied() {
  local from=$1 to=$2 sources=("${@:3:$#-3}") target=${!#} source
  for source in "${sources[@]}"; do
    case $source in
      */) mkdir -p "$to/$target" && cp -a "$from/$source." "$to/$target" ;;
      *) if [ -d "$from/$source" ]; then mkdir -p "$to/$target" && cp -a "$from/$source/." "$to/$target"; else
        mkdir -p "$(dirname "$to/$target.")" && cp -p $from/$source "$to/$target"; fi ;;
    esac || return 1
  done
}

build() {
  local instruction arguments folder=/
  # what is newer than the last time
  if [ -e "$BUILD/built" ] && [ -z "$(find target/penstock-*.jar "$HERE" -newer "$BUILD/built" ! -name try.sh ! -name without-io-uring.py -type f)" ]; then return; fi
  if [ ! -e "$BUILD/laid" ]; then
    debootstrap --variant=minbase --include=ca-certificates "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$BUILD" >"$ROOTS/debootstrap.log" || return 1
    touch "$BUILD/laid" || return 1
  fi
  # where eclipse-temurin has it
  rm -rf "$BUILD/opt/java" && mkdir -p "$BUILD/opt/java/openjdk" && cp -aL "$(.ci/jdk)/." "$BUILD/opt/java/openjdk" || return 1
  cp /etc/resolv.conf "$BUILD/etc/"
  mount -t proc proc "$BUILD/proc" && mount --bind /dev "$BUILD/dev" || return 1
  while read -r instruction arguments; do
    case $instruction in
      WORKDIR) folder=$arguments && mkdir -p "$BUILD$folder" ;;
      COPY) copied "$PWD" "$BUILD$folder" $arguments ;;
      RUN) chroot "$BUILD" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin JAVA_HOME=/opt/java/openjdk DEBIAN_FRONTEND=noninteractive \
        HTTPS_PROXY="${HTTPS_PROXY:-}" HTTP_PROXY="${HTTP_PROXY:-}" /bin/sh -ec "cd $folder; $arguments" </dev/null ;;
      *) echo "an instruction that try.sh does not know: $instruction" >&2 && return 1 ;;
    esac || { echo "failed: $instruction $arguments" >&2; return 1; }
  done < <(instructions build) && touch "$BUILD/built"
}

assemble() {
  local instruction arguments
  rm -rf --one-file-system "$IMAGE" && mkdir -p "$IMAGE/proc" "$IMAGE/dev" || return 1
  SETTINGS=()
  while read -r instruction arguments; do
    case $instruction in
      COPY) copied "$BUILD" "$IMAGE" ${arguments#--from=build } ;;
      USER) IMAGE_USER=$arguments ;;
      WORKDIR) IMAGE_FOLDER=$arguments ;;
      ENV) read -ra SETTINGS <<<"$arguments" ;;
      ENTRYPOINT) readarray -t ENTRY < <(jq -r '.[]' <<<"$arguments") ;;
      EXPOSE) ;;
      *) echo "an instruction that try.sh does not know: $instruction" >&2 && return 1 ;;
    esac || { echo "failed: $instruction $arguments" >&2; return 1; }
  done < <(instructions last)
}

# started LOG WRAPPER... -- NAME=VALUE...: the image's entry, as its user, with its root read-only and nothing to write to but /tmp; sets STARTED_PID
started() {
  local log=$1 wrapper=()
  shift
  while [ "$1" != -- ]; do wrapper+=("$1") && shift; done
  shift
  PORT=$(free_port) MANAGEMENT=$(free_port)
  GATEWAY_URL=http://localhost:$PORT
  unshare -m -- bash -ec 'image=$1 folder=$2; shift 2
    mount --bind "$image" "$image" && mount -o remount,ro,bind "$image" && mount -t proc proc "$image/proc" && mount --rbind /dev "$image/dev"
    mount -t tmpfs -o size=64m,mode=1777,nosuid,nodev,noexec tmpfs "$image/tmp"
    exec "$@"' - "$IMAGE" "$IMAGE_FOLDER" \
    setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid "${wrapper[@]}" env -i "${SETTINGS[@]}" PORT="$PORT" MANAGEMENT_PORT="$MANAGEMENT" BASE_URL="$GATEWAY_URL" \
    DATABASE_URL="$DATABASE_URL" JWT_SECRET_KEY="$JWT_SECRET_KEY" AUTH_ENCRYPTION_SECRET="$SEALING" UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8 "$@" \
    "$(command -v chroot)" --userspec="$IMAGE_USER" "$IMAGE" "${ENTRY[@]}" >"$log" 2>&1 &
  STARTED_PID=$!
  STARTED+=("$STARTED_PID")
}

# ready LOG: milliseconds until it is
ready() {
  local begun=${EPOCHREALTIME/./} _
  for _ in $(seq 3000); do
    [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 "http://127.0.0.1:$MANAGEMENT/actuator/health/readiness")" != 200 ] || {
      echo $(((${EPOCHREALTIME/./} - begun) / 1000))
      return
    }
    kill -0 "$STARTED_PID" 2>/dev/null || break
    sleep 0.02
  done
  tail -20 "$1" >&2
  return 1
}

# end: SIGTERM to what was started; sets CODE and TOOK
end() {
  local begun=${EPOCHREALTIME/./}
  kill -TERM "$STARTED_PID"
  wait "$STARTED_PID"
  CODE=$?
  TOOK=$(((${EPOCHREALTIME/./} - begun) / 1000))
}

# whether it holds a descriptor of this kind: io_uring, eventpoll
holds() { [ -n "$(find "/proc/$process/fd" -lname "anon_inode:\[$1\]")" ] && echo yes || echo no; }

build && assemble || exit 2
JAVA=$(find_java) && GATEWAY_JAR=$(find_jar) || exit 2
JWT_SECRET_KEY=$(new_secret) SEALING=$(new_secret)
export JWT_SECRET_KEY
start_database || exit 2
LOG=$ROOTS/gateway.log

echo "the image: $(du -sh --apparent-size "$IMAGE" | cut -f1)"
expect 'nothing in it is a shell' '' "$(cd "$IMAGE" && find . -type f \( -name sh -o -name bash -o -name dash -o -name busybox \) 2>/dev/null)"
expect 'nothing in it changes who one is' '' "$(cd "$IMAGE" && find . -xdev -type f -perm /6000)"
expect 'every file can be read by its user' '' "$(cd "$IMAGE" && find . -xdev -type f ! -perm -o=r)"

started "$LOG" -- JAVA_TOOL_OPTIONS=-XX:AOTMode=on
time=$(ready "$LOG") || exit 1
echo "  from nothing, with its tables to be made: ready in $time ms; load $(cut -d' ' -f1 /proc/loadavg)"
end
expect 'it ends on SIGTERM' 143 "$CODE"
started "$LOG" -- JAVA_TOOL_OPTIONS=-XX:AOTMode=on
time=$(ready "$LOG") || exit 1
process=$STARTED_PID
echo "  a start like most: ready in $time ms, $(awk '{print ($14 + $15) * 10}' "/proc/$process/stat") ms of processor time, $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$process/status") MB; load $(cut -d' ' -f1 /proc/loadavg)"
expect 'its cache fits' '' "$(grep -ai 'aot\|cds' "$LOG" | grep -av 'Picked up JAVA_TOOL_OPTIONS')"
expect 'it is its user' '10001 10001' "$(awk '/^Uid:/ {u = $2} /^Gid:/ {print u, $2}' "/proc/$process/status")"
expect 'it has no capability' 0000000000000000 "$(awk '/^CapEff/ {print $2}' "/proc/$process/status")"
expect 'its root is read-only' ro "$(awk '$5 == "/" {split($6, option, ","); print option[1]}' "/proc/$process/mountinfo")"
expect 'it uses io_uring' yes "$(holds io_uring)"
expect 'it takes its native libraries from the image' '' "$(grep -o '/[^ ]*libnetty[^ ]*' "/proc/$process/maps" | grep -v /opt/penstock/native/ | sort -u)"

# a call in progress and an open stream, then SIGTERM
UPSTREAM=$(free_port)
"$JAVA" -Xmx64m src/bench/Upstream.java "$UPSTREAM" 40 100 >"$ROOTS/upstream.log" 2>&1 &
STARTED+=($!)
await_port "$UPSTREAM" $! || exit 2
ADMIN_TOKEN=$(mint_token) || exit 1
ID=$(register slow "http://127.0.0.1:$UPSTREAM/mcp") || exit 1
call() {
  curl -sS -N --max-time 30 -H "Authorization: Bearer $ADMIN_TOKEN" -H 'Accept: application/json, text/event-stream' -H 'MCP-Protocol-Version: 2025-11-25' "$@" "$GATEWAY_URL/gateways/$ID/mcp"
}
TOOL='{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},"_meta":{"progressToken":"p"}}}'
(call -H 'Content-Type: application/json' -d "$TOOL" >"$ROOTS/call.out" 2>"$ROOTS/call.err"; echo $? >"$ROOTS/call.rc") &
CALLING=$!
(call --max-time 60 >"$ROOTS/stream.out" 2>"$ROOTS/stream.err"; echo $? >"$ROOTS/stream.rc") &
STREAMING=$!
for _ in $(seq 100); do grep -q '"progress":5' "$ROOTS/call.out" 2>/dev/null && break; sleep 0.1; done
end
wait "$CALLING" "$STREAMING"
expect 'a call under way is answered after SIGTERM' '0 1' "$(cat "$ROOTS/call.rc") $(grep -c '"result"' "$ROOTS/call.out")"
expect 'and the process ends' 143 "$CODE"
echo "  that took $TOOK ms, with a stream open that its client did not close (curl: $(cat "$ROOTS/stream.rc"))"

started "$LOG" python3 "$HERE/without-io-uring.py" --
time=$(ready "$LOG") || exit 1
process=$STARTED_PID
expect 'where io_uring is forbidden it uses epoll' 'no yes' "$(holds io_uring) $(holds eventpoll)"
expect 'and says nothing of it' '' "$(grep -ai 'uring' "$LOG")"
expect 'and serves' 200 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $ADMIN_TOKEN" "$GATEWAY_URL/gateways")"
end
expect 'and ends' 143 "$CODE"

started "$LOG" -- AUTH_ENCRYPTION_SECRET=short
wait "$STARTED_PID"
expect 'a setting that is wrong stops the start, in one line that names it' '1 AUTH_ENCRYPTION_SECRET' "$(grep -ac 'Not started' "$LOG") $(grep -ao 'AUTH_ENCRYPTION_SECRET' "$LOG" | head -1)"

echo "image: failed $failed"
[ "$failed" = 0 ]
