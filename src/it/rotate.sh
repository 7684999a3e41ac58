#!/bin/sh
# src/it/rotate.sh [SECRETS] [CALLS_PER_SECOND]
# Changes AUTH_ENCRYPTION_SECRET of two replicas on one PostgreSQL by three rolling restarts while calls go on, and seals everything anew.
# The replicas are in one process with their load and their upstream (KeyRotationIT). Prints the figures; they are in
# target/key-rotation-it/figures.json too. Needs Maven and what the build needs.
set -eu
cd "$(dirname "$0")/../.."
mvn -B -ntp -q verify -Dit.test=KeyRotationIT -Dtest=NoSuchTests -Dsurefire.failIfNoSpecifiedTests=false \
  "-Drotation.secrets=${1:-10000}" "-Drotation.rate=${2:-100}" >target/key-rotation.log 2>&1 || {
  grep -E 'ERROR|FAIL' target/key-rotation.log | head -20
  exit 1
}
cat target/key-rotation-it/figures.json
