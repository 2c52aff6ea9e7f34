#!/usr/bin/env bash
# Comparing runs: their series and their differences, as JSON and CSV.
source "$(dirname -- "$0")/lib.sh"

panel_start --model epoll
run_do '{"mode":"thread","count":50}'
first=$run
run_do '{"mode":"event","count":300,"rate":300,"limits":{"nofile":200}}'
second=$run

begin "each run with its series"
api GET "/compare?runs=$first,$second"
expect_status 200
expect '[.runs[].run.id]' "[$first,$second]"
expect_that '.runs | all(.samples | (map(length) | unique | length) == 1 and .completed[-1] == (.started[-1]))'
expect '.runs[1].samples.completed[-1]' 300
expect_that '.runs[1].samples.at_us | length >= 10 and . == sort'

begin "the differences in what was asked for, without measurements and identifiers"
expect_that '.differences | map(.name) | contains(["asked.rate", "limits.client RLIMIT_NOFILE"])'
expect '.differences[] | select(.name == "asked.rate") | [.values[] | [.value, .runs]]' \
    "[[\"0\",[$first]],[\"300\",[$second]]]"
expect '[.differences[].name | select(test("mode|count|label|fingerprint"))]' '[]'

expect '.differences[] | select(.name == "limits.client RLIMIT_NOFILE") | .unit' descriptors
expect '.differences[] | select(.name == "asked.rate") | .unit' null
expect_that '.runs[1].samples.client_rss_bytes | max > 0'

begin "a run does not differ from itself"
run_do '{"mode":"thread","count":60,"label":"again"}'
api GET "/compare?runs=$first,$run"
expect .differences '[]'

begin "CSV has a row for each sample"
api GET "/runs/$second/samples"
samples=$(jq '.samples | length' -- "$body")
api GET "/compare.csv?runs=$second,$first"
expect_status 200
expect_equal header "run,mode,count,at_us,started,completed,failed,client_threads,client_processes,client_connections,client_rss_bytes,server_threads,server_connections" \
    "$(head -n 1 -- "$body" | tr -d '\r')"
expect_equal "rows of run $second" "$samples" "$(grep -c "^$second,event,300," -- "$body")"
expect_equal "order of the runs" "$second $first" "$(tail -n +2 -- "$body" | cut -d, -f1 | uniq | xargs)"

begin "an experiment's runs"
experiment_do '{"kind":"sweep","modes":["event"],"counts":[5,10],"repeats":2}'
runs=$(jq -c .runs -- "$body")
api GET "/compare?experiment=$experiment"
expect '[.runs[].run.id]' "$runs"
expect .differences '[]'

begin "invalid comparisons are refused"
for wrong in '' '?runs=1&experiment=1' '?runs=' '?runs=1,' '?runs=x' '?runs=0' '?runs=-1' '?runs=1;2'; do
    api GET "/compare$wrong"
    expect_error 400 runs
done
api GET '/compare?experiment=x'
expect_error 400 experiment
api GET '/compare?runs=1,999999'
expect_error 404 null
api GET '/compare?experiment=999999'
expect_error 404 null
panel_stop

begin "values that no panel of this version stores do not end the panel"
sqlite3 "$db" "UPDATE runs SET environment = '[1]' WHERE id = $first; UPDATE runs SET mode = 'quantum' WHERE id = $second"
panel_start
for path in "/compare?runs=$first,$second" "/runs/$second" /runs /runs.csv; do
    api GET "$path"
    expect_status 200
done
api GET "/runs/$second"
expect .mode unknown
expect_that '.message | contains("mode: not known to this version: \"quantum\"")'
panel_stop
