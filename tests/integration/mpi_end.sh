#!/usr/bin/env bash
# However a run of koneksi-load-mpi is ended, no process is left within three seconds, and the reader has the samples
# until then. Where rank 0 lives on, there is a result in which every client is accounted for.
source "$(dirname -- "$0")/lib.sh"
source "$(dirname -- "$0")/mpi_lib.sh"

panel_start --model epoll
mkfifo "$work/input"
count=3000

# Sets $job (mpirun), $ranks and $all, its processes, the clients' included.
job_start() { # MODE OPTION...
    [[ -z ${input-} ]] || exec {input}>&-
    exec {input}<>"$work/input"
    (
        exec <"$work/input" {input}>&- # with it open in mpirun as well, standard input would never end
        exec "${mpi_run[@]}" -n 3 "$load_mpi" --target "$listen_host:$time_port" --json --mode "$1" --count $count \
            --rate 200 "${@:2}"
    ) >"$work/lines" 2>"$work/err" &
    waiter=$!
    background+=("$waiter")
    local end=$((SECONDS + 30))
    until grep -q '"completed":[1-9]\|"connections":[1-9]' "$work/lines"; do
        ((SECONDS < end)) || fail "the run does not begin: $(cat "$work/err")"
        sleep 0.1
    done
    sleep 1.5
    job=$(processes | awk -v parent="$waiter" '$2 == parent { print $1 }')
    mapfile -t all < <(descendants "$waiter")
    ranks_of "$job"
    expect_equal "ranks" 3 "${#ranks[@]}"
}

job_is_gone() { # with samples
    expect_gone alive "${all[@]}"
    wait "$waiter" || true
    jq -s 'map(select(.type == "sample"))' "$work/lines" >"$work/samples" 2>/dev/null ||
        sed '$d' "$work/lines" | jq -s 'map(select(.type == "sample"))' >"$work/samples"
    jq -e 'length > 5 and .[-1].totals.started > 10' "$work/samples" >/dev/null || fail "there are no samples"
}

job_is_accounted_for() { # END STATUS
    jq -c 'select(.type == "result")' "$work/lines" >"$body"
    [[ -s $body ]] || fail "there is no result: $(tail -n 3 "$work/lines" | cut -c 1-300)$(cat "$work/err")"
    expect_that '.totals | .completed + .failed == .started'
    expect_that '.totals | .completed + .failed + .not_started == $count' --argjson count $count
    expect_that '([.errors[].count] | add // 0) == .totals.failed'
    expect_equal "end" "$1" "$(jq -r 'select(.type == "end") | .status' "$work/lines")"
}

begin "a rank that is killed is named, its clients have failed, and the others end"
for options in "event --hold" "process --hold" "thread --hold"; do
    # shellcheck disable=SC2086 # a mode and its options
    job_start $options
    kill -KILL "${ranks[1]}"
    job_is_gone
    job_is_accounted_for failed
    lost="rank 1 on host $(uname -n) (process ${ranks[1]})"
    expect_that '[.errors[].message | select(contains($lost))] | length == 1' --arg lost "$lost"
    jq -r 'select(.type == "end") | .message' "$work/lines" | grep -qF "$lost" || fail "the end does not name $lost"
    expect_equal "ranks" '["cancelled","failed","cancelled"]' \
        "$(jq -sc 'map(select(.type == "rank") | .status)' "$work/lines")"
done

begin "a cancel of mpirun, or of one rank, is one of all"
for signal in TERM INT; do
    job_start event --hold
    kill -$signal "$job"
    job_is_gone
    job_is_accounted_for cancelled
done
job_start process
kill -TERM "${ranks[2]}"
job_is_gone
job_is_accounted_for cancelled

begin "SIGUSR1, which mpirun passes on, cancels without an end of mpirun: everything is reported"
job_start event --hold
kill -USR1 "$job"
job_is_gone
job_is_accounted_for cancelled
expect_that '[.latency[].buckets | length] | all(. > 0)'
jq -se '[.[] | select(.type == "rank") | .limits | length] | all(. > 5)' "$work/lines" >/dev/null || fail "no limits"

begin "the end of standard input, which is that of the launcher, ends all"
job_start thread --hold
exec {input}>&-
job_is_gone

begin "with mpirun or rank 0 killed the samples stay"
job_start process --hold
kill -KILL "$job"
job_is_gone
job_start event
kill -KILL "${ranks[0]}"
job_is_gone

panel_stop
