#!/usr/bin/env bash
# kill -9 of either side: what was acknowledged is kept, the totals of an interrupted run add up, no process is left.
source "$(dirname -- "$0")/lib.sh"

count=$(scaled 500 100)
held='{"mode":"process","count":6000,"hold":true,"rate":1000}' # for six seconds not all have started
endless='{"mode":"process","count":10000000}'

panel_start

begin "the generator is killed: the run has failed and keeps its totals, and no process is left"
run_submit "$held"
run_until "$run" ".totals.connected >= $count" 60
generator=$(generator_pid)
kill -KILL "$generator"
run_over "$run" 20
expect .status failed
expect_sums
expect_that '.totals.started >= $count and .totals.not_started > 0' --argjson count "$count"
expect_that '.message | length > 0'
expect_gone group_members "$generator"
expect_gone descendants "$panel_pid"

begin "its client processes were reaped: no zombie is left"
[[ -z $(group_remains "$generator") ]] || fail "not reaped: $(group_remains "$generator" | wc -l) processes"
[[ -z $(zombies_of "$panel_pid") ]] || fail "zombies of the panel: $(zombies_of "$panel_pid" | wc -l)"

begin "the panel carries the next run"
run_do '{"mode":"thread","count":50}'
expect_all_completed 50
finished=$run

begin "a stopped client process does not block its run forever"
run_submit '{"mode":"process","count":1,"requests":1000000,"timeout_ms":5000}'
run_until "$run" '.totals.connected == 1' 20
client=$(descendants "$(generator_pid)")
kill -STOP "$client"
run_over "$run" 60
expect .status completed
expect .totals.failed 1
expect '.errors[0].message' 'the client process was killed by SIGKILL'
expect_sums

begin "the panel is killed: no process is left"
run_submit "$endless"
interrupted=$run
run_until "$run/samples" '.samples | length > 0' 60
generator=$(generator_pid)
run_submit '{"mode":"thread","count":40,"label":"queued"}'
queued=$run
panel_kill
expect_gone group_members "$generator"
stderr_is_clean

begin "a new panel: the run is interrupted and has its samples, and queued runs go on"
panel_start
api GET "/runs/$interrupted"
expect .status interrupted
expect_sums
api GET "/runs/$interrupted/samples"
expect_that '.samples | length > 0'
run_over "$queued"
expect_all_completed 40
api GET "/runs/$finished"
expect_all_completed 50

begin "SIGTERM during a run ends the panel with exit code 0"
run_submit "$held"
last=$run
run_until "$run" ".totals.connected >= $count" 60
generator=$(generator_pid)
panel_stop '1 run was under way when Koneksi last ended: interrupted'
expect_gone group_members "$generator"
panel_start
api GET "/runs/$last"
expect .status interrupted
expect_sums
panel_stop
