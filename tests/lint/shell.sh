#!/usr/bin/env bash
# No script has anything for shellcheck to find.
set -euo pipefail
find tests cmake -name '*.sh' -print0 | xargs -0 shellcheck run .ci/run
shellcheck cmake/debian/p* cmake/container/*
