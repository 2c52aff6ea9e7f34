#!/usr/bin/env bash
# Prints the path of a kernel to boot: Debian's for virtual machines, in the version that apt knows. It is downloaded
# once, checked by apt, and unpacked into a cache; nothing is installed. Its modules are beside it, under lib/modules.
# Where apt knows none, or cannot download it, the newest kernel of the cache is taken. Exit status 77: there is none.
set -euo pipefail
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/koneksi/kernels

# linux-image-6.1.0-56-cloud-amd64=6.1.192-2
newest() {
    apt-cache depends --important linux-image-cloud-amd64 2>/dev/null |
        sed -nE 's/^ *Depends: (linux-image-[0-9].*)$/\1/p' | head -n 1 |
        xargs -r apt-cache show 2>/dev/null | awk '/^Package: / && !name { name = $2 }
            /^Version: / && !version { version = $2 } END { if (version) print name "=" version }'
}

fetch() { # PACKAGE=VERSION
    local got
    got=$(mktemp -d "$cache/get.XXXXXX")
    if (cd -- "$got" && apt-get -qq download "$1" && dpkg -x ./*.deb unpacked) >"$got/log" 2>&1 </dev/null; then
        mv -- "$got/unpacked" "$cache/$1"
    fi
    rm -rf -- "$got"
}

main() {
    local package='' kernel
    mkdir -p -- "$cache"
    exec 9>"$cache/lock"
    flock 9
    command -v apt-get >/dev/null && package=$(newest)
    if [[ -n $package && ! -d $cache/$package ]]; then
        fetch "$package"
    fi
    kernel=$(compgen -G "$cache/${package:-*}/boot/vmlinuz-*" || compgen -G "$cache/*/boot/vmlinuz-*" | sort -V | tail -n 1)
    if [[ -z $kernel ]]; then
        printf 'SKIPPED: no kernel to boot: apt cannot download linux-image-cloud-amd64\n'
        exit 77
    fi
    printf '%s\n' "$kernel"
}

main
