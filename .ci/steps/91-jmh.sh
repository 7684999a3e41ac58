#!/usr/bin/env bash
# None of the measured parts of a call allocates more than it may. Their times are not judged here.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec bash src/bench/jmh.sh --quick
