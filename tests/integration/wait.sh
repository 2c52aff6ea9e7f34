#!/usr/bin/env bash
# POST with wait, and the stream of one run: both end with the run, and neither keeps other requests waiting.
source "$(dirname -- "$0")/lib.sh"

panel_start

begin "POST with wait answers when it is over, at most so long after"
api POST '/runs?wait=60' --json '{"mode":"thread","count":20}'
expect_status 201
expect .status completed
expect .totals.completed 20
[[ $(header Location) == /runs/* ]] || fail "no Location: $(header Location)"
api POST '/experiments?wait=120' --json '{"kind":"sweep","modes":["event"],"counts":[5,9],"repeats":1}'
expect_status 201
expect .status completed
expect '.result.rows | length' 2
api POST '/runs?wait=1' --json '{"mode":"pool","count":10000000,"pool_size":2}'
expect_status 201
expect '.status == "running" or .status == "queued"' true
long=$(jq -r .id "$body")
for wait in 601 x -1 1.5; do
    api POST "/runs?wait=$wait" --json '{"mode":"thread","count":1}'
    expect_error 400 wait
done
declare -a waits=()
for i in {1..8}; do # more than there are threads that serve HTTP
    curl_quiet -o "$work/wait$i" --json '{"mode":"event","count":3}' "$url/runs?wait=60" &
    waits+=("$!")
done
for ((i = 0; i < 600; i++)); do
    api GET '/runs?status=queued&limit=20'
    [[ $(jq '.runs | length' "$body") == 8 ]] && break
    sleep 0.05
done
expect '.runs | length' 8
api POST "/runs/$long/cancel"
expect_status 202
wait "${waits[@]}"
for i in {1..8}; do
    expect_equal "status of wait $i" completed "$(jq -r .status "$work/wait$i")"
done

begin "the event stream of a run ends with the run"
run_submit '{"mode":"event","count":50}'
curl_quiet -N --max-time 60 "$url/runs/$run/events" >"$work/events" || fail "the stream did not end"
expect_equal "the last status" completed "$(sed -n 's/^data: //p' "$work/events" | jq -r '.status // empty' | tail -n 1)"
curl_quiet -N --max-time 60 "$url/runs/$run/events" >"$work/events" || fail "the stream of a run that is over did not end"
grep -q '"status":"completed"' "$work/events" || fail "no state in the stream: $(cat -- "$work/events")"
panel_stop
