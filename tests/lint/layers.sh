#!/usr/bin/env bash
# The layers of CMakeLists.txt hold: no include points up, and no two source files use each other, in the build whose
# folder is $1.
set -euo pipefail
exec node tests/lint/layers.mjs "$1"
