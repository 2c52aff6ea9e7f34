#!/usr/bin/env bash
# The build whose folder is $1 installs a unit in which systemd finds nothing wrong, and whose hardening is as it was.
set -euo pipefail
build=$1
worst=20 # tenths, of systemd's own scale of exposure: 0 is best, 100 worst
root=$(mktemp -d)
trap 'rm -rf -- "$root"' EXIT
cmake --install "$build" --prefix "$root/usr" >/dev/null
unit=$root/usr/lib/systemd/system/koneksi.service
grep -qF "ExecStart=$root/usr/bin/koneksi " "$unit"
grep -qxF "User=$(awk '$1 == "u" { print $2 }' "$root/usr/lib/sysusers.d/koneksi.conf")" "$unit"
complaints=$(systemd-analyze verify --man=no "$unit" 2>&1)
if [[ -n $complaints ]]; then
    printf '%s\n' "$complaints" >&2
    exit 1
fi
systemd-analyze security --offline=true --no-pager --threshold="$worst" "$unit" | tail -n 1
