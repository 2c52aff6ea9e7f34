#!/usr/bin/env bash
# The command lines of both programs: options, exit codes, output.
source "$(dirname -- "$0")/lib.sh"
modes_of_this_machine

try() { # WANTED_CODE PROGRAM [ARGUMENT...]: leaves $work/out and $work/err
    local code=0
    "${@:2}" >"$work/out" 2>"$work/err" </dev/null || code=$?
    ((code == $1)) || fail "expected exit code $1 of: ${*:2}; got $code: $(cat "$work/out" "$work/err")"
}

said() { # FILE PATTERN
    grep -qE -- "$2" "$work/$1" || fail "expected $2 in: $(cat "$work/$1")"
}

begin "--help and --version"
try 0 "$KONEKSI" --help
for option in --http --time --no-http --db --model --backlog --workers --token-file --allow-target --hostfile --log-connections; do
    said out "$option"
done
try 0 "$KONEKSI" --version
said out '^koneksi [0-9]+\.[0-9]+\.[0-9]+( \([0-9a-f]{7,}\))?$'
version=$(cut -d ' ' -f 2- "$work/out")
try 0 "$KONEKSI_LOAD" --version
expect_equal "version of koneksi-load" "koneksi-load $version" "$(cat "$work/out")"
try 0 "$KONEKSI_LOAD" --help
for option in --mode --count --pool-size --hold --requests --request --timeout-ms --stack-kib --target --limits-nofile --allow-target --json; do
    said out "$option"
done

begin "one load generator is one rank"
try 2 "$KONEKSI_LOAD" --mode event --count 5 --ranks 2
said err 'mpirun -n 2 koneksi-load-mpi'

begin "a report that cannot be written is exit code 3, on a full disk and at RLIMIT_FSIZE"
panel_start --model epoll
for json in "" --json; do
    code=0
    "$KONEKSI_LOAD" --mode event --count 5 --target "$listen_host:$time_port" $json >/dev/full 2>"$work/err" || code=$?
    expect_equal "exit code on a full disk" 3 "$code"
    said err '^koneksi-load: the report cannot be written: ENOSPC'
    [[ -z $KONEKSI_SANITIZE ]] || continue # their runtimes write before the program begins
    code=0
    (ulimit -f 0 && exec "$KONEKSI_LOAD" --mode event --count 5 --target "$listen_host:$time_port" $json) \
        >"$work/report" 2>/dev/null || code=$?
    expect_equal "exit code at RLIMIT_FSIZE" 3 "$code"
done
panel_stop

begin "wrong usage is exit code 2, and the message names the option"
try 2 "$KONEKSI" --nonsense
said err nonsense
try 2 "$KONEKSI" nonsense
said err 'there is no command "nonsense"'
try 2 "$KONEKSI" --http nowhere
said err http
try 2 "$KONEKSI" --backlog 0
said err backlog
try 2 "$KONEKSI" stray
try 2 "$KONEKSI_LOAD"
try 2 "$KONEKSI_LOAD" --mode thread
said err count
try 2 "$KONEKSI_LOAD" --mode thread --count 0
said err count
try 2 "$KONEKSI_LOAD" --mode threads --count 5
said err mode
try 2 "$KONEKSI_LOAD" --mode thread --count 5 --nonsense 1
try 2 "$KONEKSI_LOAD" --mode event --count 5 --exchange redis --path /x
said err 'path has no effect with exchange redis, only with http'

begin "a file that is not a database is left unchanged"
printf 'no database at all, and long enough to have a header of a hundred bytes %s\n' "$(printf '%0100d' 0)" >"$work/text"
cp "$work/text" "$work/text.before"
try 1 "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$work/text"
said err 'text'
cmp "$work/text" "$work/text.before"

panel_start
target=127.0.0.1:$time_port

if [[ -z $KONEKSI_SANITIZE ]]; then
    begin "koneksi-load maps no shared library: each fork would copy it"
    "$KONEKSI_LOAD" --mode process --count 1000 --rate 10 --target "$target" >/dev/null </dev/null &
    background+=($!)
    for ((look = 0; look < 200; look++)); do
        grep -q 'koneksi-load$' "/proc/${background[-1]}/maps" && grep -q '\[heap\]' "/proc/${background[-1]}/maps" && break
        sleep 0.02
    done
    ((look < 200)) || fail "koneksi-load did not start"
    if grep -F '.so' "/proc/${background[-1]}/maps" >"$work/out"; then
        fail "$(cat "$work/out")"
    fi
    kill "${background[-1]}"
    wait "${background[-1]}" || true

    begin "a target by host name"
    try 0 "$KONEKSI_LOAD" --mode process --count 40 --target "localhost:$time_port"
fi

begin "koneksi-load asks no module of /etc/nsswitch.conf for a name: another libc's would end it"
printf 'hosts: none_such\n' >"$work/nsswitch.conf"
printf '127.0.0.1 somewhere.test\n' >"$work/hosts"
in_namespace=(unshare --user --map-root-user --mount bash -c
    'mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && mount --bind "$0/hosts" /etc/hosts && exec "$@"' "$work")
if "${in_namespace[@]}" true 2>/dev/null; then
    ! "${in_namespace[@]}" getent hosts somewhere.test >/dev/null || fail "this machine ignores /etc/nsswitch.conf"
    try 0 "${in_namespace[@]}" "$KONEKSI_LOAD" --mode thread --count 4 --target "somewhere.test:$time_port"
else
    skip_part "modules of names" "mount namespaces are not permitted, or there is no /etc/nsswitch.conf"
fi

begin "all completed: exit code 0 and a summary"
for mode in "${modes[@]}"; do
    try 0 "$KONEKSI_LOAD" --mode "$mode" --count 40 --target "$target"
    said out '^All 40 clients completed\.$'
    said out '^client +[0-9.]+ [mun]?s '
    [[ ! -s $work/err ]] || fail "standard error: $(cat "$work/err")"
done

begin "some failed: exit code 1, and the summary names the error"
try 1 "$KONEKSI_LOAD" --mode thread --count 200 --hold --limits-nofile 64 --target "$target"
said out '^[0-9]+ of 200 clients completed; [0-9]+ failed\.$'
said out '^RLIMIT_NOFILE \(64\) on the client side stopped the clients\. .*socket failed with EMFILE'
said out 'first: client [0-9]+ after'

begin "event mode: clients without a descriptor fail while the others are served and free theirs"
try 1 "$KONEKSI_LOAD" --mode event --count 20000 --limits-nofile 40 --target "$target" --json
jq -es '.[-2].totals.completed > 40' "$work/out" >/dev/null || fail "the result is: $(tail -n 2 "$work/out" | head -c 2000)"

begin "progress is one line on the terminal, and not part of the redirected report"
mkfifo "$work/keys"
for columns in 40 80 200; do
    : >"$work/terminal"
    script -qefc "stty cols $columns -echo; '$KONEKSI_LOAD' --mode pool --count 10000000 --target $target >'$work/report'" \
        /dev/null <"$work/keys" >"$work/terminal" &
    terminal=$!
    background=("$terminal")
    exec {keys}>"$work/keys"
    end=$((SECONDS + 30))
    until grep -q '%  ' "$work/terminal"; do
        ((SECONDS < end)) || fail "no progress at $columns columns: $(head -c 2000 "$work/terminal")"
        sleep 0.05
    done
    printf '\003' >&"$keys" # Ctrl-C
    code=0
    wait "$terminal" || code=$?
    exec {keys}>&-
    background=()
    ((code == 1)) || fail "expected exit code 1 after Ctrl-C, got $code"
    tr '\r' '\n' <"$work/terminal" | sed 's/\x1b\[K//' >"$work/lines_drawn"
    grep -qE '^\[[#.]+\] +[0-9]+%  [0-9,]+/10,000,000|^ +[0-9]+%  [0-9,]+/10,000,000' "$work/lines_drawn" ||
        fail "no progress at $columns columns: $(head -c 2000 "$work/terminal")"
    awk -v most="$columns" 'length($0) >= most { exit 1 }' "$work/lines_drawn" ||
        fail "a line is too long for $columns columns: $(head -c 2000 "$work/lines_drawn")"
    grep -q 'the run was cancelled' "$work/terminal" || fail "the cancel is not reported: $(tail -c 500 "$work/terminal")"
    grep -q ' never started\.$' "$work/report" || fail "the report is: $(cat "$work/report")"
    if grep -q '[[:cntrl:]]' "$work/report"; then
        fail "control characters in the report"
    fi
done

begin "a target where nobody listens"
try 1 "$KONEKSI_LOAD" --mode thread --count 3 --target 127.0.0.1:1 # a reserved port, tcpmux, on loopback
said out ECONNREFUSED
said out "The target is 127.0.0.1:1. Start the server there"

begin "--json writes the line protocol"
try 0 "$KONEKSI_LOAD" --mode process --count 60 --target "$target" --json
jq -es 'all(.v == 1)' "$work/out" >/dev/null || fail "not every line has v 1"
jq -es '.[0].type == "start" and .[-1].type == "end" and .[-2].type == "result"' "$work/out" >/dev/null ||
    fail "the lines are: $(jq -r .type "$work/out" | tr '\n' ' ')"
jq -es '[.[].type] | unique - ["start", "sample", "error", "log", "result", "end"] == []' "$work/out" >/dev/null ||
    fail "the lines are: $(jq -r .type "$work/out" | tr '\n' ' ')"
jq -es '.[-1].status == "completed" and .[-2].totals.completed == 60 and .[-2].totals.failed == 0' "$work/out" \
    >/dev/null || fail "the result is: $(tail -n 2 "$work/out")"
try 1 "$KONEKSI_LOAD" --mode thread --count 200 --hold --limits-nofile 64 --target "$target" --json
jq -es '([.[] | select(.type == "error")] | length >= 100) and
        (.[-2] | (.totals.failed == ([.errors[].count] | add)) and .totals.completed + .totals.failed == 200)' \
    "$work/out" >/dev/null || fail "the result is: $(tail -n 2 "$work/out" | head -c 2000)"

begin "--summary json writes one object of the shape of koneksi run --json"
members='[paths | map(if type == "number" then 0 else . end) | join(".")] | unique
    | map(select(test("^(cpu|environment|host|server|server_process|resolved)[.]") | not))'
try 1 "$KONEKSI_LOAD" --mode thread --count 200 --hold --limits-nofile 64 --target "$target" --summary json
expect_equal "lines" 1 "$(wc -l <"$work/out")"
jq -e '.status == "completed" and .totals.completed + .totals.failed == 200 and .verdict.name == "RLIMIT_NOFILE" and
    .id == null and .host == null and .latency_us.client.p99 > 0' "$work/out" >/dev/null || fail "it is: $(cat "$work/out")"
own=$(jq -c "$members" "$work/out")
"$KONEKSI" run --mode thread --count 200 --hold --limits-nofile 64 --json >"$work/panels" 2>/dev/null || true
expect_equal "its members" "$(jq -c "$members" "$work/panels")" "$own"

begin "the end of standard input ends koneksi-load and its client processes"
mkfifo "$work/stdin" "$work/lines"
exec {holder}<>"$work/lines"
kill -STOP "$panel_pid" # the kernel still takes the connections: all clients wait for a reply
"$KONEKSI_LOAD" --mode process --count 60 --timeout-ms 600000 --target "$target" --json <"$work/stdin" >"$work/lines" \
    2>"$work/err" &
generator=$!
background=("$generator")
exec {input}>"$work/stdin"
until read -r -t 30 line <&"$holder" && [[ $line == *'"type":"sample"'* ]] &&
    jq -e '.totals.connected == 60' <<<"$line" >/dev/null; do
    [[ -n $line ]] || fail "no sample came"
done
cat <&"$holder" {input}>&- >/dev/null & # it must not be stopped by a full pipe
background+=("$!")
mapfile -t clients < <(descendants "$generator")
((${#clients[@]} == 60)) || fail "expected 60 client processes, got ${#clients[@]}"
exec {input}>&-
wait "$generator" || true
expect_gone alive "${clients[@]}"
kill -CONT "$panel_pid"
kill "${background[1]}"
exec {holder}>&-
background=()

for mode in pool process; do
    begin "$mode: SIGTERM is a cancel"
    : >"$work/cancelled" # what is awaited in it must not be the mode's before
    "$KONEKSI_LOAD" --mode "$mode" --count 10000000 --target "$target" --json </dev/null >"$work/cancelled" 2>"$work/err" &
    generator=$!
    background=("$generator")
    end=$((SECONDS + 30))
    until grep -q '"type":"sample"' "$work/cancelled"; do
        ((SECONDS < end)) || fail "no sample came"
        sleep 0.05
    done
    kill -TERM "$generator"
    code=0
    wait "$generator" || code=$?
    background=()
    ((code == 1)) || fail "expected exit code 1 of a cancelled run, got $code"
    tail -n 1 "$work/cancelled" | jq -e '.type == "end" and .status == "cancelled"' >/dev/null ||
        fail "the last line is: $(tail -n 1 "$work/cancelled")"
done

panel_stop
