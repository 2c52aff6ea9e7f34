#!/usr/bin/env bash
# What a client costs, CPU time and memory, is what the kernel says of the load generator.
source "$(dirname -- "$0")/lib.sh"

panel_start
target=127.0.0.1:$time_port

# A factor apart at most: both are measured while other programs run.
expect_near() { # WHAT EXPECTED GOT FACTOR
    awk -v expected="$2" -v got="$3" -v factor="$4" 'BEGIN { exit !(got > expected / factor && got < expected * factor) }' ||
        fail "$1: expected about $2, got $3"
}

load() { # OPTION...: koneksi-load with its result in $body, and in $cpu_us what bash learned of it from wait4(2)
    local TIMEFORMAT='%U %S' user system
    { time "$KONEKSI_LOAD" --target "$target" --summary json "$@" >"$body" 2>"$work/err" </dev/null; } 2>"$work/time" ||
        fail "koneksi-load $*: $(<"$work/err")"
    read -r user system <"$work/time"
    cpu_us=$(awk -v user="${user/,/.}" -v kernel="${system/,/.}" 'BEGIN { print (user + kernel) * 1e6 }')
}

modes_of_this_machine
for mode in "${modes[@]}"; do
    count=8000
    [[ $mode != process ]] || count=2000
    begin "$mode: CPU time of a client is that of the program, divided"
    load --mode "$mode" --count "$count"
    expect_that '.cost.cpu_us > 0'
    expect_near "CPU time of $count clients in mode $mode" "$cpu_us" "$(jq '.cost.cpu_us * .totals.started' "$body")" 1.5
done

# Bytes of one or all processes, as the kernel counts them page by page.
resident() { # NAME PID...
    local name=$1 pid
    shift
    for pid in "$@"; do
        awk -v name="$name" '$1 ~ name { sum += $2 } END { print sum * 1024 }' "/proc/$pid/smaps_rollup" 2>/dev/null || true
    done | awk '{ sum += $1; if ($1 > 0) many++ } END { printf("%d\n", many ? sum / many : 0) }'
}

[[ -r /proc/self/smaps_rollup ]] || skip_test "this kernel has no /proc/PID/smaps_rollup"

watch_load() { # MODE COUNT: they begin in 2 s; $most: the most that the kernel says it has; $first: the least
    local children now
    "$KONEKSI_LOAD" --target "$target" --summary json --hold --rate $(($2 / 2)) --mode "$1" --count "$2" >"$body" 2>"$work/err" </dev/null &
    background+=($!)
    most=0
    first=0
    while kill -0 "${background[-1]}" 2>/dev/null; do
        if [[ $1 == process ]]; then
            read -ra children <"/proc/${background[-1]}/task/${background[-1]}/children" || true
            now=$(resident '^Private_(Clean|Dirty):' "${children[@]:0:20}")
        else
            now=$(resident '^Rss:' "${background[-1]}")
        fi
        ((now > 1048576 || now > 0 && first > 0)) && ((first == 0 || now < first)) && first=$now
        ((now <= most)) || most=$now
    done
    wait "${background[-1]}" || fail "koneksi-load: $(<"$work/err")"
}

panel_stop
panel_start --model epoll
target=127.0.0.1:$time_port
begin "thread: not known on a kernel that adds it up late, as one before 6.2 does"
setarch "$(uname -m)" --uname-2.6 "$KONEKSI_LOAD" --target "$target" --summary json --mode thread --hold --count 2000 >"$body" 2>/dev/null </dev/null
expect .cost.memory_bytes null

begin "thread: memory of a client is the growth of the program, divided"
watch_load thread 2000
[[ $(jq .cost.memory_bytes "$body") == null && $(uname -r) =~ ^([345]\.|6\.[01]\.) ]] ||
    expect_near "memory of a thread" $(((most - first) / 2000)) "$(jq .cost.memory_bytes "$body")" 1.7

begin "process: memory of a client is what a process has for itself"
watch_load process 1200
expect_near "memory of a process" "$most" "$(jq .cost.memory_bytes "$body")" 4

begin "event, uring: a client is a record, and weighs the same among few as among many"
for mode in event uring; do
    [[ " ${modes[*]} " == *" $mode "* ]] || continue
    load --mode "$mode" --hold --count 1000
    few=$(jq .cost.memory_bytes "$body")
    load --mode "$mode" --hold --count 5000
    expect_that '.cost.memory_bytes > 100 and .cost.memory_bytes < 4096'
    expect_near "memory among 1,000 clients of mode $mode" "$(jq .cost.memory_bytes "$body")" "$few" 1.7
done

begin "memory is not known where a peak from before the clients would be in it"
if unshare --user --map-root-user --mount mount -o remount,bind,ro /proc 2>/dev/null; then
    unshare --user --map-root-user --mount bash -c 'mount -o remount,bind,ro /proc && exec "$0" "$@"' "$KONEKSI_LOAD" \
        --target "$target" --summary json --mode event --hold --count 1000 >"$body" 2>"$work/err" </dev/null ||
        fail "koneksi-load: $(<"$work/err")"
    expect .cost.memory_bytes null
else
    skip_part "memory that is not known" "a read-only /proc cannot be mounted"
fi

begin "a run has both, in the API, in the CSV and for people; of few clients neither is known"
run_do '{"mode":"process","count":1200,"hold":true}'
expect_that '.cost.memory_bytes > 4096 and .cost.memory_bytes < 65536'
expect_that '.cost.cpu_us * 1200 <= .cpu.client_s * 1.1e6 + 30000'
cost=$(jq -r '"\(.cost.cpu_us) \(.cost.memory_bytes)"' "$body")
api GET '/runs.csv?limit=1'
columns() { # NAME: of the only row, whose cells have no comma
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } NR == 2 { print $at }' "$body"
}
expect_equal "the CSV" "$cost" "$(awk -v cpu="$(columns client_cpu_us)" 'BEGIN { print int(cpu * 10 + 0.5) / 10 }') $(columns client_memory_bytes)"
run_do '{"mode":"thread","count":5,"hold":true}'
expect_that '.cost.cpu_us == null and .cost.memory_bytes == null'
run_do '{"mode":"thread","count":999}'
expect_that '.cost.cpu_us > 0 and .cost.memory_bytes == null'
"$KONEKSI_LOAD" --target "$target" --mode process --count 1200 --hold >"$work/out" </dev/null
grep -Eq '^  CPU time +[0-9.,]+ us$' "$work/out" || fail "no CPU time: $(<"$work/out")"
grep -Eq '^  memory +[0-9.,]+ KiB$' "$work/out" || fail "no memory: $(<"$work/out")"

panel_stop
