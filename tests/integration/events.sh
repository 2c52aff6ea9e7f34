#!/usr/bin/env bash
# The event stream: numbered events without a gap, resumption where a reader left off, and a heartbeat.
source "$(dirname -- "$0")/lib.sh"

# Reads an event stream into the file $1 until it has a line that matches $2; $3.. are curl's options and address.
follow() {
    local file=$1 pattern=$2
    shift 2
    : >"$file"
    curl_quiet -N -D "$headers" "$@" >"$file" &
    local pid=$! end=$((SECONDS + 60))
    background=("$pid")
    until grep -qE -- "$pattern" "$file"; do
        ((SECONDS < end)) || fail "no line like $pattern in: $(tail -n 20 -- "$file")"
        sleep 0.05
    done
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    background=()
}

ids() { # of the whole events in a stream's file (the last may be cut)
    sed -n 's/^id: //p' "$1"
}

panel_start

begin "a stream of all runs: run, sample and log events, in sequence"
run_submit "{\"mode\":\"process\",\"count\":$(scaled 2000 300),\"label\":\"watched\"}"
follow "$work/all" '^data: .*"status":"completed"' "$url/events" -H 'Last-Event-ID: 0'
[[ $(header Content-Type) == text/event-stream* ]] || fail "a stream is $(header Content-Type)"
for type in run sample log; do
    grep -q "^event: $type\$" "$work/all" || fail "no $type event in the stream"
done
ids "$work/all" >"$work/ids"
sort -n -u "$work/ids" | cmp -s - "$work/ids" || fail "ids are not in sequence: $(tr '\n' ' ' <"$work/ids")"
awk 'NR > 1 && $1 != last + 1 { exit 1 } { last = $1 }' "$work/ids" ||
    fail "ids have a gap: $(tr '\n' ' ' <"$work/ids")"
grep -m 20 '^data: ' "$work/all" | sed 's/^data: //' | jq -e . >/dev/null || fail "data is not JSON"

begin "Last-Event-ID resumes after that event"
middle=$(sed -n 3p "$work/ids")
follow "$work/rest" '^data: .*"status":"completed"' "$url/events" -H "Last-Event-ID: $middle"
expect_equal "the first id after $middle" "$((middle + 1))" "$(ids "$work/rest" | head -n 1)"

begin "the stream of one run has only its own events"
watched=$run
run_do '{"mode":"thread","count":5,"label":"not watched"}'
follow "$work/one" '^data: .*"status":"completed"' "$url/runs/$watched/events" -H 'Last-Event-ID: 0'
if grep -q '"label":"not watched"' "$work/one"; then
    fail "another run's event: $(grep 'not watched' "$work/one")"
fi
api GET /runs/999999/events
expect_error 404 null

begin "an idle stream has heartbeats"
follow "$work/quiet" '^:' "$url/events"

panel_stop
