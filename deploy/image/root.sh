#!/usr/bin/env bash
# root.sh JAR
# Makes what the image is of, at the places that it has there: a JVM of the modules that the gateway uses in /opt/java, the application and
# its cache in /opt/penstock, and in /root-of-image the C library and the few files that a process expects. Runs as root in a container
# that is thrown away (Containerfile) or in a folder that is (try.sh): a Debian with a JDK 25 at JAVA_HOME, binutils and postgresql.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$(readlink -f "$1")

# java.desktop has java.beans, which Spring needs; jdk.crypto.ec and the others are found by name only
modules=java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.rmi,java.security.jgss
modules+=,java.security.sasl,java.sql,java.xml,jdk.crypto.cryptoki,jdk.httpserver,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net
modules+=,jdk.security.auth,jdk.unsupported,jdk.zipfs
rm -rf /opt/penstock /root-of-image
# eclipse-temurin has its JDK in /opt/java, where the image's JVM goes
jdk=$(mktemp -d)
cp -a "$JAVA_HOME/." "$jdk"
export JAVA_HOME=$jdk
rm -rf /opt/java
"$JAVA_HOME/bin/jlink" --add-modules "$modules" --output /opt/java --strip-native-debug-symbols=exclude-debuginfo-files \
  --no-header-files --no-man-pages --generate-cds-archive --ignore-modified-runtime

# the classes and profiles are trained on the database of production
port=54321
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
cluster=$(mktemp -d)
chown postgres "$cluster"
password=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
as_postgres() { (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"); }
echo "$password" >"$cluster/password" && chown postgres "$cluster/password"
as_postgres "$bin/initdb" -D "$cluster/data" -U penstock -A scram-sha-256 --pwfile="$cluster/password" -E UTF8 --locale=C -N >/dev/null
as_postgres "$bin/pg_ctl" -w -D "$cluster/data" -l "$cluster/log" -o "-h 127.0.0.1 -p $port -k '' -c fsync=off" start >/dev/null
stop() { as_postgres "$bin/pg_ctl" -w -m fast -D "$cluster/data" stop >/dev/null && rm -rf "$cluster"; }
trap stop EXIT
DATABASE_URL="r2dbc:postgresql://penstock:$password@127.0.0.1:$port/postgres?sslMode=disable" RUNTIME=/opt/java "$here/build.sh" "$jar" /opt/penstock

# needed LIBRARY...: the libraries that these need in turn
needed() { ldd "$@" 2>/dev/null | sed -nE 's/^\s*(\S+ => )?(\/\S+) \(0x.*/\2/p' | sort -u; }

mkdir -p /root-of-image/{etc,tmp,data}
needed /opt/java/bin/java /opt/java/lib/server/libjvm.so /opt/java/lib/lib{java,net,nio,zip,jimage,extnet,management,instrument,prefs}.so \
  /opt/penstock/native/*.so | grep -v '^/opt/' | while read -r library; do
  install -D "$(readlink -f "$library")" "/root-of-image$library"
done
echo 'penstock:x:10001:10001::/:/nonexistent' >/root-of-image/etc/passwd
echo 'penstock:x:10001:' >/root-of-image/etc/group
echo 'hosts: files dns' >/root-of-image/etc/nsswitch.conf
chmod 1777 /root-of-image/tmp
chown 10001:10001 /root-of-image/data
rm -rf "$jdk"
du -sh /root-of-image /opt/java /opt/penstock
