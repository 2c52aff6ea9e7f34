#!/usr/bin/env bash
# clang-tidy finds nothing in any C file of the build whose folder is $1.
set -euo pipefail
build=$1
# Assertions are part of what the analyzer knows, so they stay in. Embedded tables, made by the build, are left out.
find db loadgen server tests web -name '*.c' -print0 |
    xargs -0 -n 3 -P 2 clang-tidy -p "$build" --quiet --extra-arg=-UNDEBUG 2>&1 |
    { grep -vE '^([0-9]+ warnings? generated|Suppressed|Use -header-filter)' || true; }
