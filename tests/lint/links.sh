#!/usr/bin/env bash
# Every link of the pages leads to a file or heading that exists, every path that they name exists, and README.md stays
# short.
set -euo pipefail
exec node tests/lint/links.mjs
