#!/usr/bin/env bash
# pack.sh: puts what `./run fuzz` found into corpus.tar.gz. Of the old finds and the new ones it keeps the fewest that
# reach the same code; the files of corpus/, whose names say what they are, stay as they are. The archive depends on
# nothing but its contents. Run it after `./run fuzz`, from anywhere.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "$0")")
build=$here/../../build/fuzz
kept=$(mktemp -d)
trap 'rm -rf -- "$kept"' EXIT

for found in "$build"/found/*/; do
    name=$(basename -- "$found")
    mkdir -- "$kept/all" "$kept/$name"
    cp -- "$here/corpus/$name"/* "$kept/all/"
    # The first folder is kept whole, so that a find which reaches no more than the named files is left out.
    "$build/tests/fuzz/fuzz_$name" -merge=1 -max_len=4096 "$kept/all" "$build/corpus/$name" "$found"
    for file in "$kept/all"/*; do
        [[ -e $here/corpus/$name/${file##*/} ]] || mv -- "$file" "$kept/$name/"
    done
    rm -r -- "$kept/all"
done
tar -C "$kept" --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime=@0 --format=ustar -cf - . |
    gzip -9n >"$here/corpus.tar.gz"
