#!/usr/bin/env bash
# fs.nr_open: no descriptor is numbered above it, also where RLIMIT_NOFILE was set higher before it was lowered.
source "$(dirname -- "$0")/lib.sh"

setting fs/nr_open 320
panel_start --model epoll

begin "event loops stop at the kernel's bound, not at their RLIMIT_NOFILE of $(ulimit -n)"
predict event 'count=600&hold=true'
lab_run '{"mode":"event","count":600,"hold":true,"timeout_ms":3000}'
row "fs.nr_open 320, RLIMIT_NOFILE 1,048,576" event "$predicted" "$(completed)"
expect_near "completed clients" "$predicted" "$(completed)" 1
expect_equal "the limit of the prediction" fs.nr_open "$predicted_by"
expect_verdict fs.nr_open "client server" 320
panel_stop 'EMFILE|descriptor'
