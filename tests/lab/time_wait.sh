#!/usr/bin/env bash
# The port range: a run takes all ports of an address pair, and leaves them in TIME_WAIT for the next one, unless that
# waits.
source "$(dirname -- "$0")/lib.sh"

setting net/ipv4/tcp_tw_reuse 0
start_target
panel_start --allow-target $target

setting net/ipv4/ip_local_port_range "50000 50199" # from here on, so that no listener has a port of it

begin "the first run is stopped by the ports"
predict event "count=1000&hold=true&target=$target"
lab_run "{\"mode\":\"event\",\"count\":1000,\"hold\":true,\"timeout_ms\":6000,\"target\":\"$target\"}"
row "200 ports" event "$predicted" "$(completed)"
expect_near "completed clients" "$predicted" "$(completed)" 1
expect_verdict net.ipv4.ip_local_port_range client 200

begin "the second by those that the first left in TIME_WAIT, where nobody connects"
waiting=$(sockets_in $time_wait "${target##*:}")
((waiting >= 150)) || fail "expected nearly 200 connections to the target in TIME_WAIT, got: $waiting"
lab_run "{\"mode\":\"pool\",\"count\":300,\"timeout_ms\":6000,\"target\":\"$target\"}"
row "200 ports, all in TIME_WAIT" pool none "$(completed)"
expect_that '.totals.completed <= 200 - $waiting' --argjson waiting "$waiting"
expect_verdict net.ipv4.ip_local_port_range client 200

begin "a search waits for them, because its runs need more ports than are left"
setting net/ipv4/tcp_tw_reuse 2 # lets go of those on loopback alone
lab_ceiling "\"mode\":\"event\",\"hold\":true,\"max\":60,\"target\":\"$target\""
row "200 ports, all in TIME_WAIT, a search" event 60 "$(jq .result.ceiling -- "$body")"
expect .result.ceiling 60
expect .result.stable true
panel_stop 'waits for up to a minute'
