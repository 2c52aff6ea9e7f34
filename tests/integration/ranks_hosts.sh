#!/usr/bin/env bash
# A panel whose runs are carried on the hosts of a file, four ranks on each of three: each host is a network and a UTS
# namespace of its own, joined by a bridge that the panel is at. mpirun starts its daemons by a script that enters the namespaces, where it would use
# ssh.
source "$(dirname -- "$0")/mpi_hosts_lib.sh" 10.213.46

mount -t tmpfs none /mnt || skip_test "/mnt cannot be replaced"
declare -a holders=()
agent=/mnt/agent # without a space, which would begin an argument

host_make() { # N: host labN at $subnet.N; a process that sleeps keeps its namespaces
    unshare -nu sleep 1000 &
    local holder=$!
    holders[$1]=$holder
    disown "$holder" # its end is no news
    background+=("$holder")
    until [[ $(readlink "/proc/$holder/ns/net") != "$(readlink /proc/self/ns/net)" ]]; do
        sleep 0.05
    done
    ip link add "lab$1" type veth peer name eth0 netns "$holder" || skip_test "no veth can be made"
    ip link set "lab$1" master bridge0 up
    nsenter -t "$holder" -n -u bash -c "hostname lab$1 && ip link set lo up && ip address add $subnet.$1/24 dev eth0 &&
        ip link set eth0 up"
    printf '%s.%s lab%s\n' "$subnet" "$1" "$1" >>"$work/names"
    printf 'lab%s slots=4\n' "$1" >>"$work/hosts"
    # shellcheck disable=SC2016 # the agent's variables
    printf '[[ $1 != lab%s ]] || holder=%s\n' "$1" "$holder" >>$agent
}

printf '#!/bin/bash\n' >$agent
for n in 1 2 3; do
    host_make $n
done
cat >>$agent <<END
[[ \$1 != lab2 || ! -e "$work/narrow" ]] || ulimit -n 60
shift
exec setsid --wait nsenter -t "\$holder" -n -u sh -c "\$*" # a session of its own, as on another machine
END
chmod 755 $agent
mount --bind "$work/names" /etc/hosts || skip_test "/etc/hosts cannot be replaced"
export OMPI_MCA_plm_rsh_agent=$agent OMPI_MCA_btl=tcp,self OMPI_MCA_btl_tcp_if_include="$subnet.0/24" \
    OMPI_MCA_oob_tcp_if_include="$subnet.0/24"

hosts_panel() { # sets what panel_start sets; the TIME server is where the hosts reach it
    local line
    exec {panel_output}< <(exec "$KONEKSI" --http 127.0.0.1:0 --time "$subnet.254:0" --model epoll --db "$db" \
        --hostfile "$work/hosts" 2>>"$work/panel.err")
    panel_pid=$!
    read -r -t 30 line <&"$panel_output" || fail "the panel printed no ready line"
    [[ $line =~ http=([^ ]+) ]] || fail "expected the ready line, got: $line"
    url=http://${BASH_REMATCH[1]}
}
hosts_panel

begin "ranks are dealt out to the hosts in turn, and both sides agree"
run_do '{"mode":"event","count":602,"hold":true,"ranks":12}'
expect_all_completed 602
expect .peaks.server_connections 602
api GET "/runs/$run/hosts"
expect '[.ranks[].host]' "[$(printf '"lab1","lab2","lab3",%.0s' 1 2 3 4 | sed 's/,$//')]"
expect '[.hosts[] | [.host, .ranks, .totals.completed]]' '[["lab1",4,201],["lab2",4,201],["lab3",4,200]]'

begin "of the hosts' limits no prediction claims anything"
api GET '/limits?mode=event&count=5000&hold=true&limits.nofile=64&ranks=4'
expect_that '.predicted.event.ladder | all(.side == "server")'
api GET '/limits?mode=event&count=5000&hold=true&limits.nofile=64'
expect '.predicted.event | .side' client

begin "the verdict names the host whose limit stopped the clients, and the run has the limits of that host"
touch "$work/narrow"
run_do '{"mode":"event","count":1200,"hold":true,"ranks":12}'
expect_sums
expect '.verdict | [.name, .side, .value, .host]' '["RLIMIT_NOFILE","client",60,"lab2"]'
expect_that '.verdict.sentence | test("on host lab2 \\(rank (1|4|7|10)\\)")'
expect .totals.connected "$(jq .server.accepted "$body")"
api GET "/runs/$run/hosts"
expect '[.hosts[] | [.host, .verdict]]' '[["lab1",null],["lab2","RLIMIT_NOFILE"],["lab3",null]]'
expect '[.hosts[] | .limits[] | select(.name == "RLIMIT_NOFILE") | .value == 60]' '[false,true,false]'
api GET "/runs/$run/limits"
expect '.limits[] | select(.name == "RLIMIT_NOFILE" and .side == "client") | .value' 60

begin "a ceiling names the host whose limit stopped it, and so does the run that failed there"
experiment_do '{"kind":"ceiling","mode":"event","ranks":12,"max":1200}'
expect '.result.verdict | [.name, .side, .value, .host]' '["RLIMIT_NOFILE","client",60,"lab2"]'
expect_that '.result | .ceiling > 240 and .ceiling < 720 and .fails_at > .ceiling' # a third of the ranks has 60
fails_at=$(jq .result.fails_at "$body")
api GET "/runs?experiment=$experiment"
expect "[.runs[] | select(.count == $fails_at) | .verdict | .name, .side, .value, .host][0:4]" \
    '["RLIMIT_NOFILE","client",60,"lab2"]'
rm "$work/narrow"

ranks_of_run() { # every rank, on whichever host
    pgrep -f -- "^$load_mpi .*--target $subnet.254:" || true
}

job_start() { # MODE HOLD
    run_submit "{\"mode\":\"$1\",\"count\":6000,\"rate\":300,\"hold\":$2,\"ranks\":$((4 * $(wc -l <"$work/hosts")))}"
    run_until "$run" '.totals.connected > 60'
    mapfile -t load < <(processes | awk '{ print $1 }' | grep -Fxf <(ranks_of_run))
    ((${#load[@]} >= 8)) || fail "expected a rank in each slot, got ${#load[@]}"
}

job_ended() { # STATUS: no process is left on any host, every client is accounted for, the samples are kept
    expect_gone ranks_of_run
    run_over "$run" 10
    expect .status "$1"
    expect_sums
    cp "$body" "$work/run"
    api GET "/runs/$run/samples"
    expect_that '.samples | length > 5 and .[-1].totals.connected > 60'
    cp "$work/run" "$body"
}

begin "a cancel ends the ranks of all hosts"
job_start process false
api POST "/runs/$run/cancel"
job_ended cancelled

kill_rank() { # N: sets $victim
    local pid
    for pid in "${load[@]}"; do
        ! grep -zqx "OMPI_COMM_WORLD_RANK=$1" "/proc/$pid/environ" || victim=$pid
    done
    kill -KILL "$victim"
}

begin "a rank that is killed is named, and all others end on all hosts"
job_start event true
kill_rank 7
job_ended failed
expect_that '.message | contains("rank 7 on host lab2 (process \($pid)) was lost")' --arg pid "$victim"
expect_that '[.errors[].message | select(contains("rank 7 on host lab2"))] | length > 0'

begin "a host whose daemon is killed is named, and all ranks end"
job_start event true
for pid in $(pgrep -x orted); do
    [[ $(readlink "/proc/$pid/ns/net") != "$(readlink "/proc/${holders[2]}/ns/net")" ]] || kill -KILL "$pid"
done
job_ended failed
expect_that '.message | endswith(": host lab2 was lost") or endswith("daemons.")' # or ssh's end is seen first

begin "a host that cannot be reached, and a file that is none: the run says what ssh or mpirun said"
cp "$work/hosts" "$work/good"
cp $agent /mnt/good
printf '#!/bin/bash\n[[ $1 != lab3 ]] || { echo "no route to $1" >&2; exit 255; }\nexec /mnt/good "$@"\n' >$agent
run_do '{"mode":"event","count":20,"ranks":12}'
expect .status failed
expect .totals.not_started 20
expect_that '.message | contains("no route to lab3")'
cp /mnt/good $agent
printf 'lab1 slots=-3\n' >"$work/hosts"
run_do '{"mode":"event","count":20,"ranks":2}'
expect .status failed
expect_that '.message | contains("bad parameter in the hostfile")'
cp "$work/good" "$work/hosts"

# With rank 0 on the panel's machine, mpirun has its last words, too.
sed -i '1s/.*/localhost slots=4/' "$work/hosts"
here=$(uname -n)
hosts_agree() { # LOST HOST: what the ranks came to is what the run came to
    jq -c .totals "$body" >"$work/totals"
    api GET "/runs/$run/hosts"
    expect '[.hosts[] | [.host, .ranks]]' "[[\"$here\",4],[\"lab2\",4],[\"lab3\",4]]"
    expect_that '([.ranks[].totals.failed] | add) == $totals.failed' --argjson totals "$(cat "$work/totals")"
    expect_that '[.ranks[] | select(.status == "failed") | .host] | unique == [$host]' --arg host "$1"
}

begin "with a rank on the panel's machine first, a rank that is killed leaves what all others did"
job_start event true
kill_rank 7
job_ended failed
expect .message "rank 7 on host lab2 (process $victim) was lost: it did not report its end"
hosts_agree lab2

begin "a host that is killed is named, its clients have failed with its name, and the others end"
job_start event true
namespace=$(readlink "/proc/${holders[3]}/ns/net")
mapfile -t all < <(for pid in $(processes | awk '{ print $1 }'); do
    [[ $(readlink "/proc/$pid/ns/net") != "$namespace" ]] || echo "$pid"
done)
((${#all[@]} >= 6)) || fail "expected a daemon and four ranks beside the holder, got ${#all[@]} processes"
kill -KILL "${all[@]}"
job_ended failed
expect_that '.message | test("^rank (2|5|8|11) on host lab3 \\(process [0-9]+\\) was lost: ")
    or endswith(": host lab3 was lost") or endswith("daemons.")
    or contains("did not exit normally")' # as above, or what the command said that stands for ssh
expect '[.errors[] | select(.message | contains("on host lab3")) | .count] | length' 4
hosts_agree lab3

sed -i 3d "$work/hosts" # it is gone

begin "mpirun is killed: no process is left on any host"
job_start process false
kill -KILL "$(pgrep -P "$panel_pid" -x mpirun)"
job_ended failed

begin "the panel is killed: so do they end"
job_start process false
kill -KILL "$panel_pid"
panel_pid=
expect_gone ranks_of_run
