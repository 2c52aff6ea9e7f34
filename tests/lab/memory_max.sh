#!/usr/bin/env bash
# memory.max of version 2, for panel and generator: the group's OOM killer ends the generator.
source "$(dirname -- "$0")/lib.sh"

most=$((48 << 20))
nested_group memory.max $most
panel_with "$enter_group" --model epoll
for mode in process thread; do
    begin "the prediction for mode $mode is right within 15 %, and a run far beyond it names the group"
    expect_killed "memory.max 48 MiB" memory.max $most $mode 4000 15 proved
done
(($(sed -n 's/^oom_kill //p' $group_root/a/memory.events) > 0)) || fail "the group's OOM killer did not come"
panel_stop
