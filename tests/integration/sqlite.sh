#!/usr/bin/env bash
# What the API acknowledged is in the file, where any SQLite can read it.
source "$(dirname -- "$0")/lib.sh"

sql() {
    sqlite3 -batch -readonly "$db" "$1"
}

panel_start
run_do '{"mode":"thread","count":50,"label":"kept"}'
expect_all_completed 50

begin "the file has the run while the panel runs"
expect_equal "the row" "1" "$(sql "select count(*) from runs where id = $run")"
expect_equal "the journal" wal "$(sql 'pragma journal_mode')"

begin "nothing is acknowledged while the file is moved away"
mv -- "$db" "$work/moved.db"
api POST /runs -d mode=thread -d count=5
expect_error 503 null
expect_that '.error.message | contains("is no longer there")'
api GET /export.db
expect_error 503 null
[[ ! -e $db && -e $db-wal ]] || fail "a copy was begun of a file that is not there: $(ls -- "$db"*)"
api GET /healthz
expect_error 503 null
mv -- "$work/moved.db" "$db"
api GET /healthz
expect_status 200

begin "the file is intact after the panel has ended"
panel_stop
expect_equal "the check" ok "$(sql 'pragma integrity_check')"
expect_equal "lost references" "" "$(sql 'pragma foreign_key_check')"
(($(sql 'pragma user_version') >= 1)) || fail "user_version is not set"
expect_equal "tables that are not STRICT" "" \
    "$(sql "select name from pragma_table_list where schema = 'main' and type = 'table' and not strict
            and name not like 'sqlite_%'")"

begin "a file of a newer program is refused and unchanged"
cp "$db" "$work/newer.db"
sqlite3 -batch "$work/newer.db" 'pragma user_version = 999'
before=$(sha256sum <"$work/newer.db")
code=0
"$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$work/newer.db" >"$work/out" 2>"$work/err" </dev/null || code=$?
expect_equal "exit code" 1 "$code"
grep -qi newer "$work/err" || fail "the message does not say that it is newer: $(cat "$work/err")"
expect_equal "the file" "$before" "$(sha256sum <"$work/newer.db")"

begin "the next panel has the run as well"
panel_start
api GET "/runs/$run"
expect_all_completed 50
expect .label kept
panel_stop

begin "a large file keeps nobody waiting, and damage that is found in it later stops the storing"
sqlite3 -batch "$db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
    INSERT INTO run_transcript (run, at_us, side, text) SELECT $run, i, 'client', hex(zeroblob(2000)) FROM n"
size=$(stat -c %s -- "$db")
((size > 32 << 20)) || fail "the file is not large: $size bytes"
head -c 4096 /dev/urandom | dd of="$db" bs=4096 seek=$((size / 4096 - 1)) conv=notrunc status=none
panel_start
end=$((SECONDS + 60))
until api GET /healthz && [[ $status == 503 ]]; do
    ((SECONDS < end)) || fail "the damage was not found"
    sleep 0.05
done
expect_that '.error.message | contains("malformed")'
api POST /runs -d mode=thread -d count=5
expect_error 503 null
expect_that '.error.message | contains("malformed")'
api GET "/runs/$run"
expect .label kept
panel_stop 'malformed.*: nothing more is stored$'
