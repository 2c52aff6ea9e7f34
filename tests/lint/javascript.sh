#!/usr/bin/env bash
# The dashboard's JavaScript agrees with its JSDoc types.
set -euo pipefail
cd static
exec npm run --silent check
