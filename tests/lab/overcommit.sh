#!/usr/bin/env bash
# vm.overcommit_memory 2: the kernel refuses what all processes together could come to use beyond CommitLimit.
source "$(dirname -- "$0")/lib.sh"

setting vm/overcommit_memory 2
setting vm/overcommit_ratio 25
panel_start --model epoll
limit=$(awk '$1 == "CommitLimit:" { printf "%d", $2 * 1024 }' /proc/meminfo)

begin "threads with large stacks stop where the memory that can be promised ends"
expect_ceiling "vm.overcommit_memory 2" vm.overcommit_memory client "$limit" thread 400 5 ',"stack_kib":4096'

begin "so do processes"
expect_ceiling "vm.overcommit_memory 2" vm.overcommit_memory client "$limit" process 1000 5
panel_stop 'dropped|stay in memory'
