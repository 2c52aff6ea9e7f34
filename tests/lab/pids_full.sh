#!/usr/bin/env bash
# pids.max with one task left: the generator starts, but none of its threads does.
source "$(dirname -- "$0")/lib.sh"

nested_group pids.max max
panel_with "$enter_group" --model epoll
most=$(($(<$group_root/a/pids.current) + 1))
printf '%s' "$most" >$group_root/a/pids.max

begin "no client is predicted, none runs, and the verdict names the group"
predict event 'count=100&hold=true'
lab_run '{"mode":"event","count":100,"hold":true}'
row "pids.max one above what is in use" event "$predicted" "$(completed)"
expect_equal "the prediction" 0 "$predicted"
expect_equal "the limit of the prediction" pids.max "$predicted_by"
expect .totals.completed 0
expect_verdict pids.max client "$most"
panel_stop
