#!/usr/bin/env bash
# Each run reports the CPU time of each side and of the machine, and whether the processors limited it.
source "$(dirname -- "$0")/lib.sh"

panel_start --model epoll

begin "a run that keeps the machine busy: both sides' CPU time, the share of the cores, the run queue"
# the kernel counts in ticks: enough clients to keep even a fast machine busy for a second
clients=$(scaled 60000 3000)
run_do "{\"mode\":\"pool\",\"count\":$clients}"
while ((clients < 1000000)) && jq -e '.duration_s < 1' -- "$body" >/dev/null; do
    ((clients *= 4))
    run_do "{\"mode\":\"pool\",\"count\":$clients}"
done
expect_that '.cpu.client_s > 0 and .cpu.server_s > 0 and .cpu.cores >= 1'
expect_that '.cpu.busy > 0.3 and .cpu.busy <= 1'
expect_that '.cpu.client_s + .cpu.server_s <= .cpu.cores * (.duration_s + 1) * 1.1'
expect_that '(.cpu.busy < 0.895) == (.cpu.bottleneck == null) or (.cpu.busy > 0.894 and .cpu.busy < 0.901)'
expect_that '.cpu.runnable.max >= .cpu.runnable.mean and (.cpu.evidence | test("cores were busy for [0-9]+ %"))'
busy=$(jq .cpu.client_s -- "$body")

begin "client processes count for the client side"
run_do "{\"mode\":\"process\",\"count\":$(scaled 2000 100)}"
expect_that '.cpu.client_s > .cpu.server_s'

begin "a run at a low rate takes little CPU time"
run_do '{"mode":"event","count":60,"rate":100}'
expect_that ".cpu.client_s < $busy"
expect_that '.cpu.busy > 0 and .cpu.busy <= 1' # whatever else the machine does

begin "a run that ends at once says nothing about the machine"
# what is watched begins before the generator is started: a busy machine may delay that, and a run of one client
seconds='def seconds: (.[:19] + "Z" | fromdate) + (.[20:23] | tonumber) / 1000; '
for _ in {1..20}; do
    run_do '{"mode":"event","count":1}'
    expect_that "$seconds if .cpu.busy == null then .cpu.bottleneck == null
                 else (.finished_at | seconds) - (.started_at | seconds) >= 0.19 end"
    ! jq -e '.cpu.busy == null' -- "$body" >/dev/null || break
done
jq -e '.cpu.busy == null' -- "$body" >/dev/null || skip_part "no word of the processors" "here a run of one client takes 0.2 s"

begin "cores that the panel may not use are neither counted nor idle"
panel_stop
read -ra cores <<<"$(taskset -cp $$ | sed 's/.*: //; s/[,-]/ /g')"
if ((${#cores[@]} > 1)); then
    panel_with "taskset -cp ${cores[0]} \$\$ >/dev/null" --model epoll
    run_do "{\"mode\":\"pool\",\"count\":$(scaled 20000 2000)}"
    expect '[.cpu.cores, .environment.cores]' '[1,1]'
    expect_that '.cpu.busy == null or .cpu.busy > 0.8'
    panel_stop
else
    skip_part "one core of several" "this machine has one core for the test"
fi
panel_start --model epoll

begin "it is in the CSV of the history, with the limit"
run_do '{"mode":"event","count":200,"hold":true,"limits":{"nofile":100}}'
api GET '/runs.csv?limit=1'
header=$(head -n 1 -- "$body" | tr -d '\r')
[[ $header == *,verdict,verdict_kind,verdict_side,verdict_certainty,bottleneck,errors,message ]] || fail "unexpected columns: $header"
[[ $(tail -n 1 -- "$body") == *,RLIMIT_NOFILE,limit,client,proved,* ]] || fail "no limit in $(tail -n 1 -- "$body")"

begin "clients that run out of time: the side that was slow"
panel_stop
panel_start --model pool --workers 1
exec {hung}<>"/dev/tcp/$listen_host/$time_port" # the only worker's, for good
printf 'TIME\r\n' >&"$hung"
IFS= read -r -t 20 _ <&"$hung" || fail "no reply came"
run_do '{"mode":"event","count":20,"timeout_ms":500}'
expect '[.errors[].phase] | unique' '["timeout"]'
expect .verdict.side server
exec {hung}>&-
panel_stop
