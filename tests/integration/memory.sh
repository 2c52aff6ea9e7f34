#!/usr/bin/env bash
# What a client costs in memory: nothing after its end, little while it holds its connection.
source "$(dirname -- "$0")/lib.sh"

needs_descriptors 8000

load() { # FILE OPTION...: leaves the generator's lines in $work/FILE
    "$KONEKSI_LOAD" --json --target "127.0.0.1:$time_port" "${@:2}" </dev/null >"$work/$1" ||
        fail "koneksi-load ${*:2} failed: $(tail -n 2 -- "$work/$1")"
}

# The peaks of the generator: bytes in memory, and open connections of its clients.
most() { # FILE
    jq -rs '[.[] | select(.type == "sample")] | [([.[].rss] | max), ([.[].connections] | max)] | join(" ")' -- "$work/$1"
}

panel_start --model epoll

begin "the panel gives back what a run took"
own_kib() {
    sed -nE 's/^RssAnon:\s*([0-9]+) kB$/\1/p' "/proc/$panel_pid/status"
}
run_do '{"mode":"pool","count":100}'
before=$(own_kib)
for _ in {1..5}; do
    run_do '{"mode":"pool","count":100}'
done
printf '  %s KiB, and after five more runs %s KiB\n' "$before" "$(own_kib)"
(($(own_kib) < before + 3072)) || fail "$before KiB grew to $(own_kib)"

begin "three hundred thousand clients of a pool take no more memory than fifty thousand"
load few --mode pool --count 50000
load many --mode pool --count 300000
read -r few _ < <(most few)
read -r many _ < <(most many)
printf '  %s bytes and %s bytes\n' "$few" "$many"
# The later clients touch a few more pages of the histograms; a byte for each client would be 250,000.
(((many - few) * 2 <= 250000)) || fail "$few bytes grew to $many"

held() { # MODE MOST_BYTES
    begin "$1: a client that holds its connection takes at most $2 bytes"
    local few few_open many many_open each
    # All are held for a short time only: a sample meets most of them, so the cost of each is slightly overestimated.
    load held --mode "$1" --count 1000 --hold
    read -r few few_open < <(most held)
    load held --mode "$1" --count 7000 --hold
    read -r many many_open < <(most held)
    ((many_open >= few_open + 3000)) || fail "the samples missed them: $few_open of 1000 and $many_open of 7000"
    each=$(((many - few) / (many_open - few_open)))
    printf '  %s bytes each\n' "$each"
    ((each > 0 && each <= $2)) || fail "$each bytes each"
}
held thread 24576
held event 1024
panel_stop

begin "process: a client that holds its connection has at most 130 KiB of its own"
# A server leaves the first client beyond its budget without a reply, so the others hold.
panel_with 'ulimit -n 200' --model epoll
api GET /server
clients=$(($(jq .budget -- "$body") + 1))
: >"$work/lines"
"$KONEKSI_LOAD" --json --mode process --count "$clients" --hold --target "127.0.0.1:$time_port" </dev/null >"$work/lines" &
generator=$!
background=("$generator")
end=$((SECONDS + 30))
until jq -se '[.[] | select(.type == "sample" and .connections == '"$clients"')] | length > 0' <"$work/lines" >/dev/null; do
    ((SECONDS < end)) || fail "the clients did not connect"
    sleep 0.05
done
mapfile -t processes < <(descendants "$generator")
private=0
for pid in "${processes[@]}"; do
    private=$((private + $(awk '/^Private/ { sum += $2 } END { print sum }' "/proc/$pid/smaps_rollup")))
done
kill -TERM "$generator"
wait "$generator" || true
background=()
printf '  %s KiB each of %s processes\n' "$((private / ${#processes[@]}))" "${#processes[@]}"
((${#processes[@]} == clients)) || fail "expected $clients client processes, got ${#processes[@]}"
((private <= 130 * clients)) || fail "$private KiB of $clients processes"
panel_stop 'the descriptor budget is used up'
