#!/usr/bin/env bash
# The build whose folder is $1 installs both programs, which start there, and their manual pages.
set -euo pipefail
build=$1
root=$(mktemp -d)
trap 'rm -rf -- "$root"' EXIT
DESTDIR=$root cmake --install "$build" --prefix /usr >/dev/null
for program in koneksi koneksi-load; do
    "$root/usr/bin/$program" --version | grep -q "^$program "
    zgrep -q "^\.It Fl Fl version" "$root/usr/share/man/man1/$program.1.gz"
done
