#!/usr/bin/env bash
# The server side of a run against somebody else's server on this machine: who it is, what it uses, its limits, and which
# of them stops the clients.
source "$(dirname -- "$0")/lib.sh"

: "${KONEKSI_SMALL_SERVER:?path of the server}"

other_server() { # COMMANDS BACKLOG PROCESSES ACCEPTS: sets $other, its port
    other_start "$1" "$KONEKSI_SMALL_SERVER" "${@:2}"
    read -r -t 20 other <&"$other_output" || fail "the other server does not start"
}

stopped_by() { # NAME VALUE CERTAINTY
    expect '.verdict | [.kind, .name, .side, .value, .certainty]' "[\"limit\",\"$1\",\"server\",$2,\"$3\"]"
    expect_sums
}

# koneksi-load by itself says the same as the panel did of the run in $body: what stopped the clients, and who the server
# is. What it says is in $body then.
same_by_itself() { # OPTION...
    local -r told='[.verdict | .kind, .name, .side, .value, .certainty],
        (.server_process | [.program, .pid, .uid, .processes, .unseen, .backlog])'
    local by_panel code=0
    by_panel=$(jq -c "$told" -- "$body")
    "$KONEKSI_LOAD" "$@" --target "127.0.0.1:$other" --summary json >"$body" 2>"$work/err" </dev/null || code=$?
    expect_equal "the exit status of koneksi-load, which says $(cat -- "$work/err" "$body")" 1 "$code"
    expect_equal "what koneksi-load $* says" "$by_panel" "$(jq -c "$told" -- "$body")"
    expect_sums
}

# The server was started again since the run in $body.
as_if_of_this_server() {
    jq --argjson pid "$other_pid" '.server_process.pid = $pid' -- "$body" >"$body.new"
    mv -- "$body.new" "$body"
}

panel_start --model epoll

# The kernel takes one more than the backlog, and where handshakes end on two processors at once, one more for each.
holds_backlog() { # BACKLOG
    expect_that '.server_process.peaks.queue | . > $backlog and . <= $backlog + 1 + $cores' \
        --argjson backlog "$1" --argjson cores "$(nproc)"
}

begin "a server with too few descriptors: its limit is predicted, met, named and sampled"
other_server 'ulimit -n 60' 128 1 all
api GET "/limits?mode=event&count=200&hold=true&target=127.0.0.1:$other"
expect '.predicted.event | [.limit, .side, .value]' '["RLIMIT_NOFILE","server",60]'
predicted=$(jq .predicted.event.ceiling -- "$body")
backlog=$(jq '[.limits[] | select(.side == "server" and .name == "listen backlog")][0].value' -- "$body")
run_do "{\"mode\":\"event\",\"count\":100,\"hold\":true,\"timeout_ms\":1000,\"target\":\"127.0.0.1:$other\"}"
stopped_by RLIMIT_NOFILE 60 proved
expect .totals.completed "$predicted"
expect .verdict.reached "$predicted"
expect '.verdict.facts[] | select(.fact == "use") | [.limit, .side, .used_at_failure, .value]' '["RLIMIT_NOFILE","server",60,60]'
expect '.server_process | [.program, .pid, .processes, .threads, .unseen]' "[\"small_server\",$other_pid,1,1,null]"
expect '.server_process.backlog' "$backlog"
if [[ $backlog == null ]]; then
    skip_part "the bound of accept queues" "the kernel has no sock_diag for TCP"
else
    expect '.server_process.backlog' 128
fi
expect '.server_process.peaks | [.processes, .fds, .fds_of_one_process]' '[1,60,60]'
expect_that '.server_process.peaks.queue | . >= 100 - $served and . <= 100' --argjson served "$predicted"
expect_that '.server_process.states | add > 0'
expect .server null
expect .peaks.server_threads 1
api GET "/runs/$run/limits"
expect '.limits[] | select(.side == "server" and .name == "RLIMIT_NOFILE") | [.value, .used_at_failure, .used_at_peak, .source]' \
    "[60,60,60,\"/proc/$other_pid/limits\"]"
api GET "/runs/$run/samples"
expect_that '[.samples[].server | select(.processes == 1 and .threads == 1 and .fds == 60 and .rss_bytes > 0)] | length > 0'

begin "koneksi-load by itself watches it as well, however its clients are carried"
for mode in event thread process; do
    api GET "/runs/$run"
    same_by_itself --mode "$mode" --count 100 --hold --timeout-ms 1000
    expect .totals.completed "$predicted"
    expect '.verdict.facts[] | select(.fact == "use") | [.limit, .side, .used_at_failure, .value]' \
        '["RLIMIT_NOFILE","server",60,60]'
    expect '.server_process.peaks | [.processes, .fds, .fds_of_one_process]' '[1,60,60]'
    expect .peaks.server_threads 1
done
other_end

begin "watching takes no descriptor from the clients of koneksi-load"
other_server : 128 1 all
confined=(--mode thread --count 100 --hold --limits-nofile 40 --target "127.0.0.1:$other")
"$KONEKSI_LOAD" "${confined[@]}" --json >"$work/lines" </dev/null || true # as the panel starts it: it does not watch
"$KONEKSI_LOAD" "${confined[@]}" --summary json >"$body" </dev/null || true
expect '.verdict | [.name, .side]' '["RLIMIT_NOFILE","client"]'
expect .server_process.pid "$other_pid"
expect .totals.completed "$(jq -r 'select(.type == "result").totals.completed' -- "$work/lines")"
other_end

if [[ $backlog != null ]]; then
    begin "a listener that nobody empties: the backlog is the one that it gave to listen"
    other_server : 5 1 none
    run_do "{\"mode\":\"event\",\"count\":60,\"timeout_ms\":1000,\"target\":\"127.0.0.1:$other\"}"
    stopped_by 'listen backlog' 5 proved
    expect '.server_process | [.peaks.connections, .backlog]' '[0,5]'
    api GET "/runs/$run?lang=id"
    expect_that '.verdict | .name == "listen backlog" and (.sentence | startswith("backlog server (5) di sisi server "))'
    holds_backlog 5
    expect_that '.server_process.listen_overflows > 0'
    other_end
    other_server : 5 1 none
    as_if_of_this_server
    same_by_itself --mode event --count 60 --timeout-ms 1000
    holds_backlog 5
    expect_that '.server_process.listen_overflows > 0'
    other_end
fi

begin "a server that ends"
other_server : 128 1 30
run_do "{\"mode\":\"thread\",\"count\":100,\"hold\":true,\"rate\":500,\"timeout_ms\":4000,\"target\":\"127.0.0.1:$other\"}"
expect '.verdict | [.kind, .name, .side]' '["cause","server went away","server"]'
expect_that '[.verdict.facts[].fact] | contains(["server ended"])'
other_end
other_server : 128 1 30
as_if_of_this_server
same_by_itself --mode thread --count 100 --hold --rate 500 --timeout-ms 4000
expect_that '[.verdict.facts[].fact] | contains(["server ended"])'
other_end

begin "a server that closes connections of a certain age has no cap: it is known when it closed them"
other_server : 128 1 400ms
run_do "{\"mode\":\"event\",\"count\":150,\"hold\":true,\"rate\":150,\"exchange\":\"connect\",\"target\":\"127.0.0.1:$other\"}"
expect '.errors | map(.phase)' '["hold"]'
expect '.verdict | [.kind, .name, .side]' '["cause","closed by the server","server"]'
expect_that '.verdict.facts[] | select(.fact == "closed while held")
    | .kept == $kept and .first_ms > 350 and .last_ms - .first_ms > .began_ms / 10 and .began_ms > 900' \
    --argjson kept "$(jq .totals.completed -- "$body")"
expect_that '.errors[0] | .first_client < .count and .first_at_ms < .last_at_ms'
expect_sums
other_end

begin "several processes that share a port, each with descriptors of its own"
other_server 'ulimit -n 40' 128 3 all
api GET "/limits?mode=event&count=400&hold=true&target=127.0.0.1:$other"
expect '.predicted.event | [.limit, .side, .value]' '["RLIMIT_NOFILE","server",40]'
expect_that '.predicted.event.ceiling > 80 and .predicted.event.ceiling < 120'
run_do "{\"mode\":\"event\",\"count\":200,\"hold\":true,\"timeout_ms\":1000,\"target\":\"127.0.0.1:$other\"}"
stopped_by RLIMIT_NOFILE 40 proved
expect '.server_process | [.program, .pid, .processes]' "[\"small_server\",$other_pid,3]"
expect_that '.server_process.peaks.fds > 80'
same_by_itself --mode event --count 200 --hold --timeout-ms 1000
expect_that '.server_process.peaks.fds > 80'
other_end

begin "koneksi-load by itself watches the servers of a list as one"
other_server 'ulimit -n 60' 128 1 all
first=$other first_pid=$other_pid first_output=$other_output
other_server 'ulimit -n 60' 128 1 all
"$KONEKSI_LOAD" --mode event --count 200 --hold --timeout-ms 1000 --target "127.0.0.1:$first,127.0.0.1:$other" \
    --summary json >"$body" </dev/null || true
expect '.verdict | [.name, .side, .value, .certainty]' '["RLIMIT_NOFILE","server",60,"proved"]'
expect .server_process.processes 2
other_end
other_pid=$first_pid other_output=$first_output
other_end

begin "tasks of the server's group"
if make_group pids pids.max; then
    other_server "printf '%s' \"\$\$\" >'$group/cgroup.procs'" 128 1 all
    printf 77 >"$group_file"
    api GET "/limits?mode=event&count=10&target=127.0.0.1:$other"
    expect '.limits[] | select(.side == "server" and .name == "pids.max") | [.value, .used]' '[77,1]'
    other_end
else
    skip_part pids.max "no cgroup with pids.max can be made"
fi

begin "a server of another user: its sockets are seen, and that its processes are not"
panel_stop
if ((EUID == 0)) && command -v setpriv >/dev/null; then
    mkdir "$work/pair"
    cp -- "$KONEKSI" "$KONEKSI_LOAD" "$work/pair"
    chmod -R a+rX -- "$work"
    mkdir -m 777 "$work/store"
    db=$work/store/koneksi.db
    printf '#!/usr/bin/env bash\nexec setpriv --reuid=65534 --regid=65534 --clear-groups -- %q "$@"\n' "$work/pair/koneksi" \
        >"$work/as_nobody"
    chmod 755 "$work/as_nobody"
    other_server : 5 1 none
    KONEKSI=$work/as_nobody panel_start --model epoll
    run_do "{\"mode\":\"event\",\"count\":60,\"timeout_ms\":1000,\"target\":\"127.0.0.1:$other\"}"
    expect '.server_process | [.program, .pid, .uid, .processes, .unseen]' '[null,null,0,null,"not permitted"]'
    expect '[.verdict.facts[] | select(.fact == "server out of sight")] | length' 1
    holds_backlog 5
    [[ $backlog == null ]] || stopped_by 'listen backlog' 5 proved
    api GET "/runs/$run/limits"
    expect '[.limits[] | select(.side == "server" and .name == "RLIMIT_NOFILE")]' '[]'
    api GET "/runs/$run"
    panel_stop
    other_end
    printf '#!/usr/bin/env bash\nexec setpriv --reuid=65534 --regid=65534 --clear-groups -- %q "$@"\n' \
        "$work/pair/koneksi-load" >"$work/load_as_nobody"
    chmod 755 "$work/load_as_nobody"
    other_server : 5 1 none
    KONEKSI_LOAD=$work/load_as_nobody same_by_itself --mode event --count 60 --timeout-ms 1000
    holds_backlog 5
    other_end
else
    skip_part "another user" "needs root and setpriv"
fi
