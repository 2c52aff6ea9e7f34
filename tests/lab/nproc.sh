#!/usr/bin/env bash
# RLIMIT_NPROC: tasks of a user, in all that runs as that user.
source "$(dirname -- "$0")/lib.sh"

neighbour() { # NAME: 60 processes of that user, until the machine ends
    local ready
    exec {ready}< <(exec setpriv --reuid "$(id -u "$1")" --clear-groups sh -c '
        for i in $(seq 59); do sleep 1000 & done; echo ready; wait')
    read -r <&"$ready"
}

begin "an account without rights stops at its limit"
as_user one 150
panel_with "$become" --model epoll
expect_ceiling "ulimit -u 150" RLIMIT_NPROC client 150 process 500 1
alone=$(jq .result.ceiling -- "$body")

begin "a neighbour of another account takes nothing of it"
neighbour two
expect_ceiling "ulimit -u 150, 60 tasks of another user" RLIMIT_NPROC client 150 process 500 1
expect_near "the ceiling" "$alone" "$(jq .result.ceiling -- "$body")" 0

begin "a neighbour of the same account does"
neighbour one
expect_ceiling "ulimit -u 150, 60 tasks of the same user" RLIMIT_NPROC client 150 process 500 1
expect_near "the ceiling" $((alone - 60)) "$(jq .result.ceiling -- "$body")" 0
panel_stop
