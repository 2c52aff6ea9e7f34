#!/usr/bin/env bash
# mandoc finds nothing in the manual pages of the build whose folder is $1.
set -euo pipefail
build=$1
mandoc -T lint -W warning "$build/koneksi.1" "$build/koneksi-load.1"
