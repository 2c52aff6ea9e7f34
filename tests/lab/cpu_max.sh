#!/usr/bin/env bash
# cpu.max of version 2: a fifth of a processor for panel and generator.
source "$(dirname -- "$0")/lib.sh"

nested_group cpu.max max
panel_with "$enter_group" --model epoll
printf '20000 100000' >$group_root/a/cpu.max

begin "every client completes, and the run says that the quota set its pace"
lab_run '{"mode":"pool","count":60,"timeout_ms":30000}'
throttled=$(sed -n 's/^nr_throttled //p' $group_root/a/cpu.stat)
printf 'row: | cpu.max 20 %% of a core | pool | none | %s | bottleneck %s |\n' "$(completed)" "$(jq -r .cpu.bottleneck -- "$body")"
expect_all_completed 60
((throttled > 2)) || fail "the group was throttled $throttled times"
expect .cpu.bottleneck cpu.max
panel_stop
