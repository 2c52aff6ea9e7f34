#!/usr/bin/env bash
# Held processes are alive at the same time, each with a server thread of its own.
source "$(dirname -- "$0")/lib.sh"

count=$(scaled 1000 100)
needs_descriptors $((count + 200))
panel_start

begin "$count processes hold $count connections at the same time"
run_do "{\"mode\":\"process\",\"count\":$count,\"hold\":true}"
expect_all_completed "$count"
expect .peaks.client_processes "$count"
expect .peaks.client_connections "$count"
expect_that '.peaks.server_threads >= $count and .peaks.server_connections == $count' --argjson count "$count"

begin "no process and no connection is left"
expect_gone descendants "$panel_pid"
api GET /server
expect .live 0

panel_stop
