#!/usr/bin/env bash
# --keep-runs deletes the oldest finished runs with all their parts, and none that is queued, running or needed.
source "$(dirname -- "$0")/lib.sh"

kept() { # IDS, newest first: what is left, within five seconds
    local end=$((SECONDS + 5))
    until api GET /runs && [[ $(jq -c '[.runs[].id]' -- "$body") == "$1" ]]; do
        ((SECONDS < end)) || fail "expected the runs $1, there are $(jq -c '[.runs[].id]' -- "$body")"
        sleep 0.05
    done
}

orphans() { # parts of runs that are not there
    local table
    for table in run_samples error_groups error_traces run_limits run_histograms run_transcript run_ranks; do
        sqlite3 "$db" "SELECT '$table', count(*) FROM $table WHERE run NOT IN (SELECT id FROM runs) HAVING count(*) > 0"
    done
}

begin "without the option all runs are kept"
panel_start --model epoll
for ((i = 1; i <= 25; i++)); do
    run_submit '{"mode":"event","count":2}'
done
run_over 25
kept "$(seq -s, 25 -1 1 | sed 's/.*/[&]/')"
panel_stop

begin "surplus runs are deleted at the start, and the oldest after each run"
panel_start --model epoll --keep-runs 3
kept '[25,24,23]'
curl_quiet -N --max-time 60 "$url/events" >"$work/events" 2>/dev/null &
background=("$!")
until [[ -s $work/events ]]; do
    sleep 0.02
done
run_do '{"mode":"event","count":20}'
kept '[26,25,24]'
grep -q '"id":23,"deleted":true' "$work/events" || fail "no event reports that run 23 was deleted"
kill "${background[@]}"
background=()

begin "running and queued runs do not count"
run_submit '{"mode":"pool","count":10000000,"pool_size":2}'
run_until "$run" '.status == "running"'
run_submit '{"mode":"event","count":1}'
run_submit '{"mode":"event","count":1}'
api POST /runs/29/cancel
expect_status 202
kept '[29,28,27,26,25,24]'
api POST /runs/27/cancel
run_over 28
kept '[29,28,27]'

begin "an unfinished experiment keeps all its runs; at its end the surplus is deleted at once"
experiment_do '{"kind":"sweep","modes":["event"],"counts":[5],"repeats":6}'
expect '.result.rows[0].runs' 6
expect '.runs | length' 6
kept '[35,34,33,32,31,30]'
run_do '{"mode":"event","count":1}'
run_do '{"mode":"event","count":1}'
kept '[37,36,35,34,33,32,31,30]'
run_do '{"mode":"event","count":1}'
kept '[38,37,36]'
api GET /experiments/1
expect .runs '[]'
expect .status completed

begin "no part of a deleted run is left"
expect_equal "parts without a run" '' "$(orphans)"
expect_equal foreign_key_check '' "$(sqlite3 "$db" 'PRAGMA foreign_key_check')"
panel_stop
