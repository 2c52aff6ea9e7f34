#!/usr/bin/env bash
# Every C file is as .clang-format has it.
set -euo pipefail
find base db loadgen server tests web -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
