# Sourced after gateway.sh.
#
#   test_class_path   prints where the test classes and all that they need are, from the test classes that mvn package compiles

# Resolved by Maven once for each pom.xml.
test_class_path() {
  local file maven=(mvn -B -ntp -q dependency:build-classpath -Dmdep.includeScope=test)
  file=$PROJECT/target/test-class-path-$(sha256sum <"$PROJECT/pom.xml" | cut -c1-12)
  if [ ! -d "$PROJECT/target/test-classes/io/penstock" ]; then
    echo "no test classes in target: run 'mvn package' first" >&2
    return 1
  fi
  (
    flock 9
    [ -s "$file" ] || (cd "$PROJECT" && { "${maven[@]}" -o -Dmdep.outputFile="$file" || "${maven[@]}" -Dmdep.outputFile="$file"; }) >/dev/null 2>&1
  ) 9>"$file.lock" || {
    echo "Maven does not resolve the class path of the tests: try ${maven[*]}" >&2
    return 1
  }
  echo "$PROJECT/target/test-classes:$PROJECT/target/classes:$(cat "$file")"
}
