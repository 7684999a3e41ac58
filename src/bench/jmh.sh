#!/usr/bin/env bash
# jmh.sh [--quick] [-o FOLDER]
# What the parts of a call cost that are the gateway's own: reading an envelope, putting a name back, the SSE codec, session tokens, the
# permission check. Prints the time and the bytes of each and exits non-zero when one allocates more than src/bench/jmh/most-bytes.tsv lets it
# or was not measured, which is no matter of how fast the machine is; it never judges a time. Raw figures in FOLDER/jmh.json (default target/bench).
# Needs a JDK 25 and Maven. --quick measures so briefly that the times mean nothing (under half a minute).
set -u -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
. .ci/install
need jq jq || exit 2
OUT=target/bench HOW=(-f 1 -wi 3 -w 1s -i 5 -r 1s)
while [ $# -gt 0 ]; do
  case $1 in
    --quick) HOW=(-f 1 -wi 2 -w 300ms -i 2 -r 200ms) ;;
    -o) OUT=${2:?-o needs a folder} && shift ;;
    *) echo "usage: jmh.sh [--quick] [-o FOLDER]" >&2 && exit 2 ;;
  esac
  shift
done
JAVA_HOME=$(.ci/jdk) || exit 2
export JAVA_HOME
WORK=$(mktemp -d) && trap 'rm -rf "$WORK"' EXIT
mkdir -p "$OUT"
[ -d target/test-classes ] || mvn -B -ntp -q test-compile || exit 2
mvn -B -ntp -q -Pjmh dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$WORK/classpath" || exit 2
CLASSES=$WORK/classes:target/test-classes:target/classes:$(cat "$WORK/classpath")
mkdir "$WORK/classes"
find src/bench/jmh -name '*.java' -print0 |
  xargs -0 "$JAVA_HOME/bin/javac" -proc:full -processor org.openjdk.jmh.generators.BenchmarkProcessor -cp "$CLASSES" -d "$WORK/classes" || exit 2
"$JAVA_HOME/bin/java" -Xmx256m -cp "$CLASSES" org.openjdk.jmh.Main "${HOW[@]}" -foe true -bm avgt -tu ns -prof gc -rf json -rff "$OUT/jmh.json" \
  -jvmArgs '-Xmx256m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow' >"$OUT/jmh.log" 2>&1 ||
  { tail -n 30 "$OUT/jmh.log" >&2 && exit 1; }
jq -r --rawfile most src/bench/jmh/most-bytes.tsv '
  ($most | split("\n") | map(select(test("^[^#]")) | split("\t") | {key: .[0], value: (.[1] | tonumber)}) | from_entries) as $most
  | map({name: (.benchmark | split(".")[-1]), ns: .primaryMetric.score, bytes: .secondaryMetrics["gc.alloc.rate.norm"].score})
  | (map(select(.bytes | type == "number").name) | sort) as $measured
  | if $measured != ($most | keys) then error("measured: \($measured), most-bytes.tsv: \($most | keys)") else . end
  | "| what | ns | bytes | at most |\n|---|---|---|---|",
    (.[] | "| \(.name) | \(.ns | round) | \(.bytes | round) | \($most[.name])\(if .bytes > $most[.name] then " EXCEEDED" else "" end) |")' \
  "$OUT/jmh.json" | tee "$OUT/jmh.md" || exit 1
! grep -q EXCEEDED "$OUT/jmh.md"
