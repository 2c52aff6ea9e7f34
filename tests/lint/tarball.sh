#!/usr/bin/env bash
# ./run package --static makes a tarball whose programs run where there is nothing but them and /proc, not even a shell.
set -euo pipefail
work=$(mktemp -d "${TMPDIR:-/tmp}/koneksi tarball.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

fail() {
    printf 'FAILED: %s\n' "$1" >&2
    exit 1
}

for tool in make dpkg-source apt-get; do
    command -v $tool >/dev/null || { printf 'SKIPPED: there is no %s\n' $tool && exit 77; }
done
if [[ ! -e build/static-libraries/made ]] && ! cmake/static_libraries.sh build/static-libraries >"$work/log" 2>&1; then
    ! grep -qE 'apt-get .* (update|source)' "$work/log" || { printf 'SKIPPED: apt cannot download the sources\n' && exit 77; }
    cat "$work/log" >&2
    fail "the static libraries were not made"
fi
tarball=$(./run package --static)
mkdir "$work/root" "$work/root/proc" "$work/root/tmp"
tar -xzf "$tarball" -C "$work/root" --strip-components 1
for program in koneksi koneksi-load; do
    ! readelf -d "$work/root/bin/$program" | grep NEEDED >&2 || fail "$program needs a library"
done
for licence in cjson libmicrohttpd liburing glibc; do
    [[ -s $work/root/share/doc/koneksi/licences/$licence ]] || fail "the licence of $licence is missing"
done

# The programs alone, with the namespaces that an ordinary user may make. TMPDIR names a folder outside of the root.
in_root() { # WORDS...
    # shellcheck disable=SC2016 # for the inner shell
    unshare --user --map-root-user --mount --pid --fork bash -c 'mount -t proc proc "$0/proc" && exec env -u TMPDIR chroot "$0" "$@"' \
        "$work/root" "$@"
}
if ! unshare --user --map-root-user --mount --pid --fork bash -c "mount -t proc proc '$work/root/proc'" 2>/dev/null; then
    printf 'SKIPPED: the programs in a root of their own: namespaces are not permitted\n'
    exit 0
fi
version=$(sed -n 's/^project(koneksi VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[[ $(in_root /bin/koneksi --version) == "koneksi $version"* ]] || fail "koneksi does not start"
in_root /bin/koneksi ceiling --mode process --max 20 --min-ceiling 20 >"$work/log" || fail "koneksi measures nothing: $(cat "$work/log")"
