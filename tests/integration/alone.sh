#!/usr/bin/env bash
# The TIME server without HTTP (--no-http), its counters on SIGUSR1, and IPv6.
source "$(dirname -- "$0")/lib.sh"

counters() { # after SIGUSR1: the line, in $body
    local end=$((SECONDS + 20))
    kill -USR1 "$panel_pid"
    while ! grep '^{' "$work/panel.err" >"$body"; do
        ((SECONDS < end)) || fail "SIGUSR1 printed nothing"
        sleep 0.02
    done
    expect_equal "lines that SIGUSR1 prints" 1 "$(wc -l <"$body")"
}

alone() { # HOST:PORT [OPTION...]: sets $panel_pid and $target
    local line pipe=$work/stdout
    rm -f -- "$pipe"
    mkfifo -- "$pipe"
    (cd "$work" && exec "$KONEKSI" --no-http --time "$@" >"$pipe" 2>"$work/panel.err" </dev/null) &
    panel_pid=$!
    exec {panel_output}<"$pipe"
    read -r -t 30 line <&"$panel_output" || fail "the server printed no ready line"
    [[ $line =~ ^koneksi\ ready\ time=([^ ]+)$ ]] || fail "expected the ready line without http= and db=, got: $line"
    target=${BASH_REMATCH[1]}
}

count=$(scaled 500 20)
for model in thread pool epoll uring; do
    model_is_usable "$model" || continue
    begin "$model, without HTTP: serves, counts, leaves no file, ends with exit code 0"
    alone 127.0.0.1:0 --model "$model"
    "$KONEKSI_LOAD" --mode thread --count "$count" --target "$target" >"$work/out" || fail "$(cat "$work/out")"
    counters
    expect .model "$model"
    expect .listen "$target"
    expect '[.total, .replies, .refused]' "[$count,$count,0]"
    panel_stop '^\{"model":.*\}$'
    [[ ! -e $db ]] || fail "there is a database"
done

begin "options of the panel are refused by name"
code=0
"$KONEKSI" --no-http --time 127.0.0.1:0 --db "$db" 2>"$work/out" || code=$?
expect_equal "exit status" 2 "$code"
grep -q -- '--db does not go with --no-http' "$work/out" || fail "$(cat "$work/out")"
[[ ! -e $db ]] || fail "there is a database"

begin "SIGUSR1 beside HTTP"
panel_start
counters
expect .listen "127.0.0.1:$time_port"
panel_stop '^\{"model":.*\}$'

if [[ -e /proc/net/if_inet6 ]] && grep -q '^00000000000000000000000000000001 ' /proc/net/if_inet6; then
    begin "IPv6: API, server and a run over ::1"
    listen_host='[::1]'
    panel_start
    api GET /server
    expect .listen "[::1]:$time_port"
    for mode in thread pool process; do
        run_do "{\"mode\":\"$mode\",\"count\":40}"
        expect_all_completed 40
    done
    run_do "{\"mode\":\"thread\",\"count\":40,\"target\":\"[::1]:$time_port\"}"
    expect_all_completed 40
    panel_stop
else
    skip_part "IPv6" "this machine has no ::1"
fi
