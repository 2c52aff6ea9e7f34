#!/usr/bin/env bash
# The TIME server's models: each carries the same runs. A change of model resets the open connections and loses no other.
source "$(dirname -- "$0")/lib.sh"

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

begin "a change of model resets the open connection, and a new one is served"
IFS= read -r -t 20 <&"$other" 2>/dev/null && fail "the connection is still served"
time_close "$other"
time_connect other
time_ask "$other"
time_close "$other"

panel_stop
