#!/usr/bin/env bash
# A survey: the classic loads and the ceiling of each mode in one result; its outlook, its time, cancelled and resumed.
source "$(dirname -- "$0")/lib.sh"

# Few enough for a few seconds: the loads of 50 threads, and of 100 and 5,000 clients through a pool.
small='"max":60,"limits":{"nofile":64}'

panel_start --model epoll

begin "before it starts it says how many runs it will take, about how long, and what it uses up; nothing is started"
api POST /experiments/plan --json '{"kind":"survey"}'
expect_status 200
expect_that '.runs >= 9 + 4 * 3 and .seconds_estimated > 10 and (.sentence | test("^About [0-9]+ runs, which may take about [0-9]+ minutes?\\. After 15 minutes no further run begins\\."))'
api GET '/limits?mode=thread&count=100000&hold=true'
first=$(jq '.predicted.thread.limit as $name | .predicted.thread.ceiling < 100000 and
    (.limits[] | select(.name == $name and .side == "client") | .scope | IN("machine", "user", "cgroup"))' -- "$body")
if [[ $first == true ]]; then
    limit=$(jq -r .predicted.thread.limit -- "$body")
    api POST /experiments/plan -d kind=survey -d modes=thread
    expect '.uses_up | map([.limit, .modes])' "[[\"$limit\",[\"thread\"]]]"
    expect_that '.sentence | contains($limit) and contains("used up")' --arg limit "$limit"
fi
api POST /experiments/plan --json "{\"kind\":\"survey\",$small,\"modes\":[\"event\"]}"
expect .uses_up '[]'
expect .runs 6
api POST /experiments/plan --json '{"kind":"sweep","counts":[5,10],"modes":["thread"],"repeats":2}'
expect .runs 4
api POST /experiments/plan --json '{"kind":"survey","minutes":241}'
expect_error 400 minutes
api GET /experiments
expect '.experiments' '[]'

begin "a survey: the classic loads, and of each mode the predicted and the measured ceiling, why, and what comes next"
experiment_do "{\"kind\":\"survey\",$small}"
expect '.asked | [.max, .minutes, .modes, has("hold")]' '[60,15,["thread","pool","process","event"],false]'
expect '.result.classic.state' measured
expect '[.result.classic.left_out[] | [.mode, .count]]' '[["thread",500],["thread",4500],["thread",5000],["pool",500000],["process",100],["process",5000]]'
expect .result.classic.sentence 'With at most 60 clients at the same time (max), these classic loads were left out: thread 500, thread 4,500, thread 5,000, pool 500,000, process 100, process 5,000.'
expect '[.result.classic.rows[] | [.mode, .count, .completed]]' '[["thread",50,50],["pool",100,100],["pool",5000,5000]]'
expect '[.result.modes[] | [.mode, .state]]' \
    '[["thread","measured"],["pool","measured"],["process","measured"],["event","measured"]]'
expect '.result.modes[] | select(.mode == "process") | [.ceiling, .low, .high, .fails_at, .verdict]' '[60,60,60,null,null]'
expect_that '[.result.modes[] | select(.mode != "process")] | all(.verdict.name == "RLIMIT_NOFILE" and .ceiling == .predicted
    and .low == .ceiling and .high == .ceiling and .stable and .runs == 6 and .prediction.ladder[0].needed > 64)'
expect_that '.result.modes | INDEX(.mode) | .pool.predicted == .thread.predicted and
    ([.pool, .thread] | map(.prediction.sentence | contains("60 held")) | all)'
expect '[.result.modes[] | .in_turn]' '[50,5000,null,null]'
expect_that '.result.sentence | test("^The pool carries 5,000 clients one after another and 57 at the same time")'
expect .prediction null
expect '.progress | [.done, .planned, .seconds_left, .part, .mode]' '[24,24,0,null,null]'
expect '.runs | length' 24
survey=$experiment

begin "its runs can be compared, exported and listed like those of any experiment"
api GET "/compare?experiment=$survey"
expect_status 200
expect '.runs | length' 24
api GET "/runs.csv?experiment=$survey"
expect_status 200
expect_equal "lines of the CSV" 25 "$(wc -l <"$body")"
api GET "/runs?experiment=$survey&limit=100"
expect '[.runs[] | select(.hold)] | length' 21

begin "the CSV has of each mode what its search was asked for: held clients"
api GET /experiments.csv
expect_status 200
expect_equal "the modes" "${modes[*]/uring/}" "$(csv_column mode) "
expect_equal "hold" 'true true true true' "$(csv_column hold)"
expect_equal "max" '60 60 60 60' "$(csv_column max)"

begin "while it goes on, its progress names the part"
slow='{"kind":"survey","max":60,"modes":["pool","thread"],"rate":100}'
experiment_submit "$slow"
experiment_until '.progress.done >= 1 and (.runs | length) >= 2'
expect '.progress | [.part, .mode]' '["classic",null]'
expect_that '.progress | .planned > .done and .seconds_left > 0'
expect '[.result.modes[].state]' '["waiting","waiting"]'

begin "after the panel was killed it goes on and repeats the interrupted run; without time left the rest is not measured"
run_until "$(jq '.runs[1]' -- "$body")" '.status | IN("running", "completed")'
panel_kill
# Its first run has lasted a whole quarter of an hour.
sqlite3 -batch "$db" "UPDATE runs SET started_ms = finished_ms - 900000 WHERE experiment = $experiment AND status = 'completed'"
panel_start --model epoll
experiment_over
expect .status completed
expect '[.result.modes[] | [.state, .ceiling, .verdict]]' '[["not measured",0,null],["not measured",0,null]]'
expect .result.classic.state unfinished
expect_that '.result.modes | all(.sentence | test("not measured; .*15 minutes"))'

begin "killed in the middle of a search it finds the same"
experiment_submit "{\"kind\":\"survey\",$small,\"modes\":[\"event\"]}"
experiment_until '.progress.done >= 2'
panel_kill
panel_start --model epoll
experiment_over
expect .status completed
expect '.result.modes[] | [.state, .ceiling == .predicted, .runs]' '["measured",true,6]'

begin "cancelled it keeps what it has"
experiment_submit "$slow"
experiment_until '.progress.done >= 1'
api POST "/experiments/$experiment/cancel"
expect_status 202
expect .status cancelled
expect '[.result.modes[].state]' '["not measured","not measured"]'
panel_stop 'info 1 run was under way'
