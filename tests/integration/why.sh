#!/usr/bin/env bash
# A run whose clients failed names the limit that stopped them: the right one, on the right side, with its facts.
TMPDIR=/tmp # files in memory would count against the memory limit
source "$(dirname -- "$0")/lib.sh"

stopped_by() { # NAME SIDE VALUE CERTAINTY
    expect '.verdict | [.kind, .name, .side, .value, .certainty]' "[\"limit\",\"$1\",\"$2\",$3,\"$4\"]"
    expect_that '.verdict | .raise != null and (.facts | length) > 0 and (.sentence | contains($name))' --arg name "$1"
}

panel_start
begin "nothing failed: no limit"
run_do '{"mode":"thread","count":50}'
expect_all_completed 50
expect .verdict null

begin "descriptors of the client side"
run_do '{"mode":"event","count":200,"hold":true,"limits":{"nofile":100}}'
stopped_by RLIMIT_NOFILE client 100 proved
expect_that '.verdict | .reached > 80 and .reached < 100'

begin "the limit is still there after a restart, and in the list"
panel_stop
panel_start
api GET "/runs/$run"
stopped_by RLIMIT_NOFILE client 100 proved
api GET /runs
expect '.runs[0].verdict.name' RLIMIT_NOFILE

if ! descriptors_suffice 2500; then
    skip_part RLIMIT_AS "needs 2,500 open files"
elif [[ -z $KONEKSI_SANITIZE ]]; then # its runtime reserves terabytes
    begin "address space of the client side"
    run_do '{"mode":"thread","count":2000,"hold":true,"limits":{"as_mib":64}}'
    stopped_by RLIMIT_AS client 67108864 likely
fi
panel_stop

begin "descriptors of the server side"
panel_with 'ulimit -n 200' --model epoll
api GET /server
budget=$(jq .budget -- "$body")
run_do '{"mode":"process","count":90,"hold":true,"timeout_ms":1500}'
stopped_by RLIMIT_NOFILE server 200 proved
expect .verdict.reached "$budget"
panel_stop 'the descriptor budget is used up'

[[ -z $KONEKSI_SANITIZE ]] || exit 0 # its runtime has threads of its own in each process

begin "tasks of a cgroup"
if make_group pids pids.max; then
    printf 150 >"$group_file"
    panel_with "printf '%s' \"\$\$\" >'$group/cgroup.procs'" --model epoll
    api GET '/limits?count=300&hold=true'
    for mode in thread process; do
        predicted=$(jq ".predicted.$mode.ceiling" -- "$body")
        run_do "{\"mode\":\"$mode\",\"count\":300,\"hold\":true}"
        stopped_by pids.max client 150 proved
        printf "  %s mode: predicted %s, completed %s\n" "$mode" "$predicted" "$(jq .totals.completed -- "$body")"
        expect_that "(.totals.completed - $predicted) | fabs <= 2"
        api GET '/limits?count=300&hold=true'
    done
    panel_stop
else
    skip_part pids.max "no cgroup with pids.max can be made"
fi

begin "memory of a cgroup: the OOM killer ends the generator, not the panel"
if ! make_group memory memory.max memory.limit_in_bytes; then
    skip_part memory.max "no cgroup with a memory limit can be made"
elif ! descriptors_suffice 9000; then
    skip_part memory.max "needs 9,000 open files"
else
    printf 41943040 >"$group_file"
    panel_with "printf '%s' \"\$\$\" >'$group/cgroup.procs'" --model epoll
    run_do '{"mode":"thread","count":8000,"hold":true}'
    expect .status failed
    stopped_by memory.max client 41943040 proved
    panel_stop
fi
