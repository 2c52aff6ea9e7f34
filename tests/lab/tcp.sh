#!/usr/bin/env bash
# Limits of TCP that stop no client of the TIME protocol, however small they are: tcp_mem, tcp_max_orphans and
# tcp_max_tw_buckets. The kernel's counters show that each was exceeded.
source "$(dirname -- "$0")/lib.sh"

panel_start --model epoll
waits_at_most() { # SOCKETS in TIME_WAIT
    local waiting
    waiting=$(sockets_in $time_wait)
    ((waiting <= $1)) || fail "expected at most $1 sockets in TIME_WAIT, got: $waiting"
}

begin "tcp_mem: a small message has its memory also beyond it"
setting net/ipv4/tcp_mem "1 1 1"
lab_run '{"mode":"event","count":500,"hold":true}'
row "net.ipv4.tcp_mem 1" event none "$(completed)"
expect_all_completed 500
expect '.verdict // .limit' null
setting net/ipv4/tcp_mem "10000 20000 30000"

begin "tcp_max_orphans: a connection is reset after its reply was read"
setting net/ipv4/tcp_max_orphans 1
lab_run '{"mode":"pool","count":500}'
row "net.ipv4.tcp_max_orphans 1" pool none "$(completed)"
expect_all_completed 500
expect '.verdict // .limit' null
setting net/ipv4/tcp_max_orphans 4096

begin "tcp_max_tw_buckets: what would wait is forgotten at once"
setting net/ipv4/tcp_max_tw_buckets 5
forgotten=$(netstat_counter TCPTimeWaitOverflow)
lab_run '{"mode":"pool","count":500}'
row "net.ipv4.tcp_max_tw_buckets 5" pool none "$(completed)"
expect_all_completed 500
expect '.verdict // .limit' null
(($(netstat_counter TCPTimeWaitOverflow) >= forgotten + 400)) || fail "TCPTimeWaitOverflow did not rise by 400"
panel_stop
