#!/usr/bin/env bash
# kernel.pid_max: the numbers of tasks. Those below 300 are given out only once. Before Linux 6.14 it is of the machine.
source "$(dirname -- "$0")/lib.sh"

setting kernel/pid_max 500

begin "client processes and threads stop where the task numbers end"
panel_start --model epoll
expect_ceiling "kernel.pid_max 500" kernel.pid_max client 500 process 800 1
expect_ceiling "kernel.pid_max 500" kernel.pid_max client 500 thread 800 1
panel_stop

begin "the server's threads do, too"
panel_start --model thread
expect_ceiling "kernel.pid_max 500" kernel.pid_max server 500 event 800 1
panel_stop 'it could not be served: EAGAIN'
