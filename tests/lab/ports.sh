#!/usr/bin/env bash
# The port range: all ports of one address pair.
source "$(dirname -- "$0")/lib.sh"

start_target
panel_start --allow-target $target

setting net/ipv4/ip_local_port_range "50000 50199" # from here on, so that no listener has a port of it

begin "a run stops where the ports of its address pair end"
predict event "count=1000&hold=true&target=$target"
lab_run "{\"mode\":\"event\",\"count\":1000,\"hold\":true,\"timeout_ms\":6000,\"target\":\"$target\"}"
row "200 ports" event "$predicted" "$(completed)"
expect_near "completed clients" "$predicted" "$(completed)" 1
expect_verdict net.ipv4.ip_local_port_range client 200
panel_stop
