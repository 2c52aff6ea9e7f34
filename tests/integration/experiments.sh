#!/usr/bin/env bash
# Experiments by curl: a ceiling exact to one client, a sweep, a proof; cancelling, resuming after the panel was killed,
# the server's settings meanwhile, invalid experiments.
source "$(dirname -- "$0")/lib.sh"

# Waits until the experiment's run with that index is running, which it is for five seconds. A queued run is not
# interrupted by what ends the panel.
wait_for_a_long_run() { # INDEX
    experiment_until "(.runs | length) > $1"
    run_until "$(jq ".runs[$1]" -- "$body")" '.status == "running"'
}

panel_start --model epoll

begin "a ceiling: it was predicted, one client more fails, both are confirmed twice, the limit is named"
experiment_do '{"kind":"ceiling","mode":"event","limits":{"nofile":64},"max":2000}'
expect .kind ceiling
expect .asked.hold true
expect_that '.result.ceiling > 40 and .result.ceiling < 64 and .result.fails_at == .result.ceiling + 1'
expect .result.predicted "$(jq .result.ceiling -- "$body")"
expect .prediction.limit RLIMIT_NOFILE
expect .result.confirmations 2
expect .result.stable true
expect .result.runs 6
expect .result.verdict.name RLIMIT_NOFILE
expect .result.verdict.certainty proved
expect '.runs | length' 6
expect .progress '{"done":6,"mode":null,"part":null,"planned":6,"seconds_left":0}'
ceiling=$(jq .result.ceiling -- "$body")
failed=$(jq '.runs[1]' -- "$body")
api GET "/runs?experiment=$experiment"
expect '[.runs[].count] | unique' "[$ceiling,$((ceiling + 1))]"
expect '[.runs[].experiment] | unique' "[$experiment]"
expect '[.runs[] | select(.count == .totals.completed)] | length' 3

begin "no limit is named where the largest count completes"
experiment_do '{"kind":"ceiling","mode":"thread","max":20}'
expect .result.ceiling 20
expect .result.fails_at null
expect .result.verdict null
expect .result.runs 3
expect .result.sentence "thread: no limit found up to 20 clients at the same time"

begin "a proof: with the limit lowered by a quarter the ceiling moves with it, and the run's limit is marked as proved"
experiment_do "{\"kind\":\"proof\",\"run\":$failed}"
expect .result.moved true
expect .result.ceiling "$((ceiling - 16))"
expect .result.from 64
expect .result.to 48
api GET "/runs/$failed"
expect .verdict.certainty proved
expect '.verdict.facts[] | select(.fact == "proof") | [.experiment, .ceiling]' "[$experiment,$((ceiling - 16))]"

begin "a proof needs a held run with a limit that can be lowered"
run_do '{"mode":"event","count":10}'
api POST /experiments --json "{\"kind\":\"proof\",\"run\":$run}"
expect_error 400 run
api POST /experiments --json '{"kind":"proof","run":999999}'
expect_error 404 null
api POST /experiments --json "{\"kind\":\"proof\",\"run\":$failed,\"mode\":\"thread\"}"
expect_error 400 run

begin "a proof lowers no limit below the least that a run can have, and is refused where it has that already"
run_do '{"mode":"thread","count":100,"hold":true,"timeout_ms":2000,"limits":{"nofile":20}}'
experiment_do "{\"kind\":\"proof\",\"run\":$run}"
expect .result.from 20
expect .result.to 16
expect .result.moved true
run_do '{"mode":"thread","count":100,"hold":true,"timeout_ms":2000,"limits":{"nofile":16}}'
expect .verdict.name RLIMIT_NOFILE
for path in /experiments /experiments/plan; do
    api POST "$path" --json "{\"kind\":\"proof\",\"run\":$run}"
    expect_error 400 run
    expect .error.message "run $run cannot be proved: its limit is as low already as a run can have it"
done

begin "a sweep by a form: every mode and count, repeated and interleaved"
api POST /experiments -d kind=sweep -d modes=thread,event -d counts=5,10 -d repeats=2 -d label=swept
expect_status 201
experiment=$(jq -r .id -- "$body")
experiment_until '.status == "completed"'
expect '[.result.rows[] | [.mode, .count, .runs, .completed, .failed]]' \
    '[["thread",5,2,10,0],["thread",10,2,20,0],["event",5,2,10,0],["event",10,2,20,0]]'
expect_that '.result.rows | all(.clients_per_s | .min <= .median and .median <= .max and .min > 0)'
api GET "/runs?experiment=$experiment"
expect '[.runs[].label] | unique' '["swept"]'
expect '[.runs[] | [.mode, .count]] | reverse | .[0:4] | unique | length' 4

begin "it starts when the first of its runs does, which may wait behind others"
run_submit '{"mode":"event","count":300,"rate":100}'
before=$run
experiment_submit '{"kind":"sweep","modes":["event"],"counts":[10],"repeats":2}'
experiment_until '(.runs | length) == 1'
expect_that 'if .status == "running" then .started_at == null and .finished_at == null else true end'
run_over "$before"
experiment_until '.started_at != null'
first=$(jq '.runs[0]' -- "$body")
run_over "$first"
started=$(jq -r .started_at -- "$body")
experiment_over
expect .started_at "$started"
expect_that '.created_at < .started_at and .started_at < .finished_at'

begin "a held pool has as many threads as clients"
experiment_do '{"kind":"sweep","modes":["pool"],"counts":[30],"repeats":1,"hold":true}'
expect '[.result.rows[] | [.runs, .completed]]' '[[1,30]]'

begin "during an experiment the server cannot be changed; cancelling ends it and its run"
experiment_submit '{"kind":"sweep","modes":["pool"],"counts":[1000],"rate":100,"repeats":2}'
experiment_until '.status == "running" and (.runs | length) == 1'
api PATCH /server --json '{"backlog":100}'
expect_error 409 null
run=$(jq '.runs[0]' < <(curl_quiet "$url/experiments/$experiment"))
run_until "$run" '.status == "running"'
api POST "/experiments/$experiment/cancel"
expect_status 202
expect .status cancelled
run_over "$run" 10
expect .status cancelled
api POST "/experiments/$experiment/cancel"
expect_error 409 null
api PATCH /server --json '{"backlog":100}'
expect_status 200

begin "cancelling its run cancels the experiment"
experiment_submit '{"kind":"sweep","modes":["pool"],"counts":[1000],"rate":100,"repeats":2}'
experiment_until '(.runs | length) == 1'
api POST "/runs/$(jq '.runs[0]' -- "$body")/cancel"
expect_status 202
experiment_until '.status == "cancelled"'
expect_that '.message | test("run [0-9]+ was cancelled")'
expect .progress '{"done":0,"mode":null,"part":null,"planned":2,"seconds_left":0}'

begin "the classic experiment starts with the first load of the course"
experiment_submit '{"kind":"classic"}'
experiment_until '(.runs | length) >= 1'
expect .progress.planned 9
expect '[.asked.kind, .asked.repeats]' '["classic",1]'
run=$(jq '.runs[0]' -- "$body")
api POST "/experiments/$experiment/cancel"
expect_status 202
api GET "/runs/$run"
expect '[.mode, .count]' '["thread",50]'

begin "after the panel was killed the experiment resumes and repeats the interrupted run"
experiment_submit '{"kind":"sweep","modes":["event"],"counts":[20,300],"rate":60,"repeats":2}'
wait_for_a_long_run 1
panel_kill
panel_start --model epoll
experiment_until '.status == "completed"'
expect '[.result.rows[] | [.count, .runs, .completed]]' '[[20,2,40],[300,2,600]]'
expect '.runs | length' 5
api GET "/runs?experiment=$experiment&status=interrupted"
expect '.runs | length' 1

begin "after the panel was stopped the experiment resumes as well"
experiment_submit '{"kind":"sweep","modes":["event"],"counts":[300],"rate":60,"repeats":1}'
wait_for_a_long_run 0
panel_stop 'info 1 run was under way'
panel_start --model epoll
experiment_until '.status == "completed"'
expect '[.result.rows[] | [.runs, .completed]]' '[[1,300]]'

begin "the list, newest first, page by page"
api GET '/experiments?limit=2'
expect_status 200
expect '.experiments | length' 2
expect '.experiments[0].id' "$experiment"
expect_that '.next == .experiments[1].id'
api GET "/experiments?limit=100&before=$(jq .next -- "$body")"
expect .next null
expect '.experiments[-1].id' 1
expect_that '.experiments[-1].result.ceiling > 0'

begin "an invalid experiment is refused with the field at fault, and nothing starts"
for wrong in '{"kind":"sweep"} counts' '{"kind":"ceiling"} mode' '{"kind":"best"} kind' '{} kind' \
    '{"kind":"ceiling","mode":"thread","count":5} count' '{"kind":"sweep","counts":[5],"timeout_ms":0} timeout_ms'; do
    api POST /experiments --json "${wrong% *}"
    expect_error 400 "${wrong##* }"
done
api POST /experiments --json '{"kind":"ceiling","mode":"thread","target":"192.0.2.1:80"}'
expect_error 403 target
api GET /experiments/999
expect_error 404 null
api GET '/experiments?limit=0'
expect_error 400 limit

begin "the event stream reports experiments"
curl_quiet -N --max-time 600 "$url/events" >"$work/events" 2>/dev/null &
background+=($!)
for _ in {1..100}; do
    grep -q '^event: server' "$work/events" && break
    sleep 0.05
done
experiment_do '{"kind":"sweep","modes":["event"],"counts":[5],"repeats":1}'
for _ in {1..100}; do
    grep -A1 '^event: experiment' "$work/events" | grep -q '"status":"completed"' && break
    sleep 0.05
done
grep -A1 '^event: experiment' "$work/events" | grep -q '"status":"queued"' || fail "no event of its beginning"
grep -A1 '^event: experiment' "$work/events" | grep -q '"status":"completed"' || fail "no event of its end"

# Its 130 runs take minutes under a sanitizer, which has nothing to find in them that the other cases lack.
if [[ -z ${KONEKSI_SANITIZE-} ]]; then
    begin "an event leaves out a table that is too large for it"
    counts=$(jq -nc "[range(30; 95)]")
    experiment_do "{\"kind\":\"sweep\",\"modes\":[\"event\",\"thread\"],\"counts\":$counts,\"hold\":true,\"limits\":{\"nofile\":16},\"repeats\":1}"
    expect_that '(.result.rows | length) == 130 and ([.result.rows[].verdict.name] | unique) == ["RLIMIT_NOFILE"]'
    for _ in {1..100}; do
        last=$(grep -A1 '^event: experiment' "$work/events" | sed -nE 's/^data: (\{"id":'"$experiment"',.*)/\1/p' | tail -n 1)
        [[ $(jq -r .status <<<"${last:-{\}}") == completed ]] && break
        sleep 0.05
    done
    expect_equal "the last event" '["completed",false]' "$(jq -c '[.status, has("result")]' <<<"$last")"
fi

begin "a full queue of experiments stays full after cancelling"
long='{"kind":"sweep","modes":["event"],"counts":[1,2,3,4,5,6,7,8,9],"repeats":100}'
experiment_submit "$long"
first=$experiment
curl_quiet -o "$body" -w '%{http_code}\n' --json "$long" "$url/experiments#[2-100]" | sort | uniq -c >"$work/statuses"
expect_equal "the statuses" "99 201" "$(xargs <"$work/statuses")"
experiment=$(jq .id -- "$body")
for _ in 1 2; do
    api POST /experiments --json "$long"
    expect_status 429
    api POST "/experiments/$experiment/cancel"
    expect_status 202
    experiment_submit "$long"
done
api POST /experiments --json "$long"
expect_status 429
# Cancelling twice is a conflict.
curl_quiet -X POST -o "$body" "$url/experiments/[$first-$experiment]/cancel"

begin "the last event of a cancelled experiment says that it is cancelled"
rounds=$(scaled 6 3)
for ((i = 0; i < rounds; i++)); do
    experiment_submit '{"kind":"sweep","modes":["event"],"counts":[1,2,3,4,5,6,7,8,9],"repeats":20}'
    experiment_until '(.runs | length) > 2'
    api POST "/experiments/$experiment/cancel"
    expect_status 202
    experiment_submit '{"kind":"sweep","modes":["event"],"counts":[1],"repeats":1}'
    experiment_until '.status == "completed"'
    last=$(grep -A1 '^event: experiment' "$work/events" | sed -nE 's/^data: (\{"id":'"$((experiment - 1))"',.*)/\1/p' | tail -n 1)
    expect_equal "the status in the last event" cancelled "$(jq -r .status <<<"$last")"
done
panel_stop
