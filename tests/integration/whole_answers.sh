#!/usr/bin/env bash
# An answer is whole, or visibly cut, when what it reads is deleted meanwhile.
source "$(dirname -- "$0")/lib.sh"

runs=40000 # their table is longer than what the sockets and pipes between the panel and this script hold

panel_start
panel_stop
sqlite3 -batch "$db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $runs)
    INSERT INTO runs (status, created_ms, mode, count, pool_size, hold, requests, timeout_ms, stack_kib, target, label,
        duration_us, started, connected, completed, failed, not_started)
    SELECT 'completed', i, 'event', 10 + i % 7, 8, 1, 1, 30000, 64, 'builtin', 'run ' || i % 100, 5000, 10 + i % 7, 10 + i % 7,
        10 + i % 7, 0, 0 FROM n"
panel_start

# Starts a download and reads its first line. Sets the given variable to a descriptor of the rest.
begin_reading() { # VARIABLE PATH
    exec {opened}< <(code=0; curl_quiet -N "$url$2" 2>/dev/null || code=$?; printf '\nexit %s\n' "$code")
    printf -v "$1" '%s' "$opened"
    IFS= read -r -u "$opened" _
}

delete_some() { # FIRST LAST
    local id
    for ((id = $1; id <= $2; id++)); do
        api DELETE "/runs/$id"
        expect_status 204
    done
}

for sort in '?' '?sort=count&order=asc' '?sort=label&order=desc'; do
    begin "/runs.csv$sort has every run that was there when it began, once"
    count=$(sqlite3 -batch "$db" 'SELECT count(*) FROM runs')
    first=$((runs / 2 - count % 100))
    begin_reading rest "/runs.csv$sort"
    delete_some "$first" $((first + 4))
    cat <&"$rest" >"$work/rest"
    exec {rest}<&-
    expect_equal "how curl ended" 'exit 0' "$(tail -n 1 -- "$work/rest")"
    expect_equal "the rows" "$count" "$(grep -c '^[0-9]' -- "$work/rest")"
    expect_equal "the runs" "$count" "$(grep -o '^[0-9]*,' -- "$work/rest" | sort -u | wc -l)"
done

declare -a readers=()
begin "more downloads at the same time than can have a moment of their own: what is incomplete is cut"
for ((i = 0; i < 5; i++)); do
    begin_reading "readers[$i]" '/runs.csv?sort=count&order=asc'
done
delete_some 5 5
cat <&"${readers[0]}" >"$work/first"
cat <&"${readers[4]}" >"$work/last"
expect_equal "how the first ended" 'exit 18' "$(tail -n 1 -- "$work/first")"
expect_equal "how the last ended" 'exit 0' "$(tail -n 1 -- "$work/last")"
for ((i = 0; i < 5; i++)); do
    descriptor=${readers[i]}
    exec {descriptor}<&-
done
panel_stop 'a download was aborted: '
