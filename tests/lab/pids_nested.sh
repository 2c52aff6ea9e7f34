#!/usr/bin/env bash
# pids.max of the group above the panel's own (control groups of version 2).
source "$(dirname -- "$0")/lib.sh"

nested_group pids.max 150

begin "client processes and threads stop where that group ends"
panel_with "$enter_group" --model epoll
expect_ceiling "pids.max 150 on the group above" pids.max client 150 process 500 3
expect_verdict pids.max client 150 proved
expect_ceiling "pids.max 150 on the group above" pids.max client 150 thread 500 3
expect_verdict pids.max client 150 proved
panel_stop

begin "the server's threads do, too"
panel_with "$enter_group" --model thread
expect_ceiling "pids.max 150 on the group above" pids.max server 150 event 500 3
panel_stop 'it could not be served: EAGAIN'
