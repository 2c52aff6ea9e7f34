#!/usr/bin/env bash
# GET /export.db: a whole copy of one moment while runs go on, that holds up no other request and leaves no file; where
# there is no room for it, it is refused with the reason.
source "$(dirname -- "$0")/lib.sh"

panel_start --model epoll
run_do '{"mode":"thread","count":20,"label":"kept"}'
kept=$run

begin "copies during a run: each is complete and has everything acknowledged before it"
run_submit '{"mode":"pool","count":10000000,"pool_size":2}'
under_way=$run
run_until "$run/samples" '.samples | length > 0'
for i in 1 2 3; do
    run_submit '{"mode":"thread","count":1}'
    curl_quiet -o "$work/copy$i.db" -D "$headers" "$url/export.db" || fail "the download failed"
    expect_header Content-Type application/vnd.sqlite3
    expect_header Content-Disposition 'attachment; filename="koneksi.db"'
    expect_equal quick_check ok "$(sqlite3 "$work/copy$i.db" 'PRAGMA quick_check; PRAGMA foreign_key_check')"
    expect_equal "newest run" "$run" "$(sqlite3 "$work/copy$i.db" 'SELECT max(id) FROM runs')"
    expect_equal "journal mode" delete "$(sqlite3 "$work/copy$i.db" 'PRAGMA journal_mode')"
done
api GET "/runs/$under_way"
expect .status running
api POST "/runs/$under_way/cancel"
run_over "$run"
expect_equal "files beside the database" 'koneksi.db koneksi.db-shm koneksi.db-wal ' \
    "$(find "$work" -name 'koneksi.db*' -printf '%f\n' | sort | tr '\n' ' ')"

begin "a panel starts on the copy"
panel_stop
original=$db
db=$work/copy3.db
panel_start '--model' epoll
api GET "/runs/$kept"
expect .label kept
panel_stop '1 run was under way when Koneksi last ended: interrupted'
db=$original

begin "other requests are answered while a large database is copied"
sqlite3 -batch "$db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    INSERT INTO run_transcript (run, at_us, side, text) SELECT $kept, i, 'client', printf('%0150d', i) FROM n"
panel_start --model epoll
curl_quiet --limit-rate 8M -o "$work/large.db" "$url/export.db" & # it is under way all the while
download=$!
background+=("$download")
for ((i = 0; i < 20; i++)); do
    api GET /healthz
    expect_status 200
    ((i > 0)) || [[ -n $(alive "$download") ]] || fail "the download was over before anything else was answered"
done
code=0
wait "$download" || code=$?
expect_equal "how curl ended" 0 "$code"
expect_equal quick_check ok "$(sqlite3 "$work/large.db" 'PRAGMA quick_check')"
expect_equal "lines" "$(sqlite3 "$db" 'SELECT count(*) FROM run_transcript')" "$(sqlite3 "$work/large.db" 'SELECT count(*) FROM run_transcript')"

begin "a reader that goes away leaves the place to others"
for i in 1 2 3 4 5; do # some are refused, because the copy of the one before is still being made
    curl_quiet --max-time 0.3 --limit-rate 1k -o /dev/null "$url/export.db" 2>/dev/null || true
done
end=$((SECONDS + 60))
until api GET /export.db && [[ $status == 200 ]]; do
    expect_status 503
    ((SECONDS < end)) || fail "no further download is possible: $(answer)"
    sleep 0.1
done
panel_stop 'a download was cut off'

begin "no room: refused with the reason"
if ! unshare -m true 2>/dev/null; then
    skip_part "a full disk" "no mount namespace can be made"
    exit 0
fi
mkdir -- "$work/small"
export SMALL=$work/small FULL=$db PANEL=$KONEKSI
# shellcheck disable=SC2016 # the inner shell expands it
printf '#!/usr/bin/env bash\nexec unshare -m bash -c %q "$PANEL" "$@"\n' \
    'mount -t tmpfs -o size=$(($(stat -c %s "$FULL") + 8388608)) small "$SMALL" && cp -- "$FULL" "$SMALL/koneksi.db" &&
        export TMPDIR=$SMALL && exec "$0" "$@"' >"$work/confined"
chmod 755 "$work/confined"
KONEKSI=$work/confined
db=$work/small/koneksi.db
panel_start --model epoll
api GET /export.db
expect_error 503 null
expect_that '.error.message | contains("no room") and contains("ENOSPC")'
run_do '{"mode":"event","count":5}'
expect_all_completed 5
panel_stop
