#!/usr/bin/env bash
# accounts.sh
# Runs every bash block of src/docs/accounts.md, in order and word for word, against a packaged gateway.
# Prints what the commands print, and demands what they must print. Needs a packaged jar, curl and jq.
set -u -o pipefail
. "$(dirname "${BASH_SOURCE[0]}")/gateway.sh"
cd "$PROJECT" || exit 2

WORK=$(mktemp -d)
finish() {
  stop_gateway
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

start_gateway PLATFORM_ADMIN_EMAIL=root@example.com PLATFORM_ADMIN_PASSWORD='the very first secret' || exit 2
export PENSTOCK=$GATEWAY_URL
sed -n '/^```bash$/,/^```$/{/^```/!p}' src/docs/accounts.md >"$WORK/accounts.sh"
bash -e -o pipefail "$WORK/accounts.sh" 2>&1 | tee "$WORK/printed"
code=${PIPESTATUS[0]}

expect() {
  grep -qE -- "$2" "$WORK/printed" || {
    echo "FAILED: $1"
    code=1
  }
}
expect 'the first password is good for its change alone' 'Choose a new password first: POST /auth/password'
expect 'the change is done' '^204$'
expect 'the sign-in' '"expires_in": 3600'
expect 'the administrator' '"admin": true'
expect 'a wrong password' '"detail": "The e-mail address or the password is wrong'
expect 'is written down' '"outcome": "wrong_password"'
expect 'with its agent' '"agent": "curl/'
expect 'an own role' '"name": "auditor"'
expect 'who has it' '"role": "auditor"'
expect 'platform_admin is for everywhere' '"field": "team_id"'
expect 'the team' '"id": "team-alpha"'
expect 'no token in a list' '"token": null'
expect 'the invitation is not for others' '"detail": "There is no such invitation for this user"'
expect 'it is accepted' '"role": "member"'
expect 'the members' '^ann@example.com owner$'
expect 'switched off' '"detail": "This sign-in was ended'
! grep -qE 'very first secret|much longer secret|chose that herself' "$GATEWAY_LOG" || {
  echo 'FAILED: a password is in the log'
  code=1
}
[ "$code" = 0 ] && echo "accounts.md: every command ran"
exit "$code"
