#!/usr/bin/env bash
# leaks.sh [RUNS [CONNECTIONS]]: runs leave nothing behind. After RUNS runs of all modes and one of CONNECTIONS clients
# the panel has the same descriptors, threads and memory as after as many runs before. SQLite's cache and others are full
# after about 160 runs; until then the memory may grow by their size.
source "$(dirname -- "$0")/../integration/lib.sh"
modes_of_this_machine

runs=${1:-12}
connections=${2:-20000}
holds=(false true)
caches=$((runs < 200 ? 4096 : 256)) # KiB

some_runs() {
    local i
    for ((i = 0; i < runs; i++)); do
        run_do "{\"mode\":\"${modes[i % ${#modes[@]}]}\",\"count\":$((i % 40 + 1)),\"hold\":${holds[i / ${#modes[@]} % 2]},\"pool_size\":40}"
        expect .totals.failed 0
    done
}

# Waits until the server has no connection: it sees a connection's end a moment after the client.
settled() {
    local end=$((SECONDS + 20))
    until api GET /server && jq -e '.live == 0' -- "$body" >/dev/null; do
        ((SECONDS < end)) || fail "connections stay: $(answer)"
    done
}

fds() {
    find "/proc/$panel_pid/fd" -mindepth 1 | wc -l
}

field() { # NAME in /proc/PID/status
    awk -v name="$1:" '$1 == name { print $2 }' "/proc/$panel_pid/status"
}

for model in thread epoll uring; do
    model_is_usable "$model" || continue
    begin "the $model model: $runs runs and $connections connections"
    panel_start --model "$model"
    some_runs
    run_do "{\"mode\":\"pool\",\"count\":$connections}" 300
    settled
    before="$(fds) $(field Threads)"
    rss=$(field VmRSS)
    some_runs
    run_do "{\"mode\":\"pool\",\"count\":$connections}" 300
    expect_all_completed "$connections"
    settled
    expect_equal "descriptors and threads" "$before" "$(fds) $(field Threads)"
    grown=$(($(field VmRSS) - rss))
    printf 'figure: %s model, %d runs and %d connections: %s descriptors and threads before and after, RSS %d KiB, %+d\n' \
        "$model" "$runs" "$connections" "$before" "$rss" "$grown"
    ((grown <= caches)) || fail "RSS grew by $grown KiB of $rss"
    panel_stop
    rm -f -- "$db"*
done
