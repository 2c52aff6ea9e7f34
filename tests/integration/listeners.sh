#!/usr/bin/env bash
# GET /listeners: the servers of this machine, as targets of a run.
source "$(dirname -- "$0")/lib.sh"

# Starts a server of Node.js that listens at HOST; sets $port.
listen_at() { # HOST
    exec {said}< <(exec node -e '
        const server = require("net").createServer().on("error", () => console.log("none"));
        server.listen(0, process.argv[1], () => console.log(server.address().port));' "$1")
    server_pid=$!
    background+=("$server_pid")
    read -r -t 20 port <&"$said" || fail "the server does not start"
}

expect_listener() { # ADDRESS
    api GET /listeners
    expect_status 200
    # By process: another program can have the same port at another address. Some name their main thread.
    expect ".listeners[] | select(.pid == $server_pid) | [.address, .port, .program[:4], .processes, .exchange]" \
        "[\"$1\",$port,\"node\",1,\"http\"]"
}

panel_start

begin "a server on loopback, with its program, its process and the exchange that it most likely replies to"
listen_at 127.0.0.1
expect_listener "127.0.0.1:$port"

begin "one on all addresses is given with the loopback address"
listen_at 0.0.0.0
expect_listener "127.0.0.1:$port"
run_do "{\"mode\":\"event\",\"count\":3,\"exchange\":\"connect\",\"target\":\"127.0.0.1:$port\"}"
expect .totals.completed 3

begin "one of IPv6"
listen_at ::1
if [[ $port == none ]]; then
    skip_part "a server of IPv6" "there is no ::1"
else
    expect_listener "[::1]:$port"
fi

begin "the panel's own are left out"
api GET /listeners
expect "[.listeners[] | select(.address == \"$listen_host:$http_port\" or .address == \"$listen_host:$time_port\")]" '[]'

panel_stop
