#!/usr/bin/env bash
# A full server, with RLIMIT_NOFILE 200: each connection of its budget is taken. It then waits without spinning, logs it at most
# once a second, and accepts again as soon as a connection closes. The API answers meanwhile.
source "$(dirname -- "$0")/lib.sh"

cpu_ticks() { # of the panel: user and system time, as in proc(5)
    awk '{ print $14 + $15 }' "/proc/$panel_pid/stat"
}

wait_for() { # PATH CONDITION
    local end=$((SECONDS + 20))
    while api GET "$1" && ! jq -e "$2" -- "$body" >/dev/null; do
        ((SECONDS < end)) || fail "$1: timed out waiting for $2: $(answer)"
        sleep 0.02
    done
}

recover() { # one waits for its turn; sets $took to the ms from another's end to its reply
    local waiting reply=
    time_connect waiting
    printf 'TIME\r\n' >&"$waiting"
    wait_for /server '.queue == 1 and .accept_paused'
    local began=${EPOCHREALTIME/[.,]/}
    time_close "${held[0]}"
    IFS= read -r -t 20 reply <&"$waiting" || fail "the waiting client was not served"
    took=$((${EPOCHREALTIME/[.,]/} - began))
    [[ $reply == JAM* ]] || fail "expected JAM hh:mm:ss, got: $reply"
    held=("${held[@]:1}" "$waiting")
}

for model in thread pool epoll uring; do
    model_is_usable "$model" || continue
    begin "$model: the budget is used up"
    panel_with 'ulimit -n 200' --model "$model" --workers 100
    began_s=$SECONDS
    held=()
    api GET /server
    budget=$(jq .budget -- "$body")
    ((budget >= 8 && budget < 200)) || fail "a budget of $budget connections"
    for ((i = 0; i < budget; i++)); do
        time_connect one
        time_ask "$one"
        held+=("$one")
    done
    wait_for /server ".accept_paused and .live == $budget"
    expect_that '.accept_pauses >= 1'
    api GET /metrics
    expect_equal koneksi_time_accept_paused 1 "$(metric koneksi_time_accept_paused)"

    begin "$model: it waits without spinning"
    ticks=$(cpu_ticks)
    sleep 2
    ticks=$(($(cpu_ticks) - ticks))
    percent=$(awk -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.1f", 100 * ticks / hz / 2 }')
    ((ticks * 10 < 2 * $(getconf CLK_TCK))) || fail "the panel used $percent% of a core while full"

    begin "$model: a waiting client is served when another ends"
    best=
    for ((i = 0; i < 5; i++)); do
        recover
        [[ -n $best ]] && ((best <= took)) || best=$took
    done
    printf '  CPU while full %s%%, recovery %s us (best of 5)\n' "$percent" "$best"
    # The server promises 10 ms; the best of five does not depend on how busy the machine is.
    [[ -n $KONEKSI_SANITIZE ]] || ((best < 10000)) || fail "recovery took $best us"

    begin "$model: at most one log line a second"
    lines=$(grep -c 'descriptor budget is used up' "$work/panel.err")
    ((lines >= 1 && lines <= SECONDS - began_s + 1)) || fail "$lines lines in $((SECONDS - began_s)) s"
    for one in "${held[@]}"; do
        time_close "$one"
    done
    wait_for /server '.live == 0 and (.accept_paused | not)'
    panel_stop 'warning time: the descriptor budget is used up'
done
