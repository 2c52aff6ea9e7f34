#!/usr/bin/env bash
# koneksi import: what cannot be imported is refused, and nothing is changed then; nor is it when the import is killed.
# Databases of every earlier version can be imported, and stay as they are.
source "$(dirname -- "$0")/import_lib.sh"

migrations=("$(dirname -- "$0")"/../../db/migrations/*.sql)

panel_start --model epoll
run_do '{"mode":"thread","count":20}'
experiment_do '{"kind":"sweep","modes":["event"],"counts":[5],"repeats":1}'
panel_stop
other=$work/other.db
cp -- "$db" "$other"

refused() { # WHAT MESSAGE FILE...
    begin "$1: refused, and nothing is changed"
    local file
    sha256sum -- "${@:3}" >"$work/sums" 2>/dev/null || true
    rows "$db" >"$work/rows"
    import 1 "${@:3}"
    said "$2"
    rows "$db" | diff -- "$work/rows" - >"$work/diff" || fail "it changed: $(head -c 2000 -- "$work/diff")"
    for file in "${@:3}"; do
        [[ ! -f $file ]] || grep -q "^$(sha256sum <"$file" | cut -d' ' -f1) " "$work/sums" || fail "$file was changed"
    done
}

cp -- "$other" "$work/odd.db"
sqlite3 -batch "$work/odd.db" "UPDATE runs SET identity = 'new' || id; PRAGMA user_version = $((${#migrations[@]} + 1))"
refused "a newer one" "$work/odd.db cannot be imported: the database has version $((${#migrations[@]} + 1))" "$work/odd.db"
cp -- "$other" "$work/good.db"
sqlite3 -batch "$work/good.db" "UPDATE runs SET identity = 'good' || id"
refused "a good one and a newer one" "$work/odd.db cannot be imported" "$work/good.db" "$work/odd.db"
head -c 20000 -- "$other" >"$work/odd.db"
refused "a damaged one" "$work/odd.db" "$work/odd.db"
printf 'run,mode,count\n1,thread,5\n%0600d\n' 0 >"$work/odd.db"
refused "a text" "$work/odd.db cannot be read: file is not a database" "$work/odd.db"
rm -- "$work/odd.db"
sqlite3 -batch "$work/odd.db" 'CREATE TABLE runs (id INTEGER PRIMARY KEY)'
refused "another program's database" "$work/odd.db is no database of koneksi" "$work/odd.db"
refused "a file that is not there" "$work/none.db cannot be read: ENOENT" "$work/none.db"
ln -- "$db" "$work/hard.db"
refused "the database itself, by another name" "$work/hard.db is the database that is imported into" "$work/hard.db"
rm -- "$work/hard.db"
for words in '' '--db=' '--bd x'; do
    code=0
    # shellcheck disable=SC2086 # several words
    "$KONEKSI" import $words >"$work/said" 2>&1 || code=$?
    expect_equal "exit code of import $words" 2 "$code"
done

begin "a database that a panel works with: it can be imported, and not imported into"
panel_start
run_submit '{"mode":"event","count":10000000,"rate":20}'
run_until "$run" '.totals.completed > 0'
import 1 "$work/good.db"
said "in use by another koneksi"
panels=$db
db=$work/fifth.db
import 0 "$panels"
said "; 1 run and 0 experiments left out"
whole "$db"
db=$panels
api POST "/runs/$run/cancel"
panel_stop

begin "a database whose folder cannot be written, and a log that was left beside one"
mkdir -- "$work/folder"
cp -- "$work/good.db" "$work/folder/read.db"
chmod 444 -- "$work/folder/read.db"
chmod 555 -- "$work/folder"
drop=-dac_override
declare -a unprivileged=()
((EUID != 0)) || unprivileged=(setpriv "--bounding-set=$drop") # without this capability file modes apply to root
"${unprivileged[@]}" "$KONEKSI" import "$work/folder/read.db" --db "$work/sixth.db" >"$work/said" 2>&1 ||
    fail "it is not imported: $(cat -- "$work/said")"
said "2 runs and 1 experiment added"
chmod 755 -- "$work/folder"
panel_start
run_do '{"mode":"event","count":5,"label":"logged"}'
panel_kill
before=$(sha256sum -- "$db" "$db-wal")
[[ -s $db-wal ]] || fail "the panel left no log"
logged=$db
db=$work/seventh.db
import 0 "$logged"
expect_equal "the database and its log" "$before" "$(sha256sum -- "$logged" "$logged-wal")"
expect_equal "the newest run" logged "$(sqlite3 -batch "$db" "SELECT label FROM runs ORDER BY id DESC LIMIT 1")"

begin "databases of every earlier version, which stay as they are"
db=$work/eighth.db
for ((version = 1; version < ${#migrations[@]}; version++)); do
    old=$work/version$version.db
    cat -- "${migrations[@]:0:version}" | sqlite3 -batch "$old"
    sqlite3 -batch "$old" "INSERT INTO runs (status, created_ms, mode, count, pool_size, hold, requests, timeout_ms, stack_kib,
        target, label, duration_us, started, connected, completed, failed, not_started, environment)
        VALUES ('completed', 1700000000000 + $version, 'thread', 70, 8, 1, 1, 30000, 64, 'builtin', 'version $version', 5000,
        70, 70, 69, 1, 0, '{\"kernel\":\"6.0.$version\"}')"
    before=$(sha256sum <"$old")
    import 0 "$old"
    said "$old: 1 run and 0 experiments added"
    expect_equal "the file" "$before" "$(sha256sum <"$old")"
    kernel=6.0.$version # from version 16 on a column of its own, which this run does not have
    ((version < 16)) || kernel=
    expect_equal "its run" "version $version|$kernel||" \
        "$(sqlite3 -batch "$db" "SELECT label, host_kernel, host_name, host_fingerprint FROM runs ORDER BY id DESC LIMIT 1")"
done
import 0 "$work"/version*.db
expect_equal "runs" "$((${#migrations[@]} - 1))" "$(sqlite3 -batch "$db" 'SELECT count(*) FROM runs')"

begin "killed in the middle: nothing is changed"
cp -- "$work/good.db" "$work/large.db"
sqlite3 -batch "$work/large.db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
    INSERT INTO run_transcript (run, at_us, side, text) SELECT 1, i, 'client', printf('%0100d', i) FROM n"
rows "$db" >"$work/rows"
mkdir -- "$work/scratch"
TMPDIR=$work/scratch "$KONEKSI" import "$work/large.db" --db "$db" >"$work/said" 2>&1 </dev/null &
importer=$!
background+=("$importer")
until [[ $(stat -c %s -- "$db-wal" 2>/dev/null || printf 0) -gt 1000000 ]] || ! kill -0 "$importer" 2>/dev/null; do
    sleep 0.01
done
kill -KILL "$importer" 2>/dev/null || true
code=0
wait "$importer" 2>/dev/null || code=$?
if ((code == 0)); then
    skip_part "an import that is killed" "it was over before it was killed"
else
    rows "$db" | diff -- "$work/rows" - >"$work/diff" || fail "it changed: $(head -c 2000 -- "$work/diff")"
    whole "$db"
    import 0 "$work/large.db"
fi
whole "$db"
