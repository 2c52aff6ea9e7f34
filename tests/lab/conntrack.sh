#!/usr/bin/env bash
# nf_conntrack_max: connections that the firewall tracks. When its table is full, the first packet of a new one is lost.
source "$(dirname -- "$0")/lib.sh"

panel_start --model epoll
load_modules
for chain in PREROUTING OUTPUT; do # the connections of the API are not tracked
    iptables -t raw -A $chain -p tcp --dport "$http_port" -j CT --notrack
    iptables -t raw -A $chain -p tcp --sport "$http_port" -j CT --notrack
done
iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
setting net/netfilter/nf_conntrack_max 150
lab_run '{"mode":"event","count":5}' # from here on the panel knows that connections are tracked
expect_sums

begin "held clients stop where the table is full"
overflows=$(netstat_counter ListenOverflows)
predict event 'count=400&hold=true'
lab_run '{"mode":"event","count":400,"hold":true,"timeout_ms":3000}'
row "nf_conntrack_max 150" event "$predicted" "$(completed)"
expect_equal "overflows of the accept queue" "$overflows" "$(netstat_counter ListenOverflows)"
dmesg | grep -q 'table full' || fail "the kernel's table was not full"
expect_equal "the limit of the prediction" net.netfilter.nf_conntrack_max "$predicted_by"
expect_near "completed clients" "$predicted" "$(completed)" 5
expect_verdict net.netfilter.nf_conntrack_max "client server path" 150
panel_stop
