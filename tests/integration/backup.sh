#!/usr/bin/env bash
# koneksi backup: a complete copy of the database while runs are written to it; no file is overwritten.
source "$(dirname -- "$0")/lib.sh"

backup() { # EXIT_CODE [words...]: what it says is in $work/said
    local code=0
    "$KONEKSI" backup "${@:2}" >"$work/said" 2>&1 </dev/null || code=$?
    [[ $code == "$1" ]] || fail "backup ${*:2}: expected exit code $1, got $code: $(cat -- "$work/said")"
}

said() { # TEXT
    grep -qF -- "$1" "$work/said" || fail "expected \"$1\", got: $(cat -- "$work/said")"
}

nothing_beside() { # FILE...: of the copies nothing else was left
    local left
    left=$(find "$work" -name 'copy*' | sort | tr '\n' ' ')
    expect_equal "files" "$(printf '%s ' "$@")" "$left"
}

panel_start
run_do '{"mode":"thread","count":50,"label":"kept"}'
kept=$run

begin "backups during a run: each is complete and has everything acknowledged before it"
declare -a copies=()
run_submit '{"mode":"pool","count":10000000,"pool_size":2,"label":"under way"}'
under_way=$run
run_until "$run/samples" '.samples | length > 0'
for ((i = 1; i <= 5; i++)); do
    run_submit '{"mode":"thread","count":1}'
    copies+=("$work/copy $i.db")
    backup 0 "$work/copy $i.db" --db "$db"
    expect_equal integrity_check ok "$(sqlite3 "$work/copy $i.db" 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
    expect_equal "newest run" "$run" "$(sqlite3 "$work/copy $i.db" 'SELECT max(id) FROM runs')"
    expect_equal "sums" 0 "$(sqlite3 "$work/copy $i.db" 'SELECT count(*) FROM runs WHERE started + not_started <> count')"
done
nothing_beside "${copies[@]}"
api POST "/runs/$under_way/cancel"
expect_status 202

begin "an existing file is not overwritten"
before=$(sha256sum <"$work/copy 1.db")
backup 1 "$work/copy 1.db" --db "$db"
said 'is there already'
expect_equal "the file" "$before" "$(sha256sum <"$work/copy 1.db")"
backup 1 "$db" --db "$db"
said 'is there already'
ln -s "$work/nowhere" "$work/copy"
backup 1 "$work/copy" --db="$db"
said 'is there already'
rm -- "$work/copy"
nothing_beside "${copies[@]}"

begin "the copy has the permissions of the database"
chmod 600 "$db"
backup 0 "$work/copy 6.db" --db "$db"
expect_equal mode 600 "$(stat -c %a "$work/copy 6.db")"

begin "a backup that fails says why and leaves no file"
backup 1 "$work/copy 7.db" --db "$work/nothing.db"
said "$work/nothing.db cannot be read: ENOENT"
backup 1 "$work/missing/copy.db" --db "$db"
said 'ENOENT'
printf 'no database, but long enough to be one: %0200d\n' 0 >"$work/text"
backup 1 "$work/copy 7.db" --db "$work/text"
said 'not a database'
sqlite3 "$work/foreign.db" 'CREATE TABLE t (a)'
backup 1 "$work/copy 7.db" --db "$work/foreign.db"
said 'no database of koneksi'
(
    ulimit -f 8
    backup 1 "$work/copy 7.db" --db "$db"
)
said 'writing the backup'
for words in '' '--db' '--bd x' 'a b' 'a --db='; do
    # shellcheck disable=SC2086 # several words
    backup 2 $words
done
backup 0 --help
nothing_beside "${copies[@]}" "$work/copy 6.db"
panel_stop

begin "a backup without a running panel, and a panel that starts on the copy"
backup 0 "$work/copy 7.db" --db "$db"
expect_equal "the same runs" "$(sqlite3 "$db" 'SELECT * FROM runs')" "$(sqlite3 "$work/copy 7.db" 'SELECT * FROM runs')"
db="$work/copy 5.db"
panel_start
api GET "/runs/$kept"
expect_all_completed 50
api GET "/runs/$under_way"
expect .status interrupted
expect_sums
panel_stop '1 run was under way when Koneksi last ended: interrupted'
