#!/usr/bin/env bash
# The chart, the overlays and the image's definition, linted, rendered and held against the schemas; installs what that needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/install
need go golang
need python3 python3
python3 -c 'import ensurepip' 2>/dev/null || need pyvenv python3-venv
need node nodejs
need npm npm
exec deploy/check/run.sh
