#!/usr/bin/env bash
# hostile.sh [CONNECTIONS of each kind]: clients that attack the panel. It still answers everybody else, answers nonsense
# with an error or closes, keeps no descriptor of it, and goes on.
source "$(dirname -- "$0")/lib.sh"

here=$(dirname -- "$(readlink -f -- "$0")")
ulimit -n "$(ulimit -H -n)"
panel_start --model epoll
node "$here/hostile.mjs" "$url" "$panel_pid" "${1:-300}"
run_do '{"mode":"thread","count":20}'
expect_all_completed 20
panel_stop
