#!/usr/bin/env bash
# An answer is whole, or visibly cut, when what it reads is deleted meanwhile.
source "$(dirname -- "$0")/lib.sh"

runs=40000 # their table is longer than what the sockets and pipes between the panel and this script hold

panel_start
panel_stop
sqlite3 -batch "$db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $runs)
    INSERT INTO runs (status, created_ms, mode, count, pool_size, hold, requests, timeout_ms, stack_kib, target, label,
        duration_us, started, connected, completed, failed, not_started)
    SELECT 'completed', i, 'event', 10 + i % 7, 8, 1, 1, 30000, 64, 'builtin', 'run ' || (i % 100), 5000, 10 + i % 7,
        10 + i % 7, 10 + i % 7, 0, 0 FROM n"
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
begin_readers() { # COUNT PATH
    local i
    readers=()
    for ((i = 0; i < $1; i++)); do
        begin_reading "readers[$i]" "$2"
    done
}

end_readers() {
    local descriptor
    for descriptor in "${readers[@]}"; do
        exec {descriptor}<&-
    done
}

# All read at the same time: the panel ends a download of which nothing is read for long.
expect_whole() { # COUNT of the readers
    local descriptor
    local -a ends=()
    for descriptor in "${readers[@]}"; do
        tail -n 1 <&"$descriptor" >"$work/end.$descriptor" &
        ends+=("$!")
    done
    wait "${ends[@]}"
    expect_equal "the downloads that were complete" "$1" \
        "$(for descriptor in "${readers[@]}"; do cat -- "$work/end.$descriptor"; done | grep -cx 'exit 0')"
}

# Whether the panel still has the connection of this descriptor open: a closed one belongs to no file any more.
panel_holds() { # DESCRIPTOR
    local inode
    inode=$(readlink -- "/proc/$$/fd/$1")
    inode=${inode//[!0-9]/}
    awk -v inode="$inode" '$10 == inode { ends = $3 " " $2 } { inode_of[$2 " " $3] = $10 }
        END { exit inode_of[ends] + 0 == 0 }' /proc/net/tcp
}

if [[ -n $KONEKSI_SANITIZE ]]; then
    skip_part "which of several downloads is cut" "with a sanitizer the panel is slower than their readers"
    panel_stop 'a download was cut off: '
    exit 0
fi

begin "of more than three downloads at the same time, three are complete and the others are cut"
by_count='/runs.csv?sort=count&order=asc'
exec {slow}<>"/dev/tcp/127.0.0.1/${url##*:}"
printf 'GET %s HTTP/1.1\r\nHost: %s\r\n\r\n' "$by_count" "${url#http://}" >&"$slow"
IFS= read -r -u "$slow" _
panel_holds "$slow" || fail "the panel has not the connection that asks"
begin_readers 5 "$by_count"
delete_some 5 5
expect_whole 3
end_readers

begin "the place of a download that was cut is free, though its client has not read the rest"
end=$((SECONDS + 60))
while panel_holds "$slow"; do
    read_some=$(head -c 8192 <&"$slow" | wc -c)
    ((read_some > 0 && SECONDS < end)) || fail "the slow reader was not cut"
done
rest=$(tail -c 5 <&"$slow" | od -An -c)
[[ -n $rest ]] || fail "all was read before it was cut"
[[ ! $rest =~ 0\ +\\r\ +\\n\ +\\r\ +\\n ]] || fail "an incomplete answer has a last chunk"
exec {slow}>&-

begin "a list filtered by text or status is cut when a run is renamed meanwhile"
for filter in 'q=run' 'status=completed'; do
    begin_readers 4 "/runs.csv?$filter"
    api PATCH /runs/9 --json '{"label":"run renamed"}'
    expect_status 200
    expect_whole 3
    end_readers
done

begin "a list in the order of its runs is not"
begin_readers 4 /runs.csv
api PATCH /runs/9 --json '{"label":"run 9"}'
expect_status 200
expect_whole 4
end_readers

begin "a download that is refused costs no other its moment"
begin_readers 16 /runs.csv # as many as there may be; three of them have a moment of their own
for ((i = 0; i < 3; i++)); do
    api GET /runs.csv
    expect_status 503
done
delete_some 6 6
expect_whole 3
end_readers
panel_stop 'a download was cut off: '
