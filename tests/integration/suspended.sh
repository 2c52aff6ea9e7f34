#!/usr/bin/env bash
# A panel that was suspended (Ctrl-Z, a paused container) goes on with its run: what it missed is not the generator's
# silence, for which it ends one after half a minute.
source "$(dirname -- "$0")/lib.sh"

begin "suspended for longer than a silent generator is waited for"
panel_start --model epoll
api POST /runs --json '{"mode":"event","count":2100,"rate":50}'
expect_status 201
run=$(jq .id -- "$body")
run_until "$run" '.status == "running" and .totals.completed > 0'
kill -STOP "$panel_pid"
sleep 34
kill -CONT "$panel_pid"
run_over "$run"
expect '[.status, .message, .totals.completed + .totals.failed]' '["completed","",2100]'
panel_stop
