#!/usr/bin/env bash
# vm.max_map_count: the maps of one process. A thread takes two.
source "$(dirname -- "$0")/lib.sh"

setting vm/max_map_count 400

begin "the generator's threads stop where its maps end"
panel_start --model epoll
expect_ceiling "vm.max_map_count 400" vm.max_map_count client 400 thread 800 1
panel_stop

begin "the server's threads stop where the panel's maps end"
panel_start --model thread
expect_ceiling "vm.max_map_count 400" vm.max_map_count server 400 event 800 3
panel_stop 'it could not be served: EAGAIN'
