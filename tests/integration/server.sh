#!/usr/bin/env bash
# The TIME server's models: each carries the same runs. A change of model resets the connections that are served and
# loses no other.
source "$(dirname -- "$0")/lib.sh"

expect_ended() { # DESCRIPTOR: the server has ended that connection
    local code=0
    IFS= read -r -t 20 <&"$1" 2>/dev/null || code=$?
    ((code > 0)) || fail "the connection is still served"
    ((code <= 128)) || fail "the connection is still open" # read gives more where the time is over
}

panel_start --workers 16
other=
total=0

begin "what is not a change is refused, with the field at fault"
api PATCH /server --json '{"model":"fibre"}'
expect_error 400 model
api PATCH /server --json '{"workers":"16"}'
expect_error 400 workers
api PATCH /server -d listen=127.0.0.1:1
expect_error 400 listen

for model in thread pool uring epoll; do
    model_is_usable "$model" || continue
    begin "the $model model carries threads, a pool and processes beside another connection, and the totals go on"
    api PATCH /server --json "{\"model\":\"$model\"}"
    expect_status 200
    expect .model "$model"
    expect .workers 16
    expect .total "$total"
    time_connect other
    time_ask "$other"
    for run_fields in "thread $(scaled 500 50)" "pool $(scaled 5000 100)" "process $(scaled 100 10)"; do
        read -r mode count <<<"$run_fields"
        run_do "{\"mode\":\"$mode\",\"count\":$count}"
        expect_all_completed "$count"
        expect .server.model "$model"
        expect .server.refused 0
    done
    time_ask "$other"
    api GET /server
    total=$(jq .total -- "$body")
    time_close "$other"
done
time_connect other

begin "backlog and workers from a form change nothing for an open connection of the epoll model"
api PATCH /server -d backlog=77 -d workers=5
expect_status 200
expect '[.model, .backlog, .workers]' '["epoll",77,5]'
time_ask "$other"
run_do '{"mode":"thread","count":5}'
expect .server.backlog 77

begin "while a run is under way the server stays as it is, and then it may be changed at once"
run_submit '{"mode":"pool","count":5000000}'
run_until "$run" '.status == "running"' 30
api PATCH /server --json '{"model":"thread"}'
expect_error 409 null
expect_that '.error.message | test("run [0-9]+ is under way")'
time_ask "$other"
api POST "/runs/$run/cancel"
expect_status 202
run_over "$run" 30
expect .server.model epoll
api PATCH /server --json '{"model":"thread"}'
expect_status 200
api GET /server
expect .model thread

begin "a change of model resets the connection that is served, and a new one is served"
expect_ended "$other"
time_close "$other"
time_connect other
time_ask "$other"
time_close "$other"

begin "a change of a pool resets what its workers serve; who waits beyond them is served next"
api PATCH /server --json '{"model":"pool","workers":2}'
expect_status 200
for change in '{"workers":1}' '{"model":"thread"}'; do
    api GET /server
    workers=$(jq .workers -- "$body")
    served=() waiting=()
    for ((i = 0; i < workers; i++)); do
        time_connect other
        time_ask "$other"
        served+=("$other")
    done
    for _ in 1 2 3; do
        time_connect other
        time_send "$other"
        waiting+=("$other")
    done
    for other in "${waiting[@]}"; do
        IFS= read -r -t 0.1 -u "$other" 2>/dev/null && fail "it is served beyond the $workers workers"
    done
    api PATCH /server --json "$change"
    expect_status 200
    for other in "${served[@]}"; do
        expect_ended "$other"
        time_close "$other"
    done
    for other in "${waiting[@]}"; do
        time_receive "$other"
        time_close "$other"
    done
done

panel_stop
