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
    skip_part "RLIMIT_AS, RLIMIT_DATA" "needs 2,500 open files"
elif [[ -z $KONEKSI_SANITIZE ]]; then # its runtime reserves terabytes
    begin "address space of the client side"
    run_do '{"mode":"thread","count":2000,"hold":true,"limits":{"as_mib":64}}'
    stopped_by RLIMIT_AS client 67108864 likely

    begin "data of the client side, which the stacks of ended threads still take when the result is written"
    panel_stop
    panel_with 'ulimit -d 32768' --model epoll
    run_do '{"mode":"thread","count":2000,"hold":true}'
    stopped_by RLIMIT_DATA client 33554432 likely
    expect_sums
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

begin "what if limits were others: the ladder of what stops the clients in turn, and what each step needs"
panel_start --model thread
ladder='/limits?mode=thread&count=5000&hold=true'
api GET "$ladder&what_if.pids=512&what_if.nofile=1024"
expect .what_if '{"nofile":1024,"pids":512}'
expect '[.limits[] | select(.name == "RLIMIT_NOFILE" or .name == "pids.max") | .value] | unique' '[512,1024]'
expect_that '[.limits[] | select(.source | startswith("assumed")) | .name] | unique == ["RLIMIT_NOFILE", "pids.max"]'
expect '.predicted.thread.ladder[0:3] | map([.limit, .side, .shared])' \
    '[["pids.max","client",true],["RLIMIT_NOFILE","server",false],["RLIMIT_NOFILE","client",false]]'
expect '.predicted.thread.ladder[1:3] | map([.value, .ceiling + .needed])' '[[1024,6024],[1024,6024]]'
expect .predicted.thread.ladder[2].ceiling 1017
needed=$(jq '.predicted.thread.ladder[0].needed' -- "$body")
reserved=$((1024 - $(jq '.predicted.thread.ladder[1].ceiling' -- "$body")))
expect_that '.predicted.thread | .ladder[0].ceiling < 256 and .ladder[0].ceiling == .ceiling and .ladder[0].needed > 10000'
expect_that '.predicted.thread.ladder_sentence | test("^5,000 held threads: 2[0-9][0-9] by pids.max, shared by both sides \\(needs 10,[0-9]{3}\\), then [0-9]{3} by RLIMIT_NOFILE on the server side \\(needs 5,1[0-9]{2}\\), then")'
api GET "$ladder&what_if.nofile=1024&limits.nofile=100" # the run lowers its load generator all the same
expect '.predicted.thread.ladder[0:2] | map([.ceiling, .side])' "[[93,\"client\"],[$((1024 - reserved)),\"server\"]]"

begin "what if a limit were higher, or none: it is no step any more"
api GET "$ladder&what_if.pids=$needed&what_if.nofile=10000"
expect_that '.predicted.thread.ladder | all(.limit != "pids.max" and .limit != "RLIMIT_NOFILE" or .needed == null)'
api GET '/limits?mode=event&count=1000000&hold=true&what_if.nofile=unlimited&what_if.nr_open=unlimited'
expect .what_if '{"nofile":null,"nr_open":null}'
expect_that '.predicted.event.ladder | all(.limit != "RLIMIT_NOFILE" and .limit != "fs.nr_open")'

begin "what if: a server of the thread model is as if it had been started under these limits"
api GET '/limits?mode=event&count=200000&hold=true&what_if.nofile=unlimited&what_if.max_map_count=20000'
maps=$(jq '.predicted.event.ladder[] | select(.limit == "vm.max_map_count") | .ceiling' -- "$body")
((maps > 9000 && maps < 10000)) || fail "vm.max_map_count 20,000 bounds $maps threads"
api GET '/limits?mode=event&count=200&hold=true&what_if.somaxconn=100'
expect .predicted.event.queues true

begin "what if: wrong names and values are refused"
for wrong in what_if.nofiles=5 what_if.nofile=0 what_if.nofile=-1 what_if.nofile= what_if.pids=5k what_if.=5; do
    api GET "/limits?$wrong"
    expect_error 400 "${wrong%=*}"
done
panel_stop

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
