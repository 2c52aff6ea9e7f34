#!/usr/bin/env bash
# A database of each earlier schema version opens, keeps its runs and takes new ones; afterwards its schema is the newest.
# Any other file is refused and stays unchanged, byte for byte.
source "$(dirname -- "$0")/lib.sh"

migrations=("$(dirname -- "$0")"/../../db/migrations/*.sql)
schema() {
    sqlite3 -batch -readonly "$1" "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
}

panel_start
run_do '{"mode":"thread","count":9}'
panel_stop
schema "$db" >"$work/newest"

for ((version = 1; version < ${#migrations[@]}; version++)); do
    begin "version $version"
    rm -f -- "$db"*
    cat -- "${migrations[@]:0:version}" | sqlite3 -batch "$db"
    sqlite3 -batch "$db" "INSERT INTO runs (status, created_ms, mode, count, pool_size, hold, requests, timeout_ms, stack_kib,
        target, label, duration_us, started, connected, completed, failed, not_started)
        VALUES ('completed', 1700000000000, 'thread', 70, 8, 1, 1, 30000, 64, 'builtin', 'old', 5000, 70, 70, 69, 1, 0)"
    if ((version >= 5 && version < 10)); then # what stopped the clients was one JSON object
        sqlite3 -batch "$db" "UPDATE runs SET binding_limit = '{\"name\":\"RLIMIT_NOFILE\",\"side\":\"client\",\"value\":64,\"reached\":57,
            \"certainty\":\"proved by experiment\",\"slow_side\":null,\"evidence\":\"socket failed with EMFILE\",
            \"proof\":{\"experiment\":3,\"lowered_to\":48,\"expected\":41,\"ceiling\":41}}'"
    fi
    expect_equal "the version" "$version" "$(sqlite3 -batch "$db" 'PRAGMA user_version')"
    panel_start
    api GET /runs/1
    expect_status 200
    expect '[.status, .label, .count, .totals.completed, .totals.failed, .hold, .exchange, .path]' '["completed","old",70,69,1,true,"time","/"]'
    if ((version >= 5 && version < 10)); then
        expect '.verdict | [.kind, .name, .side, .value, .reached, .certainty]' '["limit","RLIMIT_NOFILE","client",64,57,"proved"]'
        expect_that '.verdict.sentence | contains("socket failed with EMFILE") and contains("experiment 3")'
    fi
    run_do '{"mode":"event","count":5}'
    expect_all_completed 5
    api GET '/runs?sort=count&limit=2'
    expect '[.runs[].count]' '[70,5]'
    panel_stop
    expect_equal "the version" "${#migrations[@]}" "$(sqlite3 -batch "$db" 'PRAGMA user_version')"
    expect_equal "the check" ok "$(sqlite3 -batch "$db" 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
    diff -- "$work/newest" <(schema "$db") >"$work/diff" || fail "version $version gets another schema: $(cat -- "$work/diff")"
done

refused() { # WHAT MESSAGE
    begin "$1: refused and unchanged"
    local before code=0
    before=$(sha256sum <"$work/odd.db")
    "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$work/odd.db" >"$work/out" 2>"$work/err" </dev/null || code=$?
    expect_equal "exit code" 1 "$code"
    grep -q -- "$2" "$work/err" || fail "the message is: $(cat -- "$work/err")"
    expect_equal "the file" "$before" "$(sha256sum <"$work/odd.db")"
    [[ ! -s $work/odd.db-wal ]] || fail "it wrote a log: $(stat -c %s -- "$work/odd.db-wal") bytes"
}

cp -- "$db" "$work/odd.db"
sqlite3 -batch "$work/odd.db" "PRAGMA user_version = $((${#migrations[@]} + 1))"
refused "the next version" newer
head -c 100000 -- "$db" >"$work/odd.db"
refused "a truncated file" odd.db
printf 'run,mode,count\n1,thread,5\n' >"$work/odd.db"
refused "a text" odd.db
head -c 8192 /dev/urandom >"$work/odd.db"
refused "noise" odd.db
rm -- "$work/odd.db"
sqlite3 -batch "$work/odd.db" 'CREATE TABLE runs (id INTEGER PRIMARY KEY)'
refused "another program's database" odd.db
rm -- "$work/odd.db"

begin "an empty file becomes a new database"
: >"$work/odd.db"
db=$work/odd.db
panel_start
run_do '{"mode":"event","count":5}'
expect_all_completed 5
panel_stop
schema "$db" | diff -- "$work/newest" - >"$work/diff" || fail "it gets another schema: $(cat -- "$work/diff")"

begin "a folder: refused, and it stays empty"
mkdir -- "$work/folder"
code=0
"$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$work/folder" >"$work/out" 2>"$work/err" </dev/null || code=$?
expect_equal "exit code" 1 "$code"
grep -q folder "$work/err" || fail "the message is: $(cat -- "$work/err")"
expect_equal "what is in it" '' "$(ls -A -- "$work/folder")"

begin "a file without read permission: refused and unchanged"
before=$(sha256sum <"$db")
chmod 000 -- "$db"
declare -a unprivileged=()
drop=-dac_override,-dac_read_search
((EUID != 0)) || unprivileged=(setpriv "--bounding-set=$drop") # without these capabilities file modes apply to root
code=0
"${unprivileged[@]}" "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$db" >"$work/out" 2>"$work/err" </dev/null || code=$?
chmod 600 -- "$db"
expect_equal "exit code" 1 "$code"
grep -q odd.db "$work/err" || fail "the message is: $(cat -- "$work/err")"
expect_equal "the file" "$before" "$(sha256sum <"$db")"
