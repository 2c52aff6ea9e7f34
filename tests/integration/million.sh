#!/usr/bin/env bash
# ./run million, with few clients: they are held at the same time by several processes, and both sides agree.
source "$(dirname -- "$0")/lib.sh"
source "$(dirname -- "$0")/mpi_lib.sh"

million() { # CLIENTS: the table goes to $work/table
    node "$(dirname -- "$0")/../bench/million.mjs" --build "${KONEKSI%/*}" "$1" >"$work/table" 2>"$work/err"
}

figure() { # WHAT
    sed -n "s/^| $1 | \\(.*\\) |\$/\\1/p" "$work/table"
}

begin "each client is held, and the servers have accepted each"
needs_descriptors 1500
ulimit -n 1500 # descriptors for three processes
million 2000 || fail "it failed: $(cat -- "$work/err" "$work/table")"
expect_equal "the ranks" "3, 3" "$(figure 'ranks, and TIME servers')"
expect_equal "what became of the clients" "2,000, 0, 0" "$(figure 'completed, failed, not started')"
expect_equal "what the servers accepted" "2,000" "$(figure 'accepted by the servers')"
expect_equal "the most at the same time" "2,000" "$(figure 'most connections at the same time, counted by the ranks')"

begin "what has no room is refused, and says what it would take"
code=0
million 99999999 || code=$?
expect_equal "the exit status" 3 "$code"
[[ $(<"$work/err") == "million: "*" would take "* ]] || fail "it says: $(<"$work/err")"
