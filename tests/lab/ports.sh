#!/usr/bin/env bash
# The port range: all ports of one address pair.
source "$(dirname -- "$0")/lib.sh"

ip addr add 10.1.1.1/24 dev lo
panel_start --allow-target 10.1.1.1:45001
"$KONEKSI" --no-http --time 10.1.1.1:45001 --model epoll --db "$work/target.db" >"$work/target" &
background+=("$!")
until [[ -s $work/target ]]; do
    sleep 0.1
done

setting net/ipv4/ip_local_port_range "50000 50199" # from here on, so that no listener has a port of it

begin "a run stops where the ports of its address pair end"
predict event 'count=1000&hold=true&target=10.1.1.1:45001'
lab_run '{"mode":"event","count":1000,"hold":true,"timeout_ms":6000,"target":"10.1.1.1:45001"}'
row "200 ports" event "$predicted" "$(completed)"
expect_near "completed clients" "$predicted" "$(completed)" 1
expect_verdict net.ipv4.ip_local_port_range client 200
panel_stop
