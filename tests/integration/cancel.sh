#!/usr/bin/env bash
# Cancelling a run ends it and all its processes long before its own end, and the totals add up.
source "$(dirname -- "$0")/lib.sh"

cancel_in_the_middle() { # JSON, CONDITION of its middle
    run_submit "$1"
    run_until "$run" "$2" 60
    local generator began
    generator=$(generator_pid)
    began=$(now_ms)
    api POST "/runs/$run/cancel"
    expect_status 202
    run_over "$run" 30
    printf '  took %d ms\n' "$(($(now_ms) - began))"
    expect .status cancelled
    expect_sums
    expect_gone group_members "$generator"
    expect_gone descendants "$panel_pid"
}

panel_start

begin "a pool of half a million"
cancel_in_the_middle '{"mode":"pool","count":500000}' '.totals.completed > 100'
expect_that '.totals.not_started > 0'

count=$(scaled 1000 100)
if descriptors_suffice 3000; then
    begin "$count processes that hold their connections"
    cancel_in_the_middle "{\"mode\":\"process\",\"count\":2000,\"hold\":true,\"rate\":500}" ".totals.connected >= $count"
    expect_that '.totals.not_started > 0 and .totals.completed == 0'
else
    skip_part "$count processes that hold their connections" "needs 3,000 open files"
fi

begin "a finished run cannot be cancelled"
api POST "/runs/$run/cancel"
expect_error 409 null

begin "a queued run is cancelled at once, and none of its clients starts"
run_submit '{"mode":"pool","count":5000000}'
first=$run
run_submit '{"mode":"thread","count":7}'
api POST "/runs/$run/cancel"
expect_status 202
run_over "$run" 5
expect .status cancelled
expect .totals '{"completed":0,"connected":0,"failed":0,"not_started":7,"started":0}'
api GET /runs.csv
p50=$(head -n 1 -- "$body" | tr , '\n' | grep -nx client_us_p50 | cut -d: -f1)
expect_equal "a latency that was not measured" "" "$(grep "^$run," -- "$body" | cut -d, -f"$p50")"
api POST "/runs/$first/cancel"
expect_status 202
run_over "$first" 30

begin "there is no such run"
api POST /runs/999999/cancel
expect_error 404 null

begin "the panel goes on"
run_do '{"mode":"thread","count":50}'
expect_all_completed 50

panel_stop
