# shellcheck shell=bash
# What the integration tests share: a real panel on free ports in a folder of its own, requests, assertions.
# A test sources this file, then: panel_start; api GET /runs; expect_status 200; expect '.runs | length' 0; panel_stop.
# A failed assertion ends the test and prints what was expected and what came. No process of a test outlives it.
set -euo pipefail

: "${KONEKSI:?path of the panel}" "${KONEKSI_LOAD:?path of the load generator}"
: "${KONEKSI_DIVIDE:=1}" "${KONEKSI_SANITIZE:=}"

work=$(mktemp -d "${TMPDIR:-/tmp}/koneksi test.XXXXXX")
db=$work/koneksi.db
listen_host=127.0.0.1
body=$work/body
headers=$work/headers
modes_file=$(dirname -- "${BASH_SOURCE[0]}")/../../loadgen/contract/modes.def # a machine of the lab has no sources
[[ ! -e $modes_file ]] || mapfile -t modes < <(sed -n 's/^MODE([A-Z]*, \([a-z]*\),.*/\1/p' "$modes_file")
panel_pid=
panel_output=
url=
http_port=
time_port=
status=
declare -a background=() groups=()
source "$(dirname -- "${BASH_SOURCE[0]}")/processes_lib.sh"

fail() {
    printf 'FAILED at %s:%s: %s\n' "${BASH_SOURCE[1]##*/}" "${BASH_LINENO[0]}" "$1" >&2
    local depth
    for ((depth = 2; depth < ${#FUNCNAME[@]}; depth++)); do
        printf '  called from %s:%s\n' "${BASH_SOURCE[depth]##*/}" "${BASH_LINENO[depth - 1]}" >&2
    done
    exit 1
}

# --- what this machine does not permit: ./run test lists each such line, with its reason ---

skip_part() { # WHAT WHY: the test goes on without it
    printf 'SKIPPED: %s: %s\n' "$1" "$2"
}

skip_test() { # WHY: ends the test, which then counts as skipped
    printf 'SKIPPED: %s\n' "$1"
    exit 77
}

descriptors_suffice() { # COUNT that one program needs; the programs raise their soft limit to the hard one
    local most
    most=$(ulimit -Hn)
    [[ $most == unlimited ]] || ((most >= $1))
}

# Leaves out of `modes` what this machine has not. For tests that go through all of them.
modes_of_this_machine() {
    local refused
    refused=$("$KONEKSI" limits --json | jq -r '.unavailable | keys | join(" ")')
    [[ -z $refused ]] || skip_part "mode $refused" "this machine does not permit it"
    mapfile -t modes < <(printf '%s\n' "${modes[@]}" | grep -vxF "${refused:-none}")
}

needs_descriptors() { # COUNT
    descriptors_suffice "$1" || skip_test "needs $1 open files, and the hard limit (ulimit -Hn) is $(ulimit -Hn)"
}

clean_up() {
    local code=$? pid
    for pid in "${background[@]}" $panel_pid; do
        kill -KILL "$pid" 2>/dev/null || true
    done
    if ((code != 0 && code != 77)) && [[ -s $work/panel.err ]]; then
        printf -- '--- standard error of the panel\n' >&2
        tail -n 60 "$work/panel.err" >&2
    fi
    for group in "${groups[@]}"; do
        for _ in {1..50}; do # until the kernel has reaped what was in it
            rmdir "$group" 2>/dev/null && break
            sleep 0.1
        done
    done
    rm -rf -- "$work"
}
trap clean_up EXIT

# gojq starts in a sixth of jq's time, and the tests start it thousands of times. It sorts members by name.
jq() {
    gojq "$@"
}

model_is_usable() { # MODEL: says why where it is not
    : >"$work/model" # of an earlier call
    "$KONEKSI" --no-http --time "$listen_host:0" --model "$1" >>"$work/model" 2>&1 &
    local pid=$!
    until grep -q . "$work/model"; do
        sleep 0.01
    done
    kill "$pid" 2>/dev/null || true
    wait "$pid" || true
    grep -q '^koneksi ready' "$work/model" && return
    skip_part "the model $1" "$(<"$work/model")"
    return 1
}

begin() { # what the next lines show
    printf '%s\n' "- $1"
}

# A count for this build: the classic one in release, less of it under a sanitizer.
scaled() { # COUNT [at least]
    local count=$(($1 / KONEKSI_DIVIDE))
    ((count >= ${2:-1})) || count=${2:-1}
    printf '%s' "$count"
}

now_ms() {
    local now=${EPOCHREALTIME/[.,]/}
    printf '%s' "$((now / 1000))"
}

# --- the panel ---

# Starts it on free ports and waits for its ready line.
panel_start() { # [OPTION...]
    local line pipe=$work/stdout
    rm -f -- "$pipe"
    mkfifo -- "$pipe"
    "$KONEKSI" --http "$listen_host:0" --time "$listen_host:0" --db "$db" "$@" >"$pipe" 2>"$work/panel.err" </dev/null &
    panel_pid=$!
    exec {panel_output}<"$pipe"
    read -r -t 30 line <&"$panel_output" || fail "the panel printed no ready line"
    [[ $line =~ ^koneksi\ ready\ http=([^ ]+):([0-9]+)\ time=([^ ]+):([0-9]+)\ db=(.+)$ ]] ||
        fail "expected the ready line, got: $line"
    http_port=${BASH_REMATCH[2]}
    time_port=${BASH_REMATCH[4]}
    url=http://$listen_host:$http_port
    [[ ${BASH_REMATCH[1]} == "$listen_host" && ${BASH_REMATCH[3]} == "$listen_host" && ${BASH_REMATCH[5]} == "$db" ]] ||
        fail "expected $listen_host and db=$db, got: $line"
}

panel_with() { # SHELL_COMMANDS OPTION...: a panel that a shell becomes after those commands
    local -r program=$KONEKSI
    local KONEKSI=$work/confined # for panel_start
    printf '#!/usr/bin/env bash\n%s\nexec "%s" "$@"\n' "$1" "$program" >"$KONEKSI"
    chmod 755 "$KONEKSI"
    panel_start "${@:2}"
}

# SIGTERM ends it within five seconds with exit code 0. It has written nothing to standard error but lines that match the
# optional regular expression.
panel_stop() { # [allowed standard error]
    local began code=0
    began=$(now_ms)
    kill -TERM "$panel_pid"
    wait "$panel_pid" || code=$?
    panel_pid=
    ((code == 0)) || fail "expected exit code 0 after SIGTERM, got $code"
    local took=$(($(now_ms) - began))
    [[ -n $KONEKSI_SANITIZE ]] || ((took < 5000)) || fail "stopping took $took ms"
    exec {panel_output}<&-
    stderr_is_clean "${1-}"
}

panel_kill() {
    kill -KILL "$panel_pid"
    wait "$panel_pid" 2>/dev/null || true
    panel_pid=
    exec {panel_output}<&-
}

stderr_is_clean() { # [allowed]
    local unexpected
    unexpected=$(grep -vE -- "${1:-^$}" "$work/panel.err" || true)
    [[ -z $unexpected ]] || fail "unexpected standard error:"$'\n'"$unexpected"
}

# --- requests ---

curl_quiet() {
    curl -q -sS --noproxy '*' --max-time 100 "$@"
}

# Sets $status and leaves the answer in the files $body and $headers.
api() { # METHOD PATH [curl options...]
    status=$(curl_quiet -X "$1" -o "$body" -D "$headers" -w '%{http_code}' "${@:3}" "$url$2") ||
        fail "no answer to $1 $2"
}

header() { # NAME: its value in the last answer
    sed -nE "s/^$1: *(.*)\r\$/\1/Ip" "$headers"
}

answer() { # the last answer, for messages
    head -c 2000 -- "$body"
}

expect_status() { # CODE
    [[ $status == "$1" ]] || fail "expected status $1, got $status: $(answer)"
}

expect_header() { # NAME VALUE
    [[ $(header "$1") == "$2" ]] || fail "expected $1: $2, got: $(cat -- "$headers")"
}

# A jq filter of the last answer gives this value.
expect() { # FILTER VALUE
    local got
    got=$(jq -rc "$1" -- "$body") || fail "jq '$1' fails on: $(answer)"
    [[ $got == "$2" ]] || fail "expected $1 = $2, got: $got"$'\n'"$(answer)"
}

# A jq condition holds for the last answer.
expect_that() { # CONDITION [jq options...]
    jq -e "${@:2}" "$1" -- "$body" >/dev/null || fail "expected $1 to hold for: $(answer)"
}

expect_equal() { # WHAT EXPECTED GOT
    [[ $2 == "$3" ]] || fail "expected $1 = $2, got: $3"
}

expect_error() { # STATUS FIELD ("null" when the error is about none)
    expect_status "$1"
    expect '.error.field // "null"' "$2"
    expect_that '.error | (.code | length > 0) and (.message | length > 0)'
}

csv_column() { # NAME: of the CSV in the last answer, whose cells have no commas
    awk -F, -v name="$1" '{ sub(/\r$/, "") }
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' "$body" | paste -sd ' '
}

# --- runs ---

run_submit() { # JSON: prints nothing, sets $run
    api POST /runs --json "$1"
    expect_status 201
    run=$(jq -r .id -- "$body")
    expect_header Location "/runs/$run"
}

# Polls the run until the condition holds; leaves that answer in $body.
run_until() { # ID CONDITION [seconds]
    local end=$((SECONDS + ${3:-120}))
    while api GET "/runs/$1" && expect_status 200 && ! jq -e "$2" -- "$body" >/dev/null; do
        ((SECONDS < end)) || fail "run $1: timed out waiting for $2: $(answer)"
        sleep 0.05
    done
}

run_over() { # ID [seconds]
    run_until "$1" '.status | IN("queued", "running") | not' "${2:-120}"
}

# Submits a run and waits for its end; leaves it in $body and its id in $run.
run_do() { # JSON [seconds]
    run_submit "$1"
    run_over "$run" "${2:-120}"
}

expect_sums() { # every client of the run in $body is accounted for
    expect_that '.totals | .completed + .failed == .started'
    expect_that '.count == (.totals | .completed + .failed + .not_started)'
    expect_that '([.errors[].count] | add // 0) == .totals.failed'
}

expect_all_completed() { # COUNT
    expect .status completed
    expect .totals.completed "$1"
    expect .totals.failed 0
    expect .totals.not_started 0
    expect .server.accepted "$1"
    expect_sums
}

# --- experiments ---

experiment_submit() { # JSON: sets $experiment
    api POST /experiments --json "$1"
    expect_status 201
    experiment=$(jq -r .id -- "$body")
    expect_header Location "/experiments/$experiment"
    expect .status queued
}

# Polls $experiment until the condition holds; leaves that answer in $body.
experiment_until() { # CONDITION [seconds]
    local end=$((SECONDS + ${2:-300}))
    while api GET "/experiments/$experiment" && expect_status 200 && ! jq -e "$1" -- "$body" >/dev/null; do
        ((SECONDS < end)) || fail "experiment $experiment: timed out waiting for $1: $(answer)"
        sleep 0.05
    done
}

experiment_over() { # [seconds]
    experiment_until '.status | IN("queued", "running") | not' "${1:-300}"
}

experiment_do() { # JSON [seconds]: the experiment is in $body
    experiment_submit "$1"
    experiment_over "${2:-300}"
    expect .status completed
}

# --- the TIME server on the wire ---

time_connect() { # NAME of the variable that gets the descriptor
    exec {connected}<>"/dev/tcp/$listen_host/$time_port"
    printf -v "$1" '%s' "$connected"
}

time_close() { # DESCRIPTOR
    local descriptor=$1
    exec {descriptor}>&-
}

time_send() { # DESCRIPTOR: one request
    printf 'TIME\r\n' >&"$1"
}

time_receive() { # DESCRIPTOR: the reply to one request, within 20 s
    local reply=
    IFS= read -r -t 20 reply <&"$1" || fail "no reply"
    [[ $reply =~ ^JAM\ [0-9:]{8}$'\r'$ ]] || fail "expected JAM hh:mm:ss, got: $reply"
}

time_ask() { # DESCRIPTOR
    time_send "$1"
    time_receive "$1"
}

metric() { # NAME, with its labels: its value in the last answer
    local value
    value=$(awk -v name="$1" '$1 == name { print $2 }' "$body")
    [[ -n $value ]] || fail "there is no metric $1"
    printf '%s' "$value"
}

# --- control groups ---

# Makes a cgroup with that controller, version 1 or 2. Leaves it in $group and its limit in $group_file; fails where none
# can be made.
make_group() { # CONTROLLER FILE of the limit...
    local root file
    for root in "/sys/fs/cgroup/$1" /sys/fs/cgroup; do
        group=$root/koneksi-test-$$-$1
        mkdir "$group" 2>/dev/null || continue
        groups+=("$group")
        for file in "${@:2}"; do
            group_file=$group/$file
            [[ -w $group_file && -w $group/cgroup.procs ]] && return 0
        done
    done
    return 1
}
