# Sourced. TCP ports of loopback, without any tool but bash and find.

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: a port that nobody listens on right now, outside the range the kernel gives to outgoing connections, and that no script that runs side by
# side was given in the last minutes.
free_port() {
  local port given=${TMPDIR:-/tmp}/penstock-ports-$UID
  mkdir -p "$given" && find "$given" -type f -mmin +5 -delete 2>/dev/null
  while :; do
    port=$((20000 + RANDOM % 12000))
    (set -o noclobber && : >"$given/$port") 2>/dev/null && ! port_open "$port" && break
  done
  echo "$port"
}

# await_port PORT PID: until PORT answers; fails when PID ends before, or after half a minute.
await_port() {
  local _
  for _ in $(seq 300); do
    port_open "$1" && return 0
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# await_exit PID: gives a stopped process five seconds, then ends it the hard way.
await_exit() {
  local _
  for _ in $(seq 50); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
}
