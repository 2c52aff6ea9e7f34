#!/usr/bin/env bash
# One panel, one database: a second panel is refused whichever path it uses, and the first is not affected.
source "$(dirname -- "$0")/lib.sh"

refused() { # WHAT PATH [WRAPPER...]
    begin "$1: the second panel is refused"
    local code=0
    "${@:3}" timeout 20 "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$2" >"$work/out" 2>"$work/err" </dev/null || code=$?
    expect_equal "exit code" 1 "$code"
    grep -q 'in use by another koneksi$' "$work/err" || fail "the message is: $(cat -- "$work/err")"
    expect_equal "standard output" '' "$(cat -- "$work/out")"
    api GET "/runs/$run"
    expect .status running
}

panel_start
run_submit '{"mode":"event","count":10000000,"rate":20}'
run_until "$run" '.totals.completed > 0'
mkdir -- "$work/other"

refused "the same path" "$db"
ln -s -- "$db" "$work/other/symbolic.db"
refused "a symbolic link" "$work/other/symbolic.db"
ln -- "$db" "$work/other/hard.db"
refused "a hard link" "$work/other/hard.db"
rm -- "$work/other/hard.db"
rm -f -- "$db-lock"
refused "a lock file that was removed" "$db"
mount_there='mount --bind "$0" "$1" && exec "${@:2}"'
if unshare -m true 2>/dev/null; then
    touch -- "$work/other/bound.db"
    refused "a bind mount" "$work/other/bound.db" unshare -m bash -c "$mount_there" "$db" "$work/other/bound.db"
else
    skip_part "a bind mount" "no mount namespace can be made"
fi

begin "the sqlite3 shell and koneksi backup work beside it"
expect_equal "what the shell reads" running "$(sqlite3 -batch "$db" "SELECT status FROM runs WHERE id = $run")"
"$KONEKSI" backup "$work/copy.db" --db "$db" >/dev/null
expect_equal "the copy" running "$(sqlite3 -batch "$work/copy.db" "SELECT status FROM runs WHERE id = $run")"

begin "the first panel's run was not marked as interrupted, and can be cancelled"
api POST "/runs/$run/cancel"
expect_status 202
run_over "$run"
expect .status cancelled
panel_stop

begin "once it has ended, or was killed, the next one starts"
panel_start
panel_kill
panel_start
panel_stop
