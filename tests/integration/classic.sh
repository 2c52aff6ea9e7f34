#!/usr/bin/env bash
# classic.sh [POOL PROCESSES]: the loads of the classic experiment. Every client completes, and the server accepted
# exactly as many. POOL and PROCESSES are the largest loads of theirs; the experiment's own are 500,000 and 5,000.
source "$(dirname -- "$0")/lib.sh"

pool=${1:-20000}
processes=${2:-1000}

permitted() { # WHAT COUNT: that one program may have so many connections
    descriptors_suffice $(($2 + 200)) || { skip_part "$1" "needs $(($2 + 200)) open files" && false; }
}

panel_start

for count in 50 500 4500 5000; do
    count=$(scaled "$count" 50)
    permitted "$count threads" "$count" || continue
    begin "$count threads"
    run_do "{\"mode\":\"thread\",\"count\":$count}"
    expect_all_completed "$count"
    expect_that '.peaks.client_threads >= 1 and .peaks.client_processes == 0'
done

for count in 100 5000 "$pool"; do
    count=$(scaled "$count" 100)
    begin "$count through a pool of 32"
    run_do "{\"mode\":\"pool\",\"count\":$count,\"pool_size\":32}" 150
    expect_all_completed "$count"
    expect_that '.peaks.client_threads >= 1 and .peaks.client_threads <= 32'
done

for count in 100 "$processes"; do
    count=$(scaled "$count" 100)
    begin "$count processes"
    run_do "{\"mode\":\"process\",\"count\":$count}"
    expect_all_completed "$count"
    expect_that '.peaks.client_processes >= 1'
done

count=$(scaled 5000 100)
if permitted "$count clients in event loops" "$count"; then
    begin "$count clients in event loops, first as they come, then all at the same time"
    run_do "{\"mode\":\"event\",\"count\":$count}"
    expect_all_completed "$count"
    run_do "{\"mode\":\"event\",\"count\":$count,\"hold\":true}"
    expect_all_completed "$count"
    expect .peaks.client_connections "$count"
    expect .start.peak_clients "$count"
    expect_that '.peaks.client_threads >= 1 and .peaks.client_threads <= $cores' --argjson cores "$(nproc --all)"
fi

begin "with a rate, no client starts before it is due"
run_do '{"mode":"thread","count":50,"rate":100}'
expect_all_completed 50
expect .rate 100
expect_that '.duration_s >= 0.49 and .start.last_up_ms >= 490 and .start.per_s <= 50 / 0.49 and .start.peak_clients >= 1'

begin "the clients' rate and the latencies are stored and consistent"
expect_that '.clients_per_s > 0 and .duration_s > 0'
expect_that '.latency_us[] | .min <= .p50 and .p50 <= .p90 and .p90 <= .p99 and .p99 <= .p999 and .p999 <= .max'
expect_that '[.created_at, .started_at, .finished_at] | all(test("^[0-9-]{10}T[0-9:]{8}(\\.[0-9]+)?Z$")) and . == sort'

begin "many requests on one connection count as one client"
run_do '{"mode":"thread","count":20,"requests":10}'
expect_all_completed 20
api GET "/runs/$run/histogram"
expect_status 200

begin "the server's total is the sum of all runs"
api GET '/runs?limit=1000'
accepted=$(jq '[.runs[].server.accepted] | add' -- "$body")
api GET /server
expect .total "$accepted"

panel_stop
