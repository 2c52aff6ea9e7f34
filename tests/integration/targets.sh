#!/usr/bin/env bash
# A run over several servers: clients are dealt out in turn, each target must be permitted, one that is missing is named,
# and to another target a source address can use the same port again.
source "$(dirname -- "$0")/lib.sh"
modes_of_this_machine

declare -a ports=() servers=()

serve() { # HOST: a TIME server alone, on a port that the kernel chooses; adds it to $servers and $ports
    local line output
    exec {output}< <(exec "$KONEKSI" --no-http --time "$1:0" --model epoll 2>"$work/server.${#servers[@]}")
    servers+=("$!")
    background+=("$!")
    read -r -t 30 line <&"$output" || fail "a server printed no ready line"
    [[ $line =~ ^koneksi\ ready\ time=.*:([0-9]+)$ ]] || fail "expected a ready line, got: $line"
    ports+=("${BASH_REMATCH[1]}")
}

served() { # SERVER: how many connections it has taken so far
    local before end=$((SECONDS + 20))
    before=$(grep -c '^{' "$work/server.$1" || true)
    kill -USR1 "${servers[$1]}"
    while (($(grep -c '^{' "$work/server.$1" || true) == before)); do
        ((SECONDS < end)) || fail "a server printed no counters"
        sleep 0.02
    done
    jq -s 'last.total' "$work/server.$1"
}

list() { # PORT...
    local IFS=,
    local -a all=("${@/#/127.0.0.1:}")
    printf '%s' "${all[*]}"
}

for _ in {1..4}; do serve 127.0.0.1; done
targets=$(list "${ports[@]}")
declare -a before=(0 0 0 0)

# Of COUNT clients each server had its share: server I those whose number modulo 4 is I.
expect_shares() { # COUNT
    local i now
    for i in 0 1 2 3; do
        now=$(served "$i")
        expect_equal "connections of server $i of 4" $((($1 + 3 - i) / 4)) $((now - before[i]))
        before[i]=$now
    done
}

count=$(scaled 402 22)
begin "koneksi-load: each server has its share, in every mode, with hold"
for mode in "${modes[@]}"; do
    "$KONEKSI_LOAD" --mode "$mode" --count "$count" --pool-size "$count" --hold --target "$targets" >"$work/out" ||
        fail "$mode: $(cat "$work/out")"
    expect_shares "$count"
done

begin "the panel: the same; the text of the target is kept as it was given, and all servers are watched as one"
panel_start
for mode in "${modes[@]}"; do
    run_do "{\"mode\":\"$mode\",\"count\":$count,\"pool_size\":$count,\"hold\":true,\"target\":\"$targets\"}"
    expect .totals.completed "$count"
    expect_sums
    expect .target "$targets"
    expect '[.resolved, .server, .verdict]' '[null,null,null]'
    expect '.server_process | [.program, .processes]' '["koneksi",4]'
    expect_shares "$count"
done
run_do "{\"mode\":\"event\",\"count\":800,\"rate\":400,\"hold\":true,\"target\":\"$targets\"}" # long enough to be watched
expect .totals.completed 800
expect_that '.server_process.peaks | .connections > 0 and .connections <= 800 and .fds > 80'
expect_that '.peaks.server_connections == .server_process.peaks.connections'
expect_shares 800
api GET "/runs.csv?target=$(list "${ports[@]}")"
expect_status 200
expect_equal "lines of the CSV" $((2 + ${#modes[@]})) "$(wc -l <"$body")"

grep -qF "\"$targets\"" "$body" || fail "the list is not in quotes: $(answer)"

begin "koneksi run takes a list, and has a TIME server of its own beside it"
"$KONEKSI" run --mode event --count 8 --target "$targets" --json >"$body" || fail "$(answer)"
expect '[.target, .totals.completed]' "[\"$targets\",8]"
expect_shares 8

begin "a name in a list: what it came to is in the run"
run_do "{\"mode\":\"thread\",\"count\":8,\"target\":\"localhost:${ports[0]},$(list "${ports[@]:1}")\"}"
expect .totals.completed 8
expect_that '.resolved | . == null or .address == $targets' --arg targets "$targets"
expect_shares 8

begin "a prediction and experiments take a list"
api GET "/limits?mode=event&count=100&hold=true&target=$targets"
expect_status 200
expect_that '[.limits[] | select(.side == "server" and .name == "RLIMIT_NOFILE")] | length == 1'
experiment_do "{\"kind\":\"sweep\",\"modes\":[\"event\"],\"counts\":[8,12],\"repeats\":1,\"target\":\"$targets\"}"
expect '[.result.rows[] | .completed]' '[8,12]'
expect_shares 20
experiment_do "{\"kind\":\"ceiling\",\"mode\":\"event\",\"max\":16,\"target\":\"$targets\"}"
expect .result.ceiling 16

begin "a target that is not allowed is named, and refuses the run"
api POST /runs --json "{\"mode\":\"thread\",\"count\":8,\"target\":\"$targets,192.0.2.1:7-8\"}"
expect_error 403 target
expect_that '.error.message | contains("target 192.0.2.1:7 is not allowed")'
code=0
"$KONEKSI_LOAD" --mode thread --count 8 --target "$targets,192.0.2.1:7-8" --allow-target 192.0.2.1:7 2>"$work/out" || code=$?
expect_equal "exit status" 2 "$code"
grep -q 'target 192.0.2.1:8 is not on loopback' "$work/out" || fail "$(cat "$work/out")"
api POST /runs --json "{\"mode\":\"thread\",\"count\":8,\"target\":\"$targets,127.0.0.1:${ports[0]}\"}"
expect_error 400 target
expect_that '.error.message | contains("is in the list twice")'
panel_stop
panel_start --allow-target 192.0.2.1:7-8,192.0.2.2:1 --allow-target 192.0.2.1:9
api POST /runs --json '{"mode":"event","count":1,"timeout_ms":1,"target":"192.0.2.1:7-9,192.0.2.2:1,127.0.0.1:1"}'
expect_status 201
run_over "$(jq .id -- "$body")"
api POST /runs --json '{"mode":"event","count":1,"timeout_ms":1,"target":"192.0.2.1:7-10"}'
expect_error 403 target
expect_that '.error.message | contains("target 192.0.2.1:10 is not allowed")'

begin "one of four is missing: its clients fail, and it is named"
kill -TERM "${servers[2]}"
wait "${servers[2]}" 2>/dev/null || true
missing=127.0.0.1:${ports[2]}
run_do "{\"mode\":\"event\",\"count\":40,\"hold\":true,\"target\":\"$targets\"}"
expect '.totals | [.completed, .failed]' '[30,10]'
expect '.errors | [length, .[0].call, .[0].errno, .[0].count, .[0].first_client]' '[1,"connect","ECONNREFUSED",10,2]'
expect_that '.errors[0].message | endswith(", server '"$missing"'")'
expect '.verdict | [.kind, .name, .side, .certainty]' '["cause","nobody listens","server","proved"]'
expect_that '.verdict.sentence | startswith("Nobody listens at '"$missing"':")'
expect '.verdict.facts[] | select(.fact == "targets gone") | [.gone, .targets, .clients, .text]' "[1,4,10,\"$missing\"]"
api GET "/runs/$run?lang=id"
expect_that '.verdict.sentence | startswith("Tidak ada yang mendengarkan di '"$missing"':")'
"$KONEKSI_LOAD" --mode thread --count 40 --summary json --target "$targets" >"$body" || true
expect '.totals | [.completed, .failed]' '[30,10]'
expect '.verdict | [.name, .certainty]' '["nobody listens","proved"]'
experiment_do "{\"kind\":\"ceiling\",\"mode\":\"event\",\"max\":16,\"target\":\"$targets\"}"
expect '.result | [.ceiling, .fails_at, .served_until]' '[2,3,null]'
panel_stop

begin "to each of four servers the same 50 ports serve 50 clients"
if ! unshare --net sh -c 'ip link set lo up && echo "20000 20049" >/proc/sys/net/ipv4/ip_local_port_range' 2>/dev/null; then
    skip_part "ports of several targets" "needs a network namespace"
    exit 0
fi
cat >"$work/in_namespace" <<'SCRIPT'
set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
ip link set lo up
echo 0 >/proc/sys/net/ipv4/tcp_max_tw_buckets # no run finds the ports of the one before in TIME_WAIT
for port in 7001 7002 7003 7004; do
    "$KONEKSI" --no-http --time 127.0.0.1:$port --model epoll >"$1.$port" &
done
until [ "$(cat "$1".7* | grep -c ready)" = 4 ]; do sleep 0.02; done
echo "20000 20049" >/proc/sys/net/ipv4/ip_local_port_range
load() { # FILE OPTION...: with one source address
    file=$1
    shift
    "$KONEKSI_LOAD" --mode event --hold --sources 1 --summary json --timeout-ms 5000 "$@" >"$file" || true
}
"$KONEKSI" limits --json --mode event --count 1000 --hold --sources 1 --target 127.0.0.1:7001-7004 >"$1.predicted" || true
load "$1.one" --count 51 --target 127.0.0.1:7001
load "$1.all" --count 200 --target 127.0.0.1:7001-7004
load "$1.more" --count 204 --target 127.0.0.1:7001-7004
load "$1.sources" --count 400 --sources 2 --target 127.0.0.1:7001-7004
SCRIPT
KONEKSI=$KONEKSI KONEKSI_LOAD=$KONEKSI_LOAD unshare --net bash "$work/in_namespace" "$work/ports" 2>"$work/ports.err" ||
    fail "$(cat "$work/ports.err")"
completed_in() { # FILE COMPLETED
    cp -- "$work/ports.$1" "$body"
    expect .totals.completed "$2"
}
completed_in one 50
expect .verdict.name net.ipv4.ip_local_port_range
completed_in all 200
completed_in more 200
expect .verdict.name net.ipv4.ip_local_port_range
completed_in sources 400
cp -- "$work/ports.predicted" "$body"
expect '.predicted.event | [.ceiling, .limit]' '[196,"net.ipv4.ip_local_port_range"]' # koneksi itself listens on one of them
