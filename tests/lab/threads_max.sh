#!/usr/bin/env bash
# kernel.threads-max: tasks of the machine, which both sides take.
source "$(dirname -- "$0")/lib.sh"

setting kernel/threads-max 250

begin "client processes and threads stop where the tasks of the machine end"
panel_start --model epoll
expect_ceiling "kernel.threads-max 250" kernel.threads-max client 250 process 800 1
expect_ceiling "kernel.threads-max 250" kernel.threads-max client 250 thread 800 1
panel_stop

begin "the server's threads do, too"
panel_start --model thread
expect_ceiling "kernel.threads-max 250" kernel.threads-max server 250 event 800 1
panel_stop 'it could not be served: EAGAIN'
