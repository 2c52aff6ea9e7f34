#!/usr/bin/env bash
# memory.high of version 2, for panel and generator: the kernel holds up whoever takes memory beyond it, for longer the
# further the group is beyond. A thread for each connection is what the server takes, and clients miss their deadline.
source "$(dirname -- "$0")/lib.sh"

nested_group memory.high max
panel_with "$enter_group" --model thread
# For the generator, which takes 1.4 MB, and some ten threads: each of the others is held up for longer than the one
# before it. With less the run takes minutes.
printf '%s' $(($(<$group_root/a/memory.current) + (3 << 19))) >$group_root/a/memory.high
high=$(<$group_root/a/memory.high)

begin "clients miss their deadline, and the run names the group's limit"
lab_run '{"mode":"thread","count":100,"hold":true,"timeout_ms":500}' 300
printf 'row: | memory.high 1.5 MiB above what the panel has | thread | none | %s of 100 | %s |\n' "$(completed)" "$(verdict | sed 's/|/, /g')"
expect_verdict memory.high client "$high" likely
(($(sed -n 's/^high //p' $group_root/a/memory.events) > 0)) || fail "the group was never above it"
panel_stop

begin "clients that have time complete, and the run says what held them up"
printf max >$group_root/a/memory.high
panel_with "$enter_group" --model thread
printf '%s' $(($(<$group_root/a/memory.current) + (3 << 19))) >$group_root/a/memory.high
lab_run '{"mode":"thread","count":60,"hold":true,"timeout_ms":60000}' 300
printf 'row: | the same, 60 clients with a minute each | thread | none | %s | %s |\n' "$(completed)" \
    "$(jq -r '"bottleneck " + (.cpu.bottleneck // "none")' -- "$body")"
expect .totals.completed 60
expect '.cpu | [.bottleneck, .held_up]' '["memory.high","both"]'
expect_that '.cpu.evidence | test("^for [0-9]+ % of the run, all tasks .* waited for memory")'
panel_stop
