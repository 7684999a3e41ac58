#!/usr/bin/env bash
# using.sh
# Runs every bash block of src/docs/using.md, in order and word for word, against a packaged gateway with the sample server behind it.
# A command that fails, or an answer that is a problem where none is expected, fails. Prints what the commands print.
# Needs a packaged jar, compiled tests, curl and jq.
set -u -o pipefail
. "$(dirname "${BASH_SOURCE[0]}")/gateway.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sample.sh"
cd "$PROJECT" || exit 2

WORK=$(mktemp -d)
finish() {
  stop_gateway
  stop_sample
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

JAVA=$(find_java) && start_sample secret || exit 2
export AUTH_ENCRYPTION_SECRET
AUTH_ENCRYPTION_SECRET=$(new_secret)
start_gateway AUTH_ENCRYPTION_SECRET="$AUTH_ENCRYPTION_SECRET" UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8,::1/128,0.0.0.0/0,::/0 || exit 2
register sample "$SAMPLE_URL/mcp" '{"auth_type":"bearer","auth_token":"secret"}' >/dev/null || exit 1

export PENSTOCK=$GATEWAY_URL MANAGEMENT=$GATEWAY_MANAGEMENT_URL TOKEN=$ADMIN_TOKEN JAR=$GATEWAY_JAR
sed -n '/^```bash$/,/^```$/{/^```/!p}' src/docs/using.md >"$WORK/using.sh"
cd "$WORK" || exit 2 # where the commands leave their files
PATH="$(dirname "$JAVA"):$PATH" bash -e -o pipefail "$WORK/using.sh" 2>&1 | tee "$WORK/printed"
code=${PIPESTATUS[0]}

expect() {
  grep -qE -- "$2" "$WORK/printed" || {
    echo "FAILED: $1"
    code=1
  }
}
expect 'the caller is told who it is' '"user": "admin@example.com"'
for name in open 'with a token' 'with a password' 'with headers' 'with a query'; do
  expect "'$name' is registered" "\"name\": \"$name\""
done
expect 'an unreachable upstream says so' '"healthy": false'
expect 'the mask' '"auth_token": "\*\*\*\*\*"'
expect 'moving a secret is refused' '"status": 422'
expect 'deleted' '^204$'
expect 'the sample tools' '^sample-echo$'
expect 'a gateway that holds what changes' '^"hold"$'
expect 'an approved tool' '"approved": true'
expect 'a virtual server with one tool' '"tool_count": 1'
expect 'a virtual server by original names' '"name_style": "original"'
expect 'the call streams' 'notifications/progress'
expect 'the result of the call' '"text":"done"'
expect 'metrics' '^penstock_calls_seconds'
expect 'audit' '"resource_type": "gateway"'
expect 'why a call is allowed' '"detail": "The user has no role and is a viewer: that allows tools.execute"'
expect 'a trail that is whole' '^[1-9][0-9]* entries in [1-9][0-9]* chains: whole$'
[ "$code" = 0 ] && echo "using.md: every command ran"
exit "$code"
