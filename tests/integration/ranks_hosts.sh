#!/usr/bin/env bash
# A panel whose runs are carried on the hosts of a file: two hosts, each a network and a UTS namespace of its own, joined
# by a bridge that the panel is at. mpirun starts its daemons by a script that enters the namespaces, where it would use
# ssh.
source "$(dirname -- "$0")/mpi_hosts_lib.sh" 10.213.46

mount -t tmpfs none /mnt || skip_test "/mnt cannot be replaced"
agent=/mnt/agent # without a space, which would begin an argument

host_make() { # N: host labN at $subnet.N; a process that sleeps keeps its namespaces
    unshare -nu sleep 1000 &
    local holder=$!
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
host_make 1
host_make 2
cat >>$agent <<END
[[ \$1 != lab2 || ! -e "$work/narrow" ]] || ulimit -n 60
shift
exec nsenter -t "\$holder" -n -u sh -c "\$*"
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
run_do '{"mode":"event","count":301,"hold":true,"ranks":4}'
expect_all_completed 301
expect .peaks.server_connections 301
api GET "/runs/$run/hosts"
expect '[.ranks[].host]' '["lab1","lab2","lab1","lab2"]'
expect '[.hosts[] | [.host, .ranks, .totals.completed]]' '[["lab1",2,151],["lab2",2,150]]'

begin "of the hosts' limits no prediction claims anything"
api GET '/limits?mode=event&count=5000&hold=true&limits.nofile=64&ranks=4'
expect_that '.predicted.event.ladder | all(.side == "server")'
api GET '/limits?mode=event&count=5000&hold=true&limits.nofile=64'
expect '.predicted.event | .side' client

begin "the verdict names the host whose limit stopped the clients, and the run has the limits of that host"
touch "$work/narrow"
run_do '{"mode":"event","count":600,"hold":true,"ranks":4}'
expect_sums
expect '.verdict | [.name, .side, .value, .host]' '["RLIMIT_NOFILE","client",60,"lab2"]'
expect .totals.connected "$(jq .server.accepted "$body")"
api GET "/runs/$run/hosts"
expect '[.hosts[] | [.host, .verdict]]' '[["lab1",null],["lab2","RLIMIT_NOFILE"]]'
expect '[.hosts[] | .limits[] | select(.name == "RLIMIT_NOFILE") | .value == 60]' '[false,true]'
api GET "/runs/$run/limits"
expect '.limits[] | select(.name == "RLIMIT_NOFILE" and .side == "client") | .value' 60
rm "$work/narrow"

ranks_of_run() { # every rank, on either host
    pgrep -f -- "^$load_mpi .*--target $subnet.254:" || true
}

job_start() {
    run_submit '{"mode":"process","count":3000,"rate":300,"ranks":4}'
    run_until "$run" '.totals.completed > 60'
    mapfile -t load < <(processes | awk '{ print $1 }' | grep -Fxf <(ranks_of_run))
    ((${#load[@]} >= 4)) || fail "expected 4 ranks, got ${#load[@]}"
}

begin "mpirun is killed: no process is left on either host"
job_start
kill -KILL "$(generator_pid)"
expect_gone 3000 ranks_of_run
run_over "$run" 10
expect .status failed
expect_sums

begin "a cancel ends the ranks of both"
job_start
api POST "/runs/$run/cancel"
expect_gone 3000 ranks_of_run
run_over "$run" 10
expect .status cancelled
expect_sums

begin "the panel is killed: so do they end"
job_start
kill -KILL "$panel_pid"
panel_pid=
expect_gone 3000 ranks_of_run
