# shellcheck shell=bash
# What the tests of the lab share. Each is a script that runs twice: on the host it boots a machine (machine/boot.sh),
# which runs the same script again; there it sets a limit of the whole machine, starts the real panel and asks it.
# A script sets machine_memory=MIB before it sources this file where 1,024 MiB are not right for it.
# Functions and assertions are those of integration/lib.sh. Those here that wait for a run start no process meanwhile:
# a process would take of the very limits that are measured, and may not be had at all.
if [[ -z ${KONEKSI_IN_MACHINE-} ]]; then
    lab=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
    exec bash "$lab/machine/boot.sh" "${0##*/}" "${machine_memory-}"
fi
# shellcheck source=tests/integration/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../integration/lib.sh"

group_root=/sys/fs/cgroup
time_wait=06 # its code in /proc/net/tcp

# --- the machine ---

setting() { # PATH below /proc/sys VALUE
    printf '%s\n' "$2" >"/proc/sys/$1" || fail "the kernel does not take $1 = $2"
}

load_modules() { # connection tracking, and iptables
    local module
    while read -r module; do
        insmod "/modules/$module.ko" || fail "insmod $module"
    done </modules/order
}

iptables() {
    xtables-legacy-multi iptables "$@"
}

netstat_counter() { # NAME of TcpExt
    awk -v name="$1" '$1 == "TcpExt:" && !column { for (i = 2; i <= NF; i++) if ($i == name) column = i; next }
        $1 == "TcpExt:" { print $column }' /proc/net/netstat
}

sockets_in() { # STATE, as in /proc/net/tcp, and the PORT of the other end, where only that one counts: those of IPv4
    awk -v state="$1" -v port="${2:+$(printf ':%04X$' "$2")}" \
        '$4 == state && $3 ~ port { n++ } END { print n + 0 }' /proc/net/tcp
}

# Makes the control group `a/b`: its parent takes what a test limits, and the panel goes into it.
nested_group() { # FILE VALUE of the group `a`...
    mkdir -p $group_root/a/b
    printf '+pids +memory +cpu' >$group_root/a/cgroup.subtree_control
    while (($#)); do
        printf '%s' "$2" >"$group_root/a/$1"
        shift 2
    done
}

# --- the panel: for panel_with ---

enter_group='echo $$ >/sys/fs/cgroup/a/b/cgroup.procs'

as_user() { # NAME [RLIMIT_NPROC]: the shell commands, and the database where that user can write it
    chmod 711 "$work"
    mkdir -p "/tmp/$1"
    chown "$1" "/tmp/$1"
    db=/tmp/$1/koneksi.db
    printf -v become '((UID)) || { ulimit -u %s; exec setpriv --reuid %s --regid %s --clear-groups "$0" "$@"; }' \
        "${2:-unlimited}" "$(id -u "$1")" "$(id -g "$1")"
}

# --- a target that is not the panel's own server ---

target=10.1.1.1:45001 # clients of this address do not spread over source addresses: ports count for one pair

start_target() {
    ip addr add "${target%:*}/24" dev lo
    "$KONEKSI" --no-http --time $target --model epoll >"$work/target" &
    background+=("$!")
    until [[ -s $work/target ]]; do
        sleep 0.1
    done
}

# --- a neighbour ---

neighbour=

# Starts a neighbour that takes every task ID that is left as soon as so many sockets are open; lab_run ends it, for
# until then nothing can be started.
neighbour_when() { # SOCKETS
    setsid bash -c 'exec 2>/dev/null {pause}<> <(:)
        until read -r _ _ open _ < <(grep TCP: /proc/net/sockstat) && ((open > $0)); do read -r -t 0.1 -u "$pause"; done
        while :; do sleep 1000 & done' "$1" &
    neighbour=$!
}

end_neighbour() {
    [[ -n $neighbour ]] || return 0
    kill -KILL -- "-$neighbour"
    wait "$neighbour" 2>/dev/null || true
    neighbour=
}

# --- runs ---

# Leaves in $stream a descriptor from which the server-sent events of that path are read.
stream_open() { # PATH
    stream_path=$1
    exec {stream}<>"/dev/tcp/$listen_host/$http_port"
    printf 'GET %s HTTP/1.0\r\nHost: %s:%s\r\n\r\n' "$1" "$listen_host" "$http_port" >&"$stream"
}

# Reads events of that name until one has a status that is final.
stream_over() { # NAME SECONDS
    local line name='' end=$((SECONDS + $2))
    while ((SECONDS < end)); do
        if ! IFS= read -r -t $((end - SECONDS)) line <&"$stream"; then # where files run out, the panel may end it
            exec {stream}<&-
            stream_open "$stream_path"
            continue
        fi
        case $line in
        "event: $1"*) name=yes ;;
        event:*) name= ;;
        data:*'"status":"queued"'* | data:*'"status":"running"'*) ;;
        data:*'"status":"'*) [[ -z $name ]] || break ;;
        esac
    done
    exec {stream}<&-
    ((SECONDS < end)) || fail "no end within $2 s"
}

location() { # of the last answer: leaves the id at its end in $created
    local line
    created=
    while IFS= read -r line; do
        [[ ${line%$'\r'} =~ ^[Ll]ocation:\ .*/([0-9]+)$ ]] && created=${BASH_REMATCH[1]}
    done <"$headers"
    [[ -n $created ]] || fail "expected a Location: $(answer)"
}

lab_run() { # JSON [seconds]: a run; it is in $body when it is over
    api POST /runs --json "$1"
    expect_status 201
    location
    run=$created
    stream_open "/runs/$run/events"
    stream_over run "${2:-90}"
    end_neighbour
    api GET "/runs/$run"
    expect_status 200
    expect_that '.count == (.totals | .completed + .failed + .not_started)'
    expect_that '([.errors[].count] | add // 0) == .totals.failed'
}

lab_ceiling() { # JSON members beside kind [seconds]: a ceiling search; it is in $body when it is over
    stream_open /events
    api POST /experiments --json "{\"kind\":\"ceiling\",$1}"
    expect_status 201
    location
    experiment=$created
    stream_over experiment "${2:-280}"
    api GET "/experiments/$experiment"
    expect_status 200
    expect .status completed
}

predict() { # MODE QUERY: what is predicted for that mode: $predicted clients, by the limit $predicted_by
    api GET "/limits?mode=$1&$2"
    expect_status 200
    predicted=$(jq -r ".predicted.$1.ceiling // \"none\"" -- "$body")
    predicted_by=$(jq -r ".predicted.$1.limit // \"none\"" -- "$body")
}

completed() {
    jq .totals.completed -- "$body"
}

# --- the answer ---

# The verdict of the run or of the ceiling search in $body: name, side, value and certainty, between spaces.
verdict() {
    jq -r '.result.verdict // .result.limit // .verdict // .limit // {}
        | [.name, .side, .value, .certainty] | map(. // "none" | tostring) | join("|")' -- "$body"
}

expect_verdict() { # NAME "SIDE or others..." VALUE ["CERTAINTY or others..."]
    local name side value certainty
    IFS='|' read -r name side value certainty < <(verdict)
    [[ $name == "$1" && " $2 " == *" $side "* && $value == "$3" && " ${4:-proved likely} " == *" $certainty "* ]] ||
        fail "expected the verdict $1, $2, $3, ${4:-proved likely}, got: $name, $side, $value, $certainty: $(answer)"
}

expect_near() { # WHAT PREDICTED MEASURED PERCENT; one client is always within it
    local off=$(($2 > $3 ? $2 - $3 : $3 - $2))
    ((off <= 1 || off * 100 <= $4 * $2)) || fail "expected $1 within $4 % of $2, got: $3: $(answer)"
}

row() { # CONDITION MODE PREDICTED MEASURED: a row of the table in docs/lab.md, by what is in $body
    printf 'row: | %s | %s | %s | %s | %s |\n' "$@" "$(verdict | sed 's/|/, /g')"
}

# A ceiling search on the panel that runs: its ceiling is the predicted one, and its verdict that limit.
expect_ceiling() { # CONDITION NAME SIDE VALUE MODE MAX PERCENT [JSON members, such as ,"timeout_ms":700]
    lab_ceiling "\"mode\":\"$5\",\"max\":$6${8-}"
    local predicted ceiling
    predicted=$(jq '.result.predicted // 0' -- "$body")
    ceiling=$(jq '.result.ceiling // 0' -- "$body")
    row "$1" "$5" "$predicted" "$ceiling"
    expect_verdict "$2" "$3" "$4"
    expect_near "the ceiling" "$predicted" "$ceiling" "$7"
}

# A held run that the OOM killer ends: it had as many clients as predicted, and its verdict is that limit. Clients begin
# so slowly that the last report, a tenth of a second before the kill, has nearly all of them.
expect_killed() { # CONDITION NAME VALUE MODE COUNT PERCENT CERTAINTY
    predict "$4" "count=$5&hold=true"
    lab_run "{\"mode\":\"$4\",\"count\":$5,\"hold\":true,\"rate\":60,\"timeout_ms\":60000}" 150
    local reached
    reached=$(jq '.verdict.reached // 0' -- "$body")
    row "$1" "$4" "$predicted" "$reached"
    expect_equal "the limit of the prediction" "$2" "$predicted_by"
    expect_verdict "$2" client "$3" "$7"
    expect_near "the clients at the same time" "$predicted" "$reached" "$6"
}
