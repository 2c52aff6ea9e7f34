#!/usr/bin/env bash
# Neighbours that take task IDs, ports, open files, memory or processor time at a random moment of a run. Every client
# completes, or the verdict names what they took; "unknown" is counted and its sentence printed, anything else is wrong.
source "$(dirname -- "$0")/lib.sh"

rounds=4
target=10.1.1.1:45001
declare -A answers=([complete]=0 [named]=0 [unknown]=0)
seed=$((10#${EPOCHREALTIME/*[.,]/}))
RANDOM=$seed
printf 'figure: seed %s\n' $seed

# Starts a neighbour that runs those commands when so many sockets are open, and then stays. In $pause it can read
# without an end.
neighbour_then() { # SOCKETS COMMANDS [PROGRAM that starts it...]
    setsid "${@:3}" bash -c 'exec 2>/dev/null {pause}<> <(:)
        until read -r _ _ open _ < <(grep TCP: /proc/net/sockstat) && ((open > '"$1"')); do read -r -t 0.1 -u "$pause"; done
        '"$2"'
        read -r -u "$pause"' &
    neighbour=$!
}

moment() { # FIRST LAST: a number of sockets
    printf '%s' "$(($1 + RANDOM % ($2 - $1)))"
}

# What came of the run in $body.
judge() { # LIMIT
    local said
    said=$(jq -r 'if .totals.failed + .totals.not_started == 0 then "complete" else .verdict.name // "unknown" end' -- "$body")
    case $said in
    "$1") answers[named]=$((answers[named] + 1)) ;;
    complete | unknown) answers[$said]=$((answers[$said] + 1)) ;;
    *) fail "neighbours took $1, and the verdict is $said: $(answer)" ;;
    esac
    printf 'figure: %s: %s; %s of %s clients completed. %s\n' "$1" "$said" "$(completed)" "$(jq .count -- "$body")" \
        "$(jq -r '.verdict.sentence // ""' -- "$body")"
}

take_tasks() {
    setting kernel/pid_max 700
    neighbour_then "$(moment 50 450)" 'while :; do sleep 1000 & done'
    lab_run '{"mode":"thread","count":600,"hold":true,"rate":200,"timeout_ms":20000}'
    setting kernel/pid_max 32768
    judge kernel.pid_max
}

take_ports() {
    setting net/ipv4/ip_local_port_range "50000 50199"
    # shellcheck disable=SC2016 # it is the neighbour who counts
    neighbour_then "$(moment 50 250)" 'for ((i = 0; i < 150; i++)); do exec {taken}<>/dev/tcp/'"${target/:/\/}"'; done'
    lab_run "{\"mode\":\"event\",\"count\":180,\"hold\":true,\"rate\":100,\"timeout_ms\":5000,\"target\":\"$target\"}"
    setting net/ipv4/ip_local_port_range "32768 60999"
    judge net.ipv4.ip_local_port_range
}

take_files() {
    local used
    read -r used _ </proc/sys/fs/file-nr
    setting fs/file-max $((used + 1500)) # root is exempt
    neighbour_then "$(moment 50 900)" 'while exec {taken}</dev/null; do :; done' bash -c 'exec setpriv --reuid one --clear-groups "$@"' bash
    lab_run '{"mode":"event","count":600,"hold":true,"rate":300,"timeout_ms":5000}'
    setting fs/file-max 9223372036854775807
    judge fs.file-max
}

take_memory() {
    local used
    read -r used <$group_root/a/memory.current
    printf '%s' $((used + (20 << 20))) >$group_root/a/memory.max
    neighbour_then "$(moment 50 900)" 'head -c 30000000 /dev/zero >/tmp/taken' bash -c "$enter_group; exec \"\$@\"" bash
    lab_run '{"mode":"process","count":500,"hold":true,"rate":200,"timeout_ms":5000}'
    rm -f /tmp/taken
    printf max >$group_root/a/memory.max
    judge memory.max
}

take_processors() {
    printf '25000 100000' >$group_root/a/cpu.max
    neighbour_then "$(moment 30 200)" 'while :; do :; done' bash -c "$enter_group; exec \"\$@\"" bash
    lab_run '{"mode":"event","count":200,"hold":true,"rate":100,"timeout_ms":600}' 200
    printf 'max 100000' >$group_root/a/cpu.max
    judge cpu.max
}

nested_group memory.max max
ip addr add "${target%:*}/24" dev lo
setting net/ipv4/tcp_tw_reuse 1
"$KONEKSI" --no-http --time $target --model epoll >"$work/target" &
background+=("$!")
as_user one
mkdir "$work/pair" # so that the OOM killer ends a generator and not the panel
cp -- "$KONEKSI" "$work/pair/koneksi"
printf '#!/bin/bash\necho 900 >/proc/self/oom_score_adj\nexec "%s" "$@"\n' "$KONEKSI_LOAD" >"$work/pair/koneksi-load"
chmod 755 "$work/pair" "$work/pair/koneksi-load"
KONEKSI=$work/pair/koneksi
panel_with "((UID)) || $enter_group; $become" --model epoll --allow-target $target

for ((round = 1; round <= rounds; round++)); do
    for what in tasks ports files memory processors; do
        begin "round $round: neighbours take $what at a random moment"
        take_$what
    done
done
((answers[named] > 0)) || fail "no verdict names what neighbours took"
printf 'figure: of %s runs %s named what neighbours took, %s were complete, %s unknown, 0 wrong\n' $((5 * rounds)) \
    "${answers[named]}" "${answers[complete]}" "${answers[unknown]}"
panel_stop 'ENFILE|EMFILE|EAGAIN|cannot|thread'
