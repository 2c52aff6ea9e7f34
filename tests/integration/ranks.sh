#!/usr/bin/env bash
# Runs that several load generators carry together, started by the panel as the ranks of an MPI job on this machine:
# every client is accounted for on both sides, by rank and by host, and however a run is ended no process is left.
source "$(dirname -- "$0")/lib.sh"
modes_of_this_machine
source "$(dirname -- "$0")/mpi_lib.sh"
unset OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM # the panel says so itself
export TMPDIR=$work # what a killed panel leaves goes with the test
host=$(uname -n)

begin "a host file that cannot be read is refused at the start"
code=0
"$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$db" --hostfile "$work/nowhere" >"$body" 2>&1 || code=$?
expect_equal "exit status" 1 "$code"
grep -q "cannot read the host file $work/nowhere: ENOENT" "$body" || fail "unexpected: $(answer)"

begin "without mpirun ranks are refused when the run is submitted, with what to install"
panel_with 'PATH=/nowhere'
api POST /runs --json '{"mode":"event","count":5,"ranks":2}'
expect_error 400 ranks
expect_that '.error.message | test("openmpi-bin")'
api POST /experiments --json '{"kind":"ceiling","mode":"event","ranks":2}'
expect_error 400 ranks
run_do '{"mode":"event","count":5,"ranks":1}'
expect_all_completed 5
panel_stop

begin "without room for what MPI keeps in files so are they"
if unshare -m true 2>/dev/null; then
    panel_with 'set -e; [[ -n ${TMPDIR_IS_FULL-} ]] || TMPDIR_IS_FULL=1 exec unshare -m "$0" "$@"
        mount -t tmpfs -o size=8M none /mnt; export TMPDIR=/mnt'
    api POST /runs --json '{"mode":"event","count":5,"ranks":4}'
    expect_error 400 ranks
    expect .error.message '4 ranks need 17 MB free in /mnt (TMPDIR), which has 8 MB'
    panel_stop
else
    skip_part "a full folder for temporary files" "no mount namespace can be made"
fi

panel_start --model epoll
begin "ranks out of range are refused"
for ranks in 0 1025 '"two"' -1; do
    api POST /runs --json "{\"mode\":\"event\",\"count\":5,\"ranks\":$ranks}"
    expect_error 400 ranks
done

hosts_agree() { # RANKS: what the ranks came to is what the run came to
    jq -c .totals "$body" >"$work/totals"
    api GET "/runs/$run/hosts"
    expect_status 200
    expect '[.ranks[].rank]' "[$(seq -s, 0 $(($1 - 1)))]"
    expect '[.hosts[] | [.host, .ranks]]' "[[\"$host\",$1]]"
    expect '.hosts[0].totals' "$(cat "$work/totals")"
    expect_that '.hosts[0].totals == (.ranks | map(.totals) | {completed: map(.completed) | add,
        connected: map(.connected) | add, failed: map(.failed) | add, not_started: map(.not_started) | add,
        started: map(.started) | add})'
}

begin "three ranks share the clients in each mode, and both sides agree"
for mode in "${modes[@]}"; do
    hold=true
    [[ $mode != pool ]] || hold=false
    run_do "{\"mode\":\"$mode\",\"count\":100,\"hold\":$hold,\"ranks\":3}"
    expect_all_completed 100
    expect .ranks 3
    [[ $hold == false ]] || expect .peaks.server_connections 100
    hosts_agree 3
    expect '[.ranks[].totals.completed]' '[34,33,33]'
done
begin "the processors are measured while the clients run, not while mpirun starts and ends"
run_do '{"mode":"event","count":30,"ranks":2}'
expect_that 'if .duration_s < 0.1 then .cpu.busy == null and (.cpu.evidence | contains("too short")) else true end'
run_do '{"mode":"event","count":400,"rate":400,"ranks":2}' # a second of clients
expect_that '.cpu.client_s > 0 and .cpu.client_s <= .cpu.cores * (.duration_s + 1)'
api GET "/runs/$run/samples"
expect_that '.samples | map(select(.totals.started == 0) | .client.cpu_ms) | all(. < 200)'

api GET "/runs.csv"
head -n 1 "$body" | grep -q ',pool_size,ranks,' || fail "no column for the ranks: $(head -n 1 "$body")"

begin "one rank is the load generator that it was"
run_submit '{"mode":"event","count":1000,"rate":500,"ranks":1}'
run_until "$run" '.totals.connected > 0'
tr '\0' ' ' <"/proc/$(generator_pid)/cmdline" >"$work/words"
expect_equal "command line" "$KONEKSI_LOAD --json --allow-target 127.0.0.1:$time_port --mode event --count 1000 --rate \
500 --target 127.0.0.1:$time_port " "$(cat "$work/words")"
api POST "/runs/$run/cancel"
run_over "$run"
api GET "/runs/$run/hosts"
expect . '{"hosts":[],"ranks":[]}'

begin "the verdict names the limit"
run_do '{"mode":"event","count":200,"hold":true,"ranks":2,"limits":{"nofile":64}}'
expect_sums
expect '.verdict | [.name, .side, .value, .certainty, .host]' '["RLIMIT_NOFILE","client",64,"proved",null]'
expect_that '.verdict.sentence | contains(" host ") | not' # all ranks are on one
hosts_agree 2
expect_that '.hosts[0].limits[] | select(.name == "RLIMIT_NOFILE") | .value == 64'
expect '[.hosts[0].verdict, .hosts[0].side]' '["RLIMIT_NOFILE","client"]'

begin "MPI has left nothing behind"
run_submit '{"mode":"event","count":3000,"rate":300,"ranks":2}'
run_until "$run" '.totals.completed > 10'
api POST "/runs/$run/cancel"
run_over "$run" 10
expect .status cancelled
left=$(find "$work" -path '*ompi*' -o -name 'vader*')
[[ -z $left ]] || fail "left behind: $left"

begin "two ranks have a ceiling of nearly twice that of one, as predicted"
api GET '/limits?mode=event&count=5000&hold=true&limits.nofile=256'
alone=$(jq .predicted.event.ceiling "$body")
api GET '/limits?mode=event&count=5000&hold=true&limits.nofile=256&ranks=2'
predicted=$(jq .predicted.event.ceiling "$body")
experiment_do '{"kind":"ceiling","mode":"event","ranks":2,"max":1000,"limits":{"nofile":256}}'
found=$(jq .result.ceiling "$body") # MPI opens two or three descriptors more or less, as this machine has networks
((found >= predicted - 16 && found <= predicted + 16)) || fail "found $found, predicted $predicted"
expect '.result.verdict | [.name, .side]' '["RLIMIT_NOFILE","client"]'
((predicted > alone * 18 / 10 && predicted <= alone * 2)) || fail "$predicted with two ranks, $alone with one"

begin "a command takes ranks, too"
"$KONEKSI" run --mode event --count 50 --ranks 2 --json >"$body"
expect '[.ranks, .totals.completed]' '[2,50]'

# A run under way: sets $job (mpirun), $ranks and $all, its processes.
job_start() { # MODE
    run_submit "{\"mode\":\"$1\",\"count\":3000,\"rate\":300,\"ranks\":3}"
    run_until "$run" '.totals.completed > 60'
    job=$(generator_pid)
    mapfile -t all < <(descendants "$panel_pid")
    ranks_of "$job"
    expect_equal "ranks" 3 "${#ranks[@]}"
}

job_ended() { # STATUS
    expect_gone alive "${all[@]}"
    run_over "$run" 10
    expect .status "$1"
    expect_sums
    expect_that '.totals | .completed > 60 and .not_started > 0'
    [[ -z $(zombies_of "$panel_pid") ]] || fail "zombies of the panel: $(zombies_of "$panel_pid" | wc -l)"
    cp "$body" "$work/run"
    api GET "/runs/$run/samples"
    expect_that '.samples | length > 5 and .[-1].totals.completed > 60'
    cp "$work/run" "$body"
}

begin "a cancel ends every rank"
job_start process
api POST "/runs/$run/cancel"
expect_status 202
job_ended cancelled

begin "a rank that is killed is named, and its clients are accounted for"
job_start event
kill -KILL "${ranks[1]}"
job_ended failed
expect .message "rank 1 on host $host (process ${ranks[1]}) was lost: it did not report its end"
hosts_agree 3
expect '.ranks[1] | [.pid, .status]' "[${ranks[1]},\"failed\"]"

begin "so is the one that reports"
job_start thread
kill -KILL "${ranks[0]}"
job_ended failed
expect_that '.message | test("rank 0")'

begin "mpirun is killed: so are the ranks"
job_start process
kill -KILL "$job"
job_ended failed
expect_that '.message | test("killed by SIGKILL")'

begin "a rank that is stopped (SIGSTOP) is waited for like a silent generator, and then lost"
job_start event
kill -STOP "${ranks[2]}"
run_over "$run" 50
job_ended failed
expect .message "rank 2 on host $host (process ${ranks[2]}) was lost: it did not report its end"
hosts_agree 3

begin "the next run is carried"
run_do '{"mode":"event","count":30,"ranks":2}'
expect_all_completed 30

begin "times of errors count from when the clients began, as the duration does, not from the start of mpirun"
run_do '{"mode":"event","count":200,"hold":true,"ranks":2,"limits":{"nofile":64}}'
expect_that '.errors | length > 0 and all(.last_at_ms <= $own.duration_s * 1000)' --argjson own "$(jq . -- "$body")"

begin "what MPI keeps in files goes with each job, also with one that was killed"
left=$(find "$work" -name 'koneksi-ranks.*')
[[ -z $left ]] || fail "left behind: $left"

begin "the panel is killed: no process is left, and the next panel has the run with its samples"
job_start event
run_until "$run/samples" '.samples | length > 1' # stored, of the time after the clients began
panel_kill
expect_gone alive "${all[@]}"
panel_start --model epoll
api GET "/runs/$run"
expect .status interrupted
expect_sums
expect .ranks 3
api GET "/runs/$run/samples"
expect_that '.samples | length > 1'
panel_stop '1 run was under way when Koneksi last ended: interrupted'

begin "a host that does not answer: the run can be cancelled, and nothing is left that waits for it"
printf 'nowhere slots=2\n' >"$work/hosts"
OMPI_MCA_plm_rsh_agent="perl -esleep" panel_start --hostfile "$work/hosts" # in place of ssh
run_submit '{"mode":"event","count":20,"ranks":2}'
job=$(generator_pid)
end=$((SECONDS + 20))
until [[ -n $(descendants "$job") ]]; do
    ((SECONDS < end)) || fail "mpirun starts nothing"
    sleep 0.05
done
mapfile -t all < <(descendants "$panel_pid")
api POST "/runs/$run/cancel"
expect_gone alive "${all[@]}"
run_over "$run" 10
expect .status cancelled
expect .totals.not_started 20
expect_sums
panel_stop
