#!/usr/bin/env bash
# The Debian package of the build whose folder is $1: lintian finds nothing wrong, it holds what it should, a removal
# leaves the database and a purge does not, and bash completes the options that --help lists.
set -euo pipefail
build=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/koneksi package.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

fail() {
    printf 'FAILED: %s\n' "$1" >&2
    exit 1
}

# --- the package ---

for tool in dpkg-shlibdeps file; do
    command -v $tool >/dev/null || { printf 'SKIPPED: there is no %s\n' $tool && exit 77; }
done
umask 022 # the package is for everybody
cpack -G DEB --config "$build/CPackConfig.cmake" -B "$work" >"$work/log" 2>&1 || { cat "$work/log" >&2 && exit 1; }
deb=$(echo "$work"/koneksi_*.deb)
version=$(sed -n 's/^project(koneksi VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[[ $deb == */koneksi_"$version"_*.deb ]] || fail "the package is $deb"
dpkg-deb -f "$deb" Depends | grep -q 'libc6.*libcjson1.*libmicrohttpd.*libsqlite3-0' || fail "it depends on other packages"
dpkg-deb -c "$deb" | awk '$1 !~ /^d/ { print $1, $2, substr($6, 2) }' | grep -v '/doc/koneksi/docs/' | sort >"$work/files"
sort >"$work/wanted" <<'END'
-rwxr-xr-x root/root /usr/bin/koneksi
-rwxr-xr-x root/root /usr/bin/koneksi-load
-rw-r--r-- root/root /usr/lib/systemd/system/koneksi.service
-rw-r--r-- root/root /usr/lib/sysusers.d/koneksi.conf
-rw-r--r-- root/root /usr/share/bash-completion/completions/koneksi
-rw-r--r-- root/root /usr/share/bash-completion/completions/koneksi-load
-rw-r--r-- root/root /usr/share/doc/koneksi/CHANGELOG.md
-rw-r--r-- root/root /usr/share/doc/koneksi/README.md
-rw-r--r-- root/root /usr/share/doc/koneksi/SECURITY.md
-rw-r--r-- root/root /usr/share/doc/koneksi/changelog.gz
-rw-r--r-- root/root /usr/share/doc/koneksi/copyright
-rw-r--r-- root/root /usr/share/lintian/overrides/koneksi
-rw-r--r-- root/root /usr/share/man/man1/koneksi-load.1.gz
-rw-r--r-- root/root /usr/share/man/man1/koneksi.1.gz
END
diff "$work/wanted" "$work/files" >&2 || fail "these files differ: < wanted, > packed"
! dpkg-deb -c "$deb" | grep '^d' | grep -v '^drwxr-xr-x root/root ' >&2 || fail "these folders are not for everybody"
dpkg-deb -x "$deb" "$work/tree"
grep -q '^ExecStart=/usr/bin/koneksi ' "$work/tree/usr/lib/systemd/system/koneksi.service" || fail "the unit names another program"
"$work/tree/usr/bin/koneksi" --version | grep -qF "koneksi $version" || fail "the program has another version"

if command -v lintian >/dev/null; then
    lintian --fail-on error,warning --allow-root "$deb" >&2 || fail "lintian complains"
else
    printf 'SKIPPED: what lintian says: it is not installed\n'
fi

# --- removal and purge, in a root of their own ---

as_root=()
((EUID == 0)) || as_root=(unshare --user --map-root-user)
dpkg_in() { # dpkg's words...
    PATH=$PATH:/usr/sbin:/sbin "${as_root[@]}" dpkg --root="$work/root" --force-script-chrootless --force-depends "$@" >"$work/log" 2>&1 ||
        { cat "$work/log" >&2 && fail "dpkg $1"; }
}
if "${as_root[@]}" true 2>/dev/null; then
    mkdir -p "$work/root/var/lib/dpkg/updates" "$work/root/etc"
    touch "$work/root/var/lib/dpkg/status"
    dpkg_in --install "$deb"
    [[ -x $work/root/usr/bin/koneksi ]] || fail "the package was not installed"
    if command -v systemd-sysusers >/dev/null; then
        grep -q '^koneksi:.*:/var/lib/koneksi:' "$work/root/etc/passwd" || fail "there is no account"
    fi
    mkdir -p "$work/root/var/lib/koneksi"
    touch "$work/root/var/lib/koneksi/koneksi.db"
    dpkg_in --remove koneksi
    [[ ! -e $work/root/usr/bin/koneksi ]] || fail "the program is still there after a removal"
    [[ -e $work/root/var/lib/koneksi/koneksi.db ]] || fail "a removal took the database"
    dpkg_in --purge koneksi
    [[ ! -e $work/root/var/lib/koneksi ]] || fail "a purge left the database"
else
    printf 'SKIPPED: a removal: it needs root, or user namespaces\n'
fi

# --- completion ---

# shellcheck source=/dev/null # made by the build
source "$work/tree/usr/share/bash-completion/completions/koneksi"
offered() { # WORD...: what bash offers for the last one
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _koneksi "$1" "${*: -1}" "${COMP_WORDS[$# - 2]}"
    printf '%s\n' "${COMPREPLY[@]}"
}
expect() { # WANTED WORD...
    [[ $(offered "${@:2}" | paste -sd ' ') == "$1" ]] || fail "for \"${*:2}\" expected \"$1\", got \"$(offered "${@:2}" | paste -sd ' ')\""
}
modes=$(sed -n 's/^MODE([A-Z]*, \([a-z]*\),.*/\1/p' loadgen/contract/modes.def | paste -sd ' ')
expect "$modes" koneksi ceiling --mode ''
expect "$modes" koneksi-load --mode ''
expect "$modes" koneksi run --mode =
expect "process" koneksi run --mode = pr
expect "thread pool epoll uring" koneksi --model ''
expect "en id" koneksi report --lang ''
expect "json" koneksi-load --summary ''
expect "" koneksi --backlog ''
expect "survey" koneksi sur
expect "" koneksi nothing --
for program in koneksi koneksi-load; do
    for command in "" $(sed -n 's/^COMMAND(\([a-z]*\),.*/\1/p' server/command/commands.def); do
        [[ $program == koneksi || -z $command ]] || continue
        # shellcheck disable=SC2086 # none, or one word
        wanted=$("$work/tree/usr/bin/$program" $command --help | sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p; $a --help' | sort -u)
        # shellcheck disable=SC2086
        [[ -n $wanted && $(offered $program $command -- | sort -u) == "$wanted" ]] || fail "the options of $program $command are not offered"
    done
done
mkdir "$work/here"
touch "$work/here/a run.db"
(cd "$work/here" && expect "a run.db" koneksi --db 'a') || exit 1
(cd "$work/here" && expect "--db --help a run.db" koneksi import '') || exit 1
