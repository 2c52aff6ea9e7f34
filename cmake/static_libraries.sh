#!/usr/bin/env bash
# Makes the static libraries that Debian has no usable form of, for a koneksi that needs no library where it runs:
#     static_libraries.sh FOLDER      FOLDER/lib has them, and FOLDER/lib/pkgconfig how they are found
# libcjson-dev has no libcjson.a. libmicrohttpd-dev has libmicrohttpd.a, but with TLS by GnuTLS, which needs p11-kit, and
# libp11-kit-dev has no static form; Koneksi uses no TLS. Both are compiled from Debian's source packages, which apt
# downloads and checks.
set -euo pipefail
folder=$(realpath -m -- "$1")
sources=(cjson libmicrohttpd)

say() {
    printf 'static_libraries: %s\n' "$*" >&2
}

quietly() { # WORDS...: prints what the command prints only where it fails
    "$@" >"$folder/log" 2>&1 </dev/null || { cat "$folder/log" >&2 && say "this failed: $*" && exit 1; }
}

# apt with lists and a cache of its own, so that it needs no root, and the sources of where the packages come from.
configure_apt() {
    local codename
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/apt/parts"
    if [[ -e /etc/apt/sources.list.d/debian.sources ]]; then
        sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$folder/apt/parts/debian.sources"
    fi
    sed -n "s/^deb \(.* ${codename}[a-z-]* .*\)/deb-src \1/p" /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
        2>/dev/null >"$folder/apt/parts/debian.list" || true
    apt=(apt-get -qq -o "Dir::State::lists=$folder/apt/lists" -o "Dir::Cache=$folder/apt/cache"
        -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$folder/apt/parts" -o APT::Sandbox::User=)
}

fetch() {
    local name
    configure_apt
    quietly "${apt[@]}" update
    cd -- "$folder/source"
    quietly "${apt[@]}" source "${sources[@]}"
    for name in "${sources[@]}"; do
        mv -- "$name"-*/ "$name"
    done
}

describe() { # NAME VERSION LIBRARIES: writes NAME.pc
    # shellcheck disable=SC2016 # pkg-config's
    printf 'prefix=%s\nName: %s\nDescription: %s, static\nVersion: %s\nLibs: -L${prefix}/lib %s\nCflags: -I${prefix}/include\n' \
        "${folder// /\\ }" "$1" "$1" "$2" "$3" >"$folder/lib/pkgconfig/$1.pc"
}

version_of() { # SOURCE: without Debian's revision
    dpkg-parsechangelog -l "$folder/source/$1/debian/changelog" -S Version | sed 's/-[^-]*$//'
}

flags="-O2 -g -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2"

make_cjson() {
    cd -- "$folder/source/cjson"
    # shellcheck disable=SC2086 # words
    quietly gcc $flags -std=c99 -c cJSON.c -o cJSON.o
    quietly ar rcs "$folder/lib/libcjson.a" cJSON.o
    mkdir -p "$folder/include/cjson"
    cp cJSON.h "$folder/include/cjson/"
    describe libcjson "$(version_of cjson)" "-lcjson -lm"
}

make_libmicrohttpd() {
    cd -- "$folder/source/libmicrohttpd"
    quietly ./configure CFLAGS="$flags" --disable-https --disable-shared --disable-doc --disable-examples --disable-curl \
        --disable-tools --disable-dependency-tracking
    quietly make -j "$(nproc)" -C src/microhttpd libmicrohttpd.la
    cp src/microhttpd/.libs/libmicrohttpd.a "$folder/lib/"
    cp src/include/microhttpd.h "$folder/include/"
    describe libmicrohttpd "$(version_of libmicrohttpd)" "-lmicrohttpd -lpthread"
}

[[ ! -e $folder/made ]] || exit 0
rm -rf -- "$folder"
mkdir -p "$folder/source" "$folder/lib/pkgconfig" "$folder/include"
say "compiling ${sources[*]} from Debian's source packages"
fetch
make_cjson
make_libmicrohttpd
# What the licences ask to be passed on with the program.
mkdir "$folder/licences"
for name in "${sources[@]}"; do
    cp "$folder/source/$name/debian/copyright" "$folder/licences/$name"
done
touch "$folder/made"
