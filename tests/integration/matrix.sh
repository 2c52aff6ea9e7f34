#!/usr/bin/env bash
# The matrix: each limit is injected into a panel of the test's own, on each side, for each mode in which it can bind; a
# ceiling search must find what was predicted, within 1 %, and name the right limit on the right side. Nothing outside of
# what the test starts changes. What cannot be injected here is listed, and not counted.
TMPDIR=/tmp # files that lie in memory would count against the bound of memory
source "$(dirname -- "$0")/lib.sh"

program=$KONEKSI
table=$work/table
listed=$work/listed
wrong=0
cells=0
tolerance=1 # percent
user=54321 # nobody's
declare -a groups=()

remove_groups() {
    clean_up
    local group
    for group in "${groups[@]}"; do
        for _ in {1..50}; do
            rmdir "$group" 2>/dev/null && break
            sleep 0.1
        done
    done
}
trap remove_groups EXIT

# A panel that is started by a command of the test's: every word of it stands before the program's own.
panel_in() { # COMMAND... -- OPTION...
    local -a command=()
    while [[ $1 != -- ]]; do
        command+=("$1")
        shift
    done
    shift
    {
        printf '#!/usr/bin/env bash\nexec '
        printf '%q ' "${command[@]}" "$program"
        # shellcheck disable=SC2016 # for the script that is written
        printf '"$@"\n'
    } >"$work/confined"
    chmod 755 "$work/confined"
    KONEKSI=$work/confined
    panel_start "$@"
}

not_injected() { # LIMIT WHY
    printf '%s|%s\n' "$1" "$2" >>"$listed"
}

# One search. The panel is there, confined as the cell wants it.
cell() { # LIMIT SIDE MODE INJECTED MAX [JSON members, such as ,"timeout_ms":700]
    local model predicted got
    api GET /server
    model=$(jq -r .model -- "$body")
    experiment_submit "{\"kind\":\"ceiling\",\"mode\":\"$3\",\"max\":$5${6-}}"
    experiment_over
    predicted=$(jq '.result.predicted // 0' -- "$body")
    got=wrong
    if jq -e --arg name "$1" --arg side "$2" --argjson percent "$tolerance" '.status == "completed" and (.result | .limit.name == $name
            and .limit.side == $side and .predicted != null
            and (.fails_at == .ceiling + 1 and .confirmations == 2 or $percent > 1)
            and (.ceiling - .predicted | fabs) <= ([1, .predicted * $percent / 100] | max))' -- "$body" >/dev/null; then
        got=right
    else
        wrong=$((wrong + 1))
        jq -c '.message, .prediction.sentence, .result' -- "$body" >&2
    fi
    cells=$((cells + 1))
    jq -r --arg name "$1" --arg side "$2" --arg mode "$3" --arg model "$model" --arg injected "$4" --arg got "$got" \
        '.result | [$name, $side, $mode, $model, $injected, (.predicted // "none"), .ceiling, (.limit.certainty // "none"),
            .runs, $got] | map(tostring) | join("|")' -- "$body" >>"$table"
    tail -n 1 "$table"
}

# A run that meets a limit which has no ceiling. The panel is there, confined as the cell wants it.
burst() { # LIMIT SIDE MODE INJECTED VALUE RUN
    local model got=wrong
    api GET /server
    model=$(jq -r .model -- "$body")
    run_do "$6"
    if jq -e --arg name "$1" --arg side "$2" --argjson value "$5" '.limit.name == $name and .limit.side == $side
            and .limit.value == $value and .limit.certainty == "proved" and .totals.failed > 0' -- "$body" >/dev/null; then
        got=right
    else
        wrong=$((wrong + 1))
        jq -c '.totals, .errors, .limit' -- "$body" >&2
    fi
    cells=$((cells + 1))
    jq -r --arg name "$1" --arg side "$2" --arg mode "$3" --arg model "$model" --arg injected "$4" --arg got "$got" \
        '[$name, $side, $mode, $model, $injected, "stalls", "\(.totals.failed) failed", .limit.certainty // "none", 1, $got]
            | map(tostring) | join("|")' -- "$body" >>"$table"
    tail -n 1 "$table"
}

# A group of the test's own of that controller, of version 1 or 2: leaves it in $group, or fails.
make_group() { # CONTROLLER FILE...
    local root file
    for root in "/sys/fs/cgroup/$1" /sys/fs/cgroup; do
        group=$root/koneksi-matrix-$$-$1
        mkdir "$group" 2>/dev/null || continue
        for file in "${@:2}"; do
            if [[ -w $group/$file ]]; then
                group_file=$group/$file
                groups+=("$group")
                return 0
            fi
        done
        rmdir "$group"
    done
    return 1
}

join_group() { # prints the words that start a program in $group
    # shellcheck disable=SC2016 # for the shell that is started
    printf '%s\n' bash -c 'printf %s "$$" >"$0/cgroup.procs"; exec "$@"' "$group"
}

begin "descriptors of the client side"
panel_start --model epoll
for mode in thread pool event; do
    cell RLIMIT_NOFILE client $mode "nofile 200" 1000 ',"limits":{"nofile":200}'
done
not_injected "RLIMIT_NOFILE, client, process" "a client process has a table of descriptors to itself"
if [[ -z $KONEKSI_SANITIZE ]]; then
    begin "address space of the client side"
    for mode in thread pool; do
        cell RLIMIT_AS client $mode "as_mib 64" 3000 ',"limits":{"as_mib":64}'
    done
fi
panel_stop

begin "descriptors of the server side"
panel_in bash -c 'ulimit -n 300; exec "$@"' bash -- --model epoll
for mode in "${modes[@]}"; do
    cell RLIMIT_NOFILE server "$mode" "ulimit -n 300" 1000 ',"timeout_ms":700'
done
panel_stop 'the descriptor budget is used up'

if [[ -z $KONEKSI_SANITIZE ]]; then
    begin "tasks of a cgroup, both sides"
    if make_group pids pids.max; then
        printf 200 >"$group_file"
        mapfile -t join < <(join_group)
        panel_in "${join[@]}" -- --model epoll
        for mode in thread pool process; do
            cell pids.max client $mode "pids.max 200" 1000
        done
        panel_stop
        panel_in "${join[@]}" -- --model thread
        cell pids.max server event "pids.max 200" 1000
        panel_stop 'it could not be served: EAGAIN'
    else
        not_injected pids.max "no cgroup with pids.max can be made here"
    fi
fi


if [[ -z $KONEKSI_SANITIZE ]]; then
    begin "tasks of a user, both sides"
    mkdir -p "$work/bin" "$work/user"
    cp -- "$program" "$KONEKSI_LOAD" "$work/bin/"
    chown "$user" "$work/user"
    chmod 711 "$work"
    as_user=(setpriv --reuid "$user" --regid "$user" --clear-groups)
    if ((EUID == 0)) && "${as_user[@]}" "$work/bin/koneksi" --version >/dev/null 2>&1; then
        db=$work/user/koneksi.db
        program=$work/bin/koneksi
        panel_in "${as_user[@]}" -- --model epoll
        for mode in thread pool process; do
            cell RLIMIT_NPROC client $mode "nproc 150" 1000 ',"limits":{"nproc":150}'
        done
        panel_stop
        panel_in "${as_user[@]}" bash -c 'ulimit -u 150; exec "$@"' bash -- --model thread
        cell RLIMIT_NPROC server event "ulimit -u 150" 1000
        panel_stop 'it could not be served: EAGAIN'
        db=$work/koneksi.db
    else
        not_injected RLIMIT_NPROC "it does not bind root, and no program can be started as another user here"
    fi

    begin "address space of the server side: what is left of it after the panel's own"
    panel_in bash -c 'ulimit -v 200000; exec "$@"' bash -- --model thread
    cell RLIMIT_AS server event "ulimit -v 200000" 12000
    panel_stop 'it could not be served: EAGAIN'

    begin "memory of a cgroup"
    if make_group memory memory.max memory.limit_in_bytes; then
        printf %s $((64 << 20)) >"$group_file"
        mapfile -t join < <(join_group)
        panel_in "${join[@]}" -- --model epoll
        tolerance=15 # what a client costs of memory is a mean, and the kernel does not kill at the same count twice
        cell memory.max client process "64 MiB" 10000
        tolerance=1
        not_injected "memory.max, client, thread and event" \
            "what is charged, and when, is not the same twice: no count to compare; why.sh shows that the limit is named"
        panel_stop
    else
        not_injected memory.max "no cgroup with a bound of memory can be made here"
    fi
fi

begin "task numbers, in a namespace of the test's own"
# A sanitizer's runtime has threads of its own.
in_namespace=$(unshare --pid --fork --mount-proc cat /proc/sys/kernel/pid_max 2>/dev/null) || in_namespace=
if [[ -z $KONEKSI_SANITIZE && -n $in_namespace && $in_namespace != "$(</proc/sys/kernel/pid_max)" ]]; then
    pid_max_cells() { # SIDE MODEL MODE...
        panel_in unshare --pid --fork --mount-proc bash -c 'echo 700 >/proc/sys/kernel/pid_max; exec "$@"' bash -- --model "$2"
        local outer=$panel_pid
        read -r panel_pid _ <"/proc/$outer/task/$outer/children" || true # no line end
        for mode in "${@:3}"; do
            cell kernel.pid_max "$1" "$mode" "pid_max 700" 2000
        done
        kill -TERM "$panel_pid"
        panel_pid=$outer
        wait "$outer" || fail "the panel in a namespace of its own ended with $?"
        panel_pid=
        exec {panel_output}<&-
    }
    pid_max_cells client epoll thread pool process
    pid_max_cells server thread event
else
    not_injected kernel.pid_max "a sanitizer's build, or a namespace of task numbers has no bound of its own before Linux 6.14"
fi

begin "ports of one address pair, in a network namespace of the test's own"
if [[ -n $KONEKSI_SANITIZE ]]; then
    not_injected "net.ipv4.ip_local_port_range, listen backlog" "a sanitizer's build shows nothing else of it, slowly"
elif unshare --net ip link set lo up 2>/dev/null; then
    in_namespace() {
        nsenter --target "$panel_pid" --net "$@"
    }
    curl_quiet() {
        in_namespace curl -q -sS --noproxy '*' --max-time 100 "$@"
    }
    # Clients towards IPv4 loopback have 4,096 source addresses, towards IPv6 one.
    listen_host='[::1]'
    panel_in unshare --net bash -c 'ip link set lo up; exec "$@"' bash -- --model epoll
    # From here on: the panel's own ports are not of the range.
    # shellcheck disable=SC2016 # for the shell in the namespace
    in_namespace bash -c 'echo "20000 20149" >/proc/sys/net/ipv4/ip_local_port_range'
    for mode in "${modes[@]}"; do
        cell net.ipv4.ip_local_port_range client "$mode" "150 ports" 1000
    done
    panel_stop

    begin "the accept queue: no ceiling, but stalls; a burst names it"
    for queue in "backlog 1" "somaxconn 1"; do
        panel_in unshare --net bash -c 'ip link set lo up; echo "$0" >/proc/sys/net/core/somaxconn; exec "$@"' \
            "$([[ $queue == somaxconn* ]] && echo 1 || echo 4096)" -- \
            --model thread --backlog "$([[ $queue == backlog* ]] && echo 1 || echo 4096)"
        for mode in thread process event; do
            burst "listen backlog" server $mode "$queue" 1 "{\"mode\":\"$mode\",\"count\":$(scaled 2000 200),\"timeout_ms\":600}"
        done
        panel_stop
    done
    listen_host=127.0.0.1
else
    not_injected "net.ipv4.ip_local_port_range, listen backlog" "no network namespace can be made here"
fi

for name in kernel.threads-max vm.max_map_count vm.overcommit_memory "physical memory" net.ipv4.tcp_max_orphans \
    net.ipv4.tcp_mem net.netfilter.nf_conntrack_max fs.file-max fs.nr_open; do
    not_injected "$name" "one for the whole machine, whose settings stay as they are"
done
not_injected RLIMIT_STACK "the stacks of client threads are set by stack_kib: it binds nothing"

print_table() {
    awk -F '|' '
        { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
        END { for (row = 1; row <= NR; row++) {
                  line = ""
                  for (i = 1; i <= NF; i++) line = line sprintf("%-" width[i] + 2 "s", cell[row, i])
                  sub(/ +$/, "", line)
                  print line } }' "$1"
}

sed -i '1i limit|side|mode|server|injected|predicted|measured|certainty|runs|verdict' "$table"
print_table "$table"
printf 'not injected here, not counted:\n'
sed 's/|/: /; s/^/  /' "$listed"
((wrong == 0)) || fail "$wrong of $cells cells are wrong"
printf '%s cells, all right\n' "$cells"
