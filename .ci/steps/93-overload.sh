#!/usr/bin/env bash
# More calls, slow readers and streams than the gateway can carry: each is answered or turned away properly. Its figures are not judged here.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec bash src/it/overload.sh --short
