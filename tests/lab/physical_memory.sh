#!/usr/bin/env bash
# Physical memory: a small machine, in which the OOM killer ends the generator.
machine_memory=256
source "$(dirname -- "$0")/lib.sh"

memory=$(awk '$1 == "MemTotal:" { printf "%d", $2 * 1024 }' /proc/meminfo)
setting kernel/threads-max 20000 # the kernel's own choice is lower than what the memory holds
panel_start --model epoll
expect_killed "256 MiB of memory" "physical memory" "$memory" process 4000 15 "proved likely"
[[ $(grep -c '^oom_kill 0$' /proc/vmstat) == 0 ]] || fail "the OOM killer did not come"
panel_stop
