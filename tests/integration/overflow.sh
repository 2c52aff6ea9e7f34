#!/usr/bin/env bash
# The classic failure: 4,500 threads at the same time against a backlog of 1. The kernel drops handshakes silently, and
# only the listening socket counts them.
source "$(dirname -- "$0")/lib.sh"

needs_descriptors 5000
panel_start --backlog 1
count=$(scaled 4500 300)

# This comes first: the handshakes of clients that gave up are retransmitted for minutes and would take the room.
fits=$((count < 4000 ? count : 4000))
begin "a backlog of 4096 has room for $fits at the same time"
api PATCH /server -d backlog=4096
expect_status 200
run_do "{\"mode\":\"thread\",\"count\":$fits,\"timeout_ms\":20000}" 100
expect_that '.totals.completed == .count'
expect .server.listen_overflows 0

begin "$count threads against a backlog of 1: the run reports the overflow"
api PATCH /server -d backlog=1
expect_status 200
# A slow build may start its threads no faster than the server accepts: one of a few runs is fast enough.
for _ in 1 2 3 4 5 6 7 8; do
    run_do "{\"mode\":\"thread\",\"count\":$count,\"timeout_ms\":8000}" 100
    expect .status completed
    expect .server.backlog 1
    [[ $(jq .server.listen_overflows -- "$body") == 0 ]] || break
done
expect_that '.server.listen_overflows > 0'
expect_that '.totals.completed > 0'
expect_sums
# A slow build overflows the queue and still serves all in time.
expect_that '.totals.failed == 0 or (.verdict | .name == "listen backlog" and .side == "server" and .value == 1 and .certainty == "proved")'
overflows=$(jq .server.listen_overflows -- "$body")
printf '  %s completed, %s failed, %s overflows, slowest connect %s ms, %s s\n' \
    "$(jq .totals.completed "$body")" "$(jq .totals.failed "$body")" "$overflows" \
    "$(jq '.latency_us.connect.max / 1000 | floor' "$body")" "$(jq .duration_s "$body")"

begin "the samples rise to that number"
api GET "/runs/$run/samples"
expect_that '[.samples[].server.listen_overflows] | . == sort and .[0] == 0'
expect_that ".samples[-1].server.listen_overflows | . > 0 and . <= $overflows"
api GET "/runs/$run/samples.csv"
expect_equal "header of samples.csv" true \
    "$(head -n 1 -- "$body" | grep -q 'server_queue,server_refused,server_listen_overflows,server_accept_paused' && echo true)"

# The handshake of a client that gave up may still be retransmitted, so the server may have counted more since.
begin "GET /server and GET /metrics agree"
api GET /server
expect_that ".listen_overflows >= $overflows and .backlog == 1"
before=$(jq .listen_overflows -- "$body")
api GET /metrics
metric koneksi_time_backlog >/dev/null
((before <= $(metric koneksi_time_listen_overflows_total))) || fail "GET /metrics reports fewer than $before"

panel_stop
