#!/usr/bin/env bash
# koneksi-load-mpi on three hosts: each is a network and a UTS namespace of its own, joined by a bridge. mpirun starts
# its daemons by a script that enters the namespaces, where it would use ssh.
source "$(dirname -- "$0")/mpi_hosts_lib.sh" 10.213.45

declare -a holders=()
clock=() # of lab2, which is ahead of the others
ahead=5000
if unshare -T --monotonic $ahead true 2>/dev/null; then
    clock=(-T --monotonic "$ahead")
else
    skip_part "hosts with different clocks" "no time namespaces can be made"
fi

host_make() { # N: host labN at $subnet.N; a process that sleeps keeps its namespaces
    local -a own=()
    (($1 != 2)) || own=("${clock[@]}")
    unshare -nu "${own[@]}" --fork --kill-child sleep 1000 &
    background+=("$!")
    until holders[$1]=$(processes | awk -v parent="$!" '$2 == parent { print $1 }') && [[ -n ${holders[$1]} ]]; do
        sleep 0.05
    done
    ip link add "lab$1" type veth peer name eth0 netns "${holders[$1]}" || skip_test "no veth can be made"
    ip link set "lab$1" master bridge0 up
    inside "$1" hostname "lab$1"
    inside "$1" ip link set lo up
    inside "$1" ip address add "$subnet.$1/24" dev eth0
    inside "$1" ip link set eth0 up
}

inside() { # N COMMAND...
    nsenter -t "${holders[$1]}" -n -u "${clock[@]:0:1}" "${@:2}"
}

for n in 1 2 3; do
    host_make $n
    printf '%s.%s lab%s\n' "$subnet" $n $n
    printf 'lab%s slots=2\n' $n >>"$work/hosts"
done >"$work/names"
mount --bind "$work/names" /etc/hosts || skip_test "/etc/hosts cannot be replaced"

# What mpirun calls in place of ssh: AGENT HOST COMMAND...; lab2 may have few descriptors. The path has no space, which
# would begin an argument, and goes with the namespace.
mount -t tmpfs none /mnt || skip_test "/mnt cannot be replaced"
agent=/mnt/agent
cat >$agent <<END
#!/bin/bash
declare -A holders=([lab1]=${holders[1]} [lab2]=${holders[2]} [lab3]=${holders[3]})
host=\$1
shift
[[ \$host != lab2 || ! -e "$work/narrow" ]] || ulimit -n 60
exec nsenter -t "\${holders[\$host]}" -n -u ${clock[*]:0:1} sh -c "\$*"
END
chmod 755 $agent

jobs() { # OPTION...: six ranks, two a host, mpirun on lab1; the summary is in $body
    code=0
    inside 1 "${mpi_run[@]}" -n 6 --map-by node --hostfile "$work/hosts" --mca plm_rsh_agent $agent \
        --mca btl tcp,self --mca btl_tcp_if_include "$subnet.0/24" --mca oob_tcp_if_include "$subnet.0/24" \
        "$load_mpi" --target "$target" --allow-target "$target" "$@" >"$body" 2>"$work/err" </dev/null || code=$?
}

exec {server}< <(exec nsenter -t "${holders[3]}" -n -u "$KONEKSI" --http 127.0.0.1:0 --time "$subnet.3:0" --model epoll \
    --db "$db" 2>"$work/panel.err")
background+=("$!")
read -r -t 30 line <&"$server" || fail "the panel printed no ready line: $(cat "$work/panel.err")"
[[ $line =~ time=([^ ]+) ]] || fail "expected the ready line, got: $line"
target=${BASH_REMATCH[1]}

begin "six ranks on three hosts carry one run"
jobs --mode event --count 500 --hold --summary json
expect_equal "exit status of: $(cat "$work/err")" 0 "$code"
rank_counts
expect .totals.completed 500
expect .peaks.client_connections 500
expect '[.by_rank[].host]' '["lab1","lab2","lab3","lab1","lab2","lab3"]'
expect '[.by_rank[].totals.completed]' '[84,84,83,83,83,83]'
expect_that '.by_rank | all(.clock_error_us >= 0 and .clock_error_us < 100000)'
[[ ${#clock[@]} != 0 ]] || ahead=0
expect_that '.by_rank | all((.clock_offset_us + (if .host == "lab2" then $ahead * 1e6 else 0 end)) as $wrong |
    (if $wrong < 0 then -$wrong else $wrong end) <= .clock_error_us)' --argjson ahead "$ahead"
expect_that '.duration_s < 60 and (.by_rank | all(.late_ms < 10000))' # all times are on one clock

begin "a table shows the hosts"
jobs --mode thread --count 60
expect_equal "exit status" 0 "$code"
for n in 1 2 3; do
    grep -qE "^[0-5] +lab$n +10 +0 " "$body" || fail "expected lab$n in a table of the ranks: $(answer)"
done

begin "the host whose limit stopped the clients is named"
touch "$work/narrow"
jobs --mode event --count 900 --hold --summary json
expect_equal "exit status" 1 "$code"
rank_counts
expect '.verdict | [.name, .side, .value]' '["RLIMIT_NOFILE","client",60]'
expect_that '.verdict.sentence | test("host lab2 \\(rank [14]\\)")'
expect '[.by_rank[] | select(.totals.failed > 0) | [.host, .verdict]] | unique' '[["lab2","RLIMIT_NOFILE"]]'
expect_that '.errors | length == 1 and all(.first_at_ms <= .last_at_ms and .last_at_ms < 60000)'
expect '[.by_rank[] | select(.host != "lab2") | .totals.completed]' '[150,150,150,150]'

begin "a host's rank that is killed is named, and no process is left on any host"
rm "$work/narrow"
mkfifo "$work/input"
exec {input}<>"$work/input"
(
    exec <"$work/input" {input}>&-
    exec nsenter -t "${holders[1]}" -n -u "${mpi_run[@]}" -n 6 --map-by node --hostfile "$work/hosts" \
        --mca plm_rsh_agent $agent --mca btl tcp,self --mca btl_tcp_if_include "$subnet.0/24" \
        --mca oob_tcp_if_include "$subnet.0/24" "$load_mpi" --target "$target" --allow-target "$target" \
        --mode event --count 3000 --rate 200 --hold --json
) >"$work/lines" 2>"$work/err" &
waiter=$!
background+=("$waiter")
until grep -q '"connections":[1-9]' "$work/lines"; do
    ((SECONDS < 200)) || fail "the run does not begin: $(cat "$work/err")"
    sleep 0.2
done
sleep 1
mapfile -t load < <(pgrep -f -- "^$load_mpi .*--target $target ")
expect_equal "ranks" 6 "${#load[@]}"
victim=
for pid in "${load[@]}"; do
    ! tr '\0' '\n' <"/proc/$pid/environ" | grep -qx 'OMPI_COMM_WORLD_RANK=4' || victim=$pid
done
kill -KILL "$victim"
expect_gone alive "${load[@]}"
wait "$waiter" || true
lost="rank 4 on host lab2 (process $victim)"
jq -r 'select(.type == "end") | .message' "$work/lines" >"$work/end" || fail "no whole lines: $(tail -c 300 "$work/lines")"
grep -qF "$lost" "$work/end" || fail "the end does not name $lost: $(cat "$work/end" "$work/err")"
jq -c 'select(.type == "result")' "$work/lines" >"$body"
expect_that '.totals | .completed + .failed + .not_started == 3000'
