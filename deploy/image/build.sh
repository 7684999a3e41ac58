#!/usr/bin/env bash
# build.sh [JAR] [FOLDER]
# Lays the packaged jar out as the image has it, in FOLDER (target/image unless named): libraries and application apart, so that they are
# layers; Netty's native libraries as files, so that nothing is unpacked at a start; the JVM's options; and a cache of classes and profiles
# (JDK 25's AOT cache) that a training run makes, with which the gateway is there in a fraction of the time. The training run has an
# embedded database, or the one of DATABASE_URL. Needs a JDK 25 at JAVA_HOME; RUNTIME is another JVM of it that the cache is for.
#   start it:  java @FOLDER/jvm.options -XX:AOTCache=FOLDER/penstock.aot -jar FOLDER/penstock.jar
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jdk=${JAVA_HOME:?set JAVA_HOME to a JDK 25}
jar=$(readlink -f "${1:-$(ls "$here"/../../target/penstock-*.jar)}")
to=${2:-$here/../../target/image}

rm -rf "$to"
mkdir -p "$to/native"
to=$(cd "$to" && pwd)
"$jdk/bin/java" -Djarmode=tools -jar "$jar" extract --force --destination "$to" --application-filename penstock.jar >/dev/null
# what is for other systems, and HTTP/3, which is not served but would be unpacked and loaded at each start
machine=$(uname -m)
machine=${machine/aarch64/aarch_64}
find "$to/lib" -name 'netty-codec-native-quic-*' -delete
find "$to/lib" \( -name 'netty-*-osx-*' -o -name 'netty-*-windows-*' -o -name 'netty-*-linux-*' ! -name "*-linux-$machine.jar" \) -delete
for library in "$to"/lib/netty-transport-native-*linux-"$machine".jar; do
  (cd "$to/native" && "$jdk/bin/jar" xf "$library" META-INF/native && mv META-INF/native/*.so . && rm -r META-INF)
done
{
  cat "$here/jvm.options"
  echo "-Djava.library.path=$to/native"
} >"$to/jvm.options"

# a cache is refused where a jar has another time than in the training run: this one no layer changes
find "$to" -type f -exec touch -d @315532800 {} +

cd "$to"
"$jdk/bin/java" "$here/training/Training.java" "${CALLS:-200}" \
  "${RUNTIME:-$jdk}/bin/java" @"$to/jvm.options" -XX:AOTCacheOutput="$to/penstock.aot" -jar "$to/penstock.jar" 2>"$to/training.log" || {
  tail -20 "$to/training.log" >&2
  exit 1
}
[ -s penstock.aot ] || { echo "the training run left no cache" >&2; exit 1; }
rm -f training.log
du -sh lib penstock.jar penstock.aot
