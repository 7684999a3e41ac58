# Sourced by faults.sh: the rows that other commands measure, each with replicas of its own. What they find goes into $figures, as the rows before.

# wants ROW ...: whether one of them was asked for; in full that is all of them unless some are named
wants() {
  local row
  [ ${#ROWS[@]} -gt 0 ] || { [ $SHORT = no ] && return; }
  for row in "$@"; do [[ " ${ROWS[*]:-} " == *" $row "* ]] && return; done
  return 1
}

# row ID FAULT PROMISE FILE JQ: the figures are what the program makes of the file, with a field met, which is taken out of them; nothing is met by
# a command that ended with something else than 0
row() {
  local found
  found=$(jq -c "$5" "$4" 2>/dev/null) || found=''
  found=$(jq -c --argjson ended "$ended" '.met = (.met == true and $ended == 0)' <<<"${found:-null}")
  figures=$(jq -c --arg id "$1" --arg fault "$2" --arg promise "$3" --argjson found "$found" \
    '.rows += [{$id, $fault, $promise, figures: ($found | del(.met)), met: $found.met}]' <<<"$figures")
  jq -r --arg id "$1" 'to_entries[] | "\($id),\(.key),\(if .key == "met" then (if .value then 1 else 0 end) else .value end)"' <<<"$found" >>"$OUT/faults.csv"
}

# run NAME COMMAND...: its output is its log; what it ended with is in $ended
run() {
  echo "$1" >&2
  ended=0
  "${@:2}" >"$OUT/$1.log" 2>&1 || ended=$?
  [ $ended = 0 ] || echo "  $1 ended with $ended: $OUT/$1.log" >&2
}

others() {
  local n=${ROUNDS:-500} rotated=$PROJECT/target/key-rotation-it/figures.json
  rm -rf "$OUT/kills" "$OUT/refreshes" "$OUT/overload" "$rotated"
  if wants F4; then
    run kills "$HERE/kills.sh" --rounds "$n" -o "$OUT/kills"
    row F4 'a replica killed in mid-stream (2025-11-25)' 'no event lost, doubled or out of order; each call is answered' "$OUT/kills/kills.json" \
      '{kills, midway, missing, doubled, disordered, wrong, met: (.kills > 0 and .midway > 0 and all(.missing, .doubled, .disordered, .wrong; . == 0))}'
  fi
  if wants F9 F9b F9c; then
    run refreshes "$HERE/refreshes.sh" --rounds "$n" --kills $((n / 25 + 4)) -o "$OUT/refreshes"
    local counted='def of($kinds): [.kinds[] | select(.kind as $kind | $kinds | index($kind))] | {rounds: (map(.rounds) | add), calls: (map(.calls) | add),
      refreshes: (map(.refreshes) | add), wrong: (map(.wrong) | add)} | .met = (.rounds > 0 and .wrong == 0);'
    row F9 'many calls want one new access token' 'one refresh, and no call fails' "$OUT/refreshes/refreshes.json" "$counted of([\"ended\", \"refused\"])"
    row F9b 'the replica that refreshes is killed' 'another one takes over; nothing is lost in silence' "$OUT/refreshes/refreshes.json" \
      "$counted of([\"before\", \"during\", \"after\", \"lost\"])"
    row F9c 'clients hang up during the refresh' 'its token is kept' "$OUT/refreshes/refreshes.json" "$counted of([\"hung up\"])"
  fi
  if wants F3 F13 F14; then
    run overload "$HERE/overload.sh" -o "$OUT/overload"
    ended=0 # it is 1 for a figure of any of the rows: each judges its own, and all what no figure shows
    row F3 'readers that ask for much and read nothing' 'at most 256 KB each; all are let in' "$OUT/overload/overload.json" \
      '.problems as $problems | (.rows[] | select(.row == "readers")) | {readers, kb_a_reader, unopened, p99_of_others_ms: .p99_ms, alone_p99_ms, met: ($problems == [] and .kb_a_reader <= 256 and .unopened == 0)}'
    row F13 'four times as many calls as can be carried out' 'what is turned away is told when to come again; 90 % of the best goodput' "$OUT/overload/overload.json" \
      '.problems as $problems | (.rows | map(select(.row == "closed") | .per_second) | max) as $best | (.rows[] | select(.row == "open")) | {best_per_second: $best, per_second, p99_ms, shed,
        failed, without_retry_after, met: ($problems == [] and .failed + .without_retry_after == 0 and .per_second >= 0.9 * $best)}'
    row F14 'more streams than the heap has room for' 'they are turned away, memory does not run out' "$OUT/overload/overload.json" \
      '.problems as $problems | (.rows[] | select(.row == "memory")) | {streams, opened, shed, met: ($problems == [] and .opened > 0 and .shed > 0)}'
  fi
  if wants F17; then
    run rotation "$HERE/rotate.sh" 1000 20
    row F17 'the key of the vault changed under load' 'no call fails' "$rotated" '. + {met: true}'
  fi
}
