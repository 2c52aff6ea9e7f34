#!/usr/bin/env bash
# koneksi-load-mpi on one host: the ranks of a job carry one run, which looks as if one generator had.
source "$(dirname -- "$0")/lib.sh"
modes_of_this_machine
source "$(dirname -- "$0")/mpi_lib.sh"

needs_descriptors 700
panel_start --model epoll
target=$listen_host:$time_port
wrapper=()

# Leaves the summary as JSON in $body, standard error in $work/err and the exit status in $code.
mpi() { # RANKS OPTION...
    code=0
    "${mpi_run[@]}" -n "$1" "${wrapper[@]}" "$load_mpi" --target "$target" --summary json "${@:2}" \
        >"$body" 2>"$work/err" </dev/null || code=$?
}

begin "one rank gives what koneksi-load gives"
mpi 1 --mode event --count 300 --hold
expect_equal "exit status" 0 "$code"
summary='[keys, .totals, .count, .errors, .verdict, .source_addresses,
    (.peaks | del(.server_threads, .server_connections))]' # ranks do not watch the server
expect '.server_process, .peaks.server_threads' $'null\n0'
jq -c "$summary" "$body" >"$work/ranks"
"$KONEKSI_LOAD" --mode event --count 300 --hold --target "$target" --summary json | jq -c "$summary" >"$work/alone"
sed 's/"client_threads":[0-9]*//' -i "$work/ranks" "$work/alone"
expect_equal "the summary" "$(cat "$work/alone")" "$(cat "$work/ranks")"

begin "the memory of a client: known where each rank had clients enough"
if descriptors_suffice 2600; then
    mpi 2 --mode event --count 2400 --hold
    expect_that '.cost.memory_bytes > 100'
    mpi 2 --mode event --count 1600 --hold
    expect .cost.memory_bytes null
else
    skip_part "memory of a client" "the server needs 2600 open files"
fi

begin "three ranks share an uneven count in each mode: all clients, each once"
for mode in "${modes[@]}"; do
    "${mpi_run[@]}" -n 3 "$load_mpi" --target "$target" --json --mode "$mode" --count 100 --pool-size 4 \
        >"$work/lines" 2>"$work/err" < <(sleep 60)
    jq -r 'select(.type == "log") | .text' "$work/lines" | sed -nE 's/^\[CLIENT ([0-9]+)\] sending.*/\1/p' | sort -n |
        cmp - <(seq 0 99) || fail "mode $mode: not each client sent once"
    expect_equal "$mode: totals" '{"completed":100,"connected":100,"failed":0,"not_started":0,"started":100}' \
        "$(jq -c 'select(.type == "result") | .totals' "$work/lines")"
    expect_equal "$mode: shares" '[34,33,33]' "$(jq -sc 'map(select(.type == "rank") | .totals.completed)' "$work/lines")"
    expect_equal "$mode: ranks and hosts" "[[0,1,2],[\"$(uname -n)\"]]" \
        "$(jq -sc 'map(select(.type == "rank")) | [map(.rank), (map(.host) | unique)]' "$work/lines")"
    expect_equal "$mode: latencies" '[100,100,100]' \
        "$(jq -c 'select(.type == "result") | .latency | [.connect, .reply, .client | [.buckets[][1]] | add]' "$work/lines")"
    jq -se 'map(select(.type == "sample")) | length > 1 and ([.[].at_us] | . == sort) and
        (.[-1].totals.completed == 100) and all(.totals | .started + .not_started == 100)' "$work/lines" >/dev/null ||
        fail "mode $mode: the samples do not add up"
done

begin "a rank without clients takes part"
mpi 5 --mode thread --count 3 --hold
expect_equal "exit status" 0 "$code"
expect '[.by_rank[].totals.completed]' '[1,1,1,0,0]'

begin "the barrier of hold spans the ranks: the server has all connections at the same time"
cat >"$work/server.mjs" <<'END'
import { createServer } from "node:net";
import { writeFileSync } from "node:fs";
let live = 0, most = 0; // of the newest run: between two of them it has none
const server = createServer((socket) => {
    most = live++ === 0 ? 1 : Math.max(most, live);
    writeFileSync(process.argv[2], `${most}\n`);
    socket.on("data", () => socket.write("JAM 12:34:56\r\n"));
    socket.on("close", () => live--);
    socket.on("error", () => {});
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 1024 }, () => console.log(server.address().port));
END
exec {server}< <(exec node "$work/server.mjs" "$work/most")
background+=("$!")
read -r -t 20 port <&"$server" || fail "the server does not listen"
for mode in thread process event; do
    target=127.0.0.1:$port mpi 3 --mode "$mode" --count 200 --hold --rate 400
    expect .totals.completed 200
    expect .peaks.client_connections 200
    expect_equal "$mode: connections at the same time" 200 "$(cat "$work/most")"
done

begin "the rate is that of all ranks together"
mpi 1 --mode event --count 80 --rate 100
alone=$(jq .start.last_up_ms "$body")
mpi 4 --mode event --count 80 --rate 100
expect_that '.start.last_up_ms > ($alone * 0.9) and .start.last_up_ms < ($alone * 1.3)' --argjson alone "$alone"

begin "addresses of one rank are no other's, unless they were asked for"
mpi 3 --mode event --count 30
expect .source_addresses 3
mpi 3 --mode event --count 30 --sources 1
expect .source_addresses 1

begin "a limit in one rank is the verdict, with the rank"
printf '#!/bin/sh\n[ "$OMPI_COMM_WORLD_RANK" != 1 ] || ulimit -n 60\nexec "$@"\n' >"$work/narrow"
chmod 755 "$work/narrow"
wrapper=("$work/narrow")
mpi 3 --mode event --count 300 --hold
expect_equal "exit status" 1 "$code"
rank_counts
expect '.verdict | [.name, .side, .value, .certainty]' '["RLIMIT_NOFILE","client",60,"proved"]'
expect_that '.verdict | .rank == 1 and .host == null and (.sentence | contains("was read by rank 1, where"))'
expect '[.by_rank[] | .verdict]' '[null,"RLIMIT_NOFILE",null]'
expect '.by_rank[0,2] | .totals.completed' $'100\n100'
expect_that '.by_rank[1].totals | .completed > 10 and .completed < 60'
"${mpi_run[@]}" -n 3 "${wrapper[@]}" "$load_mpi" --target "$target" --mode event --count 300 --hold \
    >"$work/out" 2>&1 </dev/null && fail "expected an exit status other than 0"
grep -qE '^1 +.* RLIMIT_NOFILE$' "$work/out" || fail "expected a table of the ranks: $(cat "$work/out")"
wrapper=()

begin "each rank knows how many of its own clients a missing server had"
target=$listen_host:$time_port,127.0.0.2:$time_port mpi 3 --mode event --count 200
expect_equal "exit status" 1 "$code"
expect '.verdict | [.name, .side, .certainty]' '["nobody listens","server","proved"]'
expect .totals.failed 100

begin "a person at a terminal sees one progress line"
if command -v script >/dev/null; then
    script -qec "$(printf '%q ' "${mpi_run[@]}" -n 2 "$load_mpi" --target "$target" --mode event --count 60 --rate 50)" \
        /dev/null >"$work/out" </dev/null
    tr '\r' '\n' <"$work/out" | grep -qE '^\[[#.]+\] +[0-9]+%  [0-9]+/60 ' || fail "no progress in: $(cat "$work/out")"
else
    skip_part "progress at a terminal" "there is no script(1) to make one"
fi

begin "wrong usage is said once"
mpi 3 --mode event --cont 5
expect_equal "exit status" 2 "$code"
expect_equal "complaints" 1 "$(grep -c 'unknown option "--cont"' "$work/err")"

begin "a generator that cannot begin names its rank, and all of them end"
mpi 3 --mode event --count 30 --limits-nofile 16 # fewer than MPI has open
expect_equal "exit status" 3 "$code"
expect_equal "complaints" 1 "$(grep -c "rank 0 on host $(uname -n): .*EMFILE" "$work/err")"

panel_stop
