#!/usr/bin/env bash
# The dashboard's JavaScript agrees with the API's description in the build folder $1, and with its JSDoc types.
set -euo pipefail
KONEKSI_OPENAPI=$(realpath "$1")/openapi.json
export KONEKSI_OPENAPI
cd static
exec npm run --silent check
