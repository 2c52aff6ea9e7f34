#!/usr/bin/env bash
# The history: what it is filtered by, how its experiments are folded and its runs counted, and experiments that are
# renamed and deleted.
source "$(dirname -- "$0")/lib.sh"

expect_count() { # QUERY RUNS EXPERIMENTS
    api GET "/runs/count$1"
    expect_status 200
    expect . "{\"experiments\":$3,\"runs\":$2}"
}

expect_ids() { # QUERY IDS
    api GET "/runs?$1"
    expect_status 200
    expect '[.runs[].id]' "$2"
}

expect_event() { # TEXT that comes within a minute
    local end=$((SECONDS + 60))
    until grep -qF -- "$1" "$work/events"; do
        ((SECONDS < end)) || fail "no event has $1"
        sleep 0.05
    done
}

panel_start

begin "an empty history"
expect_count '' 0 0

begin "three runs of their own, and two experiments of two and three runs between them"
run_do '{"mode":"thread","count":3,"label":"first"}'
experiment_do '{"kind":"sweep","modes":["pool"],"counts":[4],"repeats":2,"label":"swept"}'
experiment_do '{"kind":"ceiling","mode":"event","max":20}'
run_do '{"mode":"thread","count":80,"hold":true,"limits":{"nofile":40},"label":"few files"}'
limited=$run
expect .verdict.name RLIMIT_NOFILE
run_do "{\"mode\":\"event\",\"count\":5,\"target\":\"127.0.0.1:$time_port\",\"label\":\"by address\"}"
addressed=$run
expect_equal "ids of the runs" "7 8" "$limited $addressed"

begin "each filter, of the list, of the count and of the CSV"
while read -r filter ids; do
    expect_ids "$filter" "$ids"
    api GET "/runs.csv?$filter"
    expect_equal "rows of runs.csv?$filter" "$(jq length <<<"$ids")" "$(($(wc -l <"$body") - 1))"
    api GET "/runs/count?$filter"
    expect .runs "$(jq length <<<"$ids")"
done <<END
experiment=none [8,7,1]
experiment=any [6,5,4,3,2]
experiment=1 [3,2]
hold=true [7,6,5,4]
hold=false [8,3,2,1]
target=builtin [7,6,5,4,3,2,1]
target=127.0.0.1:$time_port [8]
verdict=RLIMIT_NOFILE [7]
verdict=unheard-of []
hold=true&mode=event&experiment=any&target=builtin [6,5,4]
hold=false&status=completed&q=swept [3,2]
END
expect_ids 'hold=false&sort=count&order=asc' '[1,2,3,8]'
expect_count '' 8 2
expect_count '?experiment=none' 3 0
expect_count '?mode=pool' 2 1

begin "folded: of each experiment its newest run that matches, once, on whatever page"
expect_ids fold=true '[8,7,6,3,1]'
expect_ids fold=false '[8,7,6,5,4,3,2,1]'
expect_ids 'fold=true&limit=3' '[8,7,6]'
expect .next 6
expect_ids 'fold=true&limit=3&before=6' '[3,1]'
expect .next null
expect_ids 'fold=true&mode=pool' '[3]'
expect_ids 'fold=true&status=completed&hold=true' '[7,6]'
expect_ids 'fold=true&experiment=2' '[6]'
api GET '/experiments?ids=2,1,99'
expect '[.experiments[].id]' '[2,1]'
expect .next null

begin "wrong parameters"
for wrong in 'hold=yes hold' 'experiment=some experiment' 'experiment=0 experiment' 'fold=1 fold' \
    'fold=true&sort=count fold' "target=$(printf 'x%.0s' {1..256}) target" 'mode=none mode'; do
    api GET "/runs?${wrong% *}"
    expect_error 400 "${wrong#* }"
done
api GET '/runs/count?sort=count'
expect_error 400 sort
api GET '/runs.csv?fold=true'
expect_error 400 fold
for wrong in '' '1,' x; do
    api GET "/experiments?ids=$wrong"
    expect_error 400 ids
done

begin "an experiment gets another label, and so do its runs that have the same"
api PATCH /runs/2 --json '{"label":"mine"}'
api PATCH /experiments/1 --json '{"label":"swept <again>"}'
expect_status 200
expect .asked.label 'swept <again>'
expect .result.rows[0].runs 2
api GET '/runs?experiment=1'
expect '[.runs[].label]' '["swept <again>","mine"]'
api PATCH /experiments/1 -d label=
expect .asked.label ''
for wrong in '{}' '{"label":5}' '{"label":"'"$(printf 'x%.0s' {1..121})"'"}'; do
    api PATCH /experiments/1 --json "$wrong"
    expect_error 400 label
done
api PATCH /experiments/99 -d label=x
expect_error 404 null

begin "while it goes on an experiment can be neither renamed nor deleted"
experiment_submit '{"kind":"sweep","modes":["pool"],"counts":[1000],"rate":100,"repeats":2}'
api PATCH "/experiments/$experiment" -d label=x
expect_error 409 null
api DELETE "/experiments/$experiment"
expect_error 409 null
experiment_until '.runs | length > 0'
api DELETE "/experiments/$experiment"
expect_error 409 null
api POST "/experiments/$experiment/cancel"
expect_status 202
run_over "$(jq '.runs[0]' -- "$body")"

begin "an experiment is deleted with its runs, and readers of the events are told"
curl_quiet -N "$url/events" >"$work/events" &
background+=($!)
expect_event 'event: server'
api DELETE "/experiments/$experiment"
expect_status 204
api DELETE /experiments/2
expect_status 204
[[ ! -s $body ]] || fail "204 has a body: $(answer)"
for id in 2 4 5 6; do
    expect_event "{\"id\":$id,\"deleted\":true}"
done
api DELETE /experiments/2
expect_error 404 null
api GET /experiments/2
expect_error 404 null
expect_ids '' '[8,7,3,2,1]'
expect_count '' 5 1
expect_equal "samples that are left of its runs" 0 "$(sqlite3 "$db" 'SELECT count(*) FROM run_samples WHERE run IN (4, 5, 6)')"
experiment_do '{"kind":"sweep","modes":["thread"],"counts":[2],"repeats":1}' # the next one begins as usual

panel_stop
