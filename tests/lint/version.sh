#!/usr/bin/env bash
# What --version prints follows the commit that is checked out, and a commit compiles that text alone; a tree that is no
# checkout of its own, such as an unpacked tarball, has the version and no commit.
set -euo pipefail
if ! command -v git >/dev/null; then
    printf 'SKIPPED: git is not installed\n'
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
tree="$work/a tree"
mkdir -p "$tree/base"
cp -r cmake "$tree/"
cp base/version.h "$tree/base/"
cat >"$tree/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(text VERSION 1.2.3 LANGUAGES C)
include(cmake/Version.cmake)
add_library(koneksi_base INTERFACE)
target_include_directories(koneksi_base INTERFACE ${CMAKE_SOURCE_DIR})
koneksi_version(version)
add_executable(text main.c)
target_link_libraries(text version koneksi_base)
END
printf '#include <stdio.h>\n#include "base/version.h"\nint main(void) { return puts(version_text) < 0; }\n' >"$tree/main.c"

built() { # FOLDER of the tree: builds it beside itself, and prints what the program does
    (cmake -G Ninja -S "$1" -B "$1/../build of ${1##*/}" && cmake --build "$1/../build of ${1##*/}") >"$work/log" 2>&1 ||
        { cat "$work/log" >&2 && return 1; }
    "$1/../build of ${1##*/}/text"
}
expect() { # WHAT WANTED GOT
    [[ $2 == "$3" ]] || { printf '%s: expected "%s", got "%s"\n' "$@" >&2 && exit 1; }
}
in_tree() {
    git -C "$tree" -c user.name=test -c user.email=test@example.org "$@" >/dev/null
}
commit() {
    git -C "$tree" rev-parse --short HEAD
}

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES=$work
expect "no checkout" 1.2.3 "$(built "$tree")"

in_tree init -q -b main
in_tree add .
in_tree commit -m first
expect "a checkout" "1.2.3 ($(commit))" "$(built "$tree")"
in_tree commit --allow-empty -m second
expect "the next commit" "1.2.3 ($(commit))" "$(built "$tree")"
grep -q 'version\.c' "$work/log" || { printf 'the text was not compiled again\n' >&2 && exit 1; }
! grep -q 'main\.c' "$work/log" || { printf 'a commit compiled more than the text\n' >&2 && exit 1; }
expect "nothing new" "1.2.3 ($(commit))" "$(built "$tree")"
grep -q 'no work to do' "$work/log" || { printf 'a build without a new commit did something\n' >&2 && exit 1; }

mkdir "$tree/unpacked"
cp -r "$tree/cmake" "$tree/base" "$tree/CMakeLists.txt" "$tree/main.c" "$tree/unpacked/"
expect "within another checkout" 1.2.3 "$(built "$tree/unpacked")"
