#!/usr/bin/env bash
# slow_readers.sh [MILLISECONDS of each measurement [ROUNDS]]: hundreds of clients that read nothing or next to nothing
# hold nobody up, on any route. A client that reads slowly keeps its connection, and so does an event stream.
source "$(dirname -- "$0")/lib.sh"

here=$(dirname -- "$(readlink -f -- "$0")")
needs_descriptors 400

history() { # ROWS: copies of the one run
    local columns
    columns=$(sqlite3 "$db" "SELECT group_concat(name) FROM pragma_table_info('runs') WHERE name <> 'id'")
    sqlite3 "$db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
        INSERT INTO runs ($columns) SELECT $columns FROM runs, n WHERE runs.id = 1"
}

panel_start
run_do '{"mode":"thread","count":5}'
panel_stop
history 20000
panel_start

begin "a list of runs takes no memory that the kernel has to map first"
page_faults() {
    cut -d ' ' -f 10 "/proc/$panel_pid/stat"
}
many() {
    for _ in {1..20}; do
        api GET /runs
        expect_status 200
    done
}
many
before=$(page_faults)
many
faults=$(($(page_faults) - before))
printf 'figure: 20 lists of 50 runs: %d page faults of the panel\n' "$faults"
[[ -n $KONEKSI_SANITIZE ]] || ((faults < 1000)) || fail "20 lists of 50 runs took $faults page faults"

begin "a download at 64 kB/s and an event stream go on while others read nothing"
curl_quiet --max-time 900 --limit-rate 64k -o "$work/slow.csv" "$url/runs.csv" &
slow=$!
curl_quiet --max-time 900 -N -o "$work/events" "$url/events" &
events=$!
background=("$slow" "$events")
end=$((SECONDS + 20))
until (($(stat -c %s "$work/slow.csv" 2>/dev/null || printf 0) > 100000)); do # slow, but going on
    ((SECONDS < end)) || fail "the download has $(stat -c %s "$work/slow.csv") bytes"
    sleep 0.05
done
node "$here/slow_readers.mjs" "$url" "$panel_pid" "$@"
[[ -n $(alive "$events") ]] || fail "the event stream lost its connection"
if [[ -z $(alive "$slow") ]]; then # over, as it lasts some 140 s
    wait "$slow" || fail "the download was cut off with $(stat -c %s "$work/slow.csv") bytes"
    expect_equal "rows of the download" 20001 "$(grep -c '^[0-9]' "$work/slow.csv")"
fi

begin "evictions are counted"
api GET /metrics
(($(metric koneksi_http_evicted_total) > 0)) || fail "no connection was evicted"

run_do '{"mode":"thread","count":5}'
end=$((SECONDS + 20))
until grep -q '"status":"completed"' "$work/events"; do
    ((SECONDS < end)) || fail "the event stream has $(wc -c <"$work/events") bytes and no end of the run"
    sleep 0.05
done
panel_stop
