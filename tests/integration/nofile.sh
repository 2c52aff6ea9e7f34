#!/usr/bin/env bash
# 2,000 held threads with 1,024 descriptors: about a thousand complete, and each of the others has its trace.
source "$(dirname -- "$0")/lib.sh"

needs_descriptors 2200
panel_start

begin "connections up to the limit complete, those beyond it fail at socket with EMFILE"
run_do '{"mode":"thread","count":2000,"hold":true,"limits":{"nofile":1024}}'
expect .status completed
expect_sums
expect .totals.not_started 0
expect .limits.nofile 1024
expect_that '.totals.completed >= 1000 and .totals.completed <= 1024'
expect_that '.errors | length == 1'
expect '.errors[0] | [.phase, .call, .errno]' '["connect","socket","EMFILE"]'
expect_that '.errors[0].count == .totals.failed'
expect_that '.errors[0] | .first_at_ms <= .last_at_ms and (.message | test("Too many open files"))'
expect_that '.server.accepted == .totals.connected'

begin "the traces say which client failed, where and when"
api GET "/runs/$run/errors"
expect_status 200
expect '.errors | length' 1
expect '.traces | length' 100
expect_that '.traces | all(.phase == "connect" and .call == "socket" and .errno == "EMFILE")'
expect_that '.traces | all(.client >= 0 and .client < 2000) and ([.[].client] | unique | length) == length'
expect_that '.traces[0].frames | length > 0 and all((.function | length > 0) and (.file | length > 0) and .line > 0)'

begin "the limits of the run include its own descriptor limit"
api GET "/runs/$run/limits"
expect_status 200
expect '[.limits[] | select(.name == "RLIMIT_NOFILE" and .side == "client") | .value]' '[1024]'

begin "each limit has what was in use at the start, when clients failed, and at most"
expect_that '.limits | all(has("used") and has("used_at_failure") and has("used_at_peak"))'
expect_that '.limits | all(.used_at_peak == null or .used_at_peak >= ([.used, .used_at_failure] | max))'
expect_that '.limits[] | select(.name == "kernel.threads-max" and .side == "server") | .used_at_failure != null'
if [[ $KONEKSI_SANITIZE == thread ]]; then
    skip_part "the client side when clients failed" "there the monitor has no table of descriptors of its own"
else
    expect_that '.limits[] | select(.name == "kernel.threads-max" and .side == "client") | .used_at_failure != null'
    expect_that '.limits[] | select(.name == "RLIMIT_AS" and .side == "client") | .used_at_failure > .used'
    # before Linux 6.2 the kernel does not say how many descriptors a process has
    expect_that '.limits[] | select(.name == "RLIMIT_NOFILE" and .side == "client") | .used_at_failure == null or .used_at_failure > 950'
fi

begin "the next run has the usual limits again"
run_do "{\"mode\":\"thread\",\"count\":$(scaled 1500 200),\"hold\":true}"
expect_all_completed "$(scaled 1500 200)"
peaks=$(jq .peaks -- "$body")
api GET "/runs/$run/limits"
expect_that '.limits | all(.used_at_failure == null)'
expect_that '.limits[] | select(.name == "kernel.threads-max" and .side == "client") | .used_at_peak >= .used'

begin "at most in use are the descriptors of all connections that were counted, however short the moment"
expect_that '[.limits[] | select(.name == "RLIMIT_NOFILE") | {(.side): .used_at_peak}] | add |
    .client >= $peaks.client_connections + 3 and .server >= $peaks.server_connections + 3' --argjson peaks "$peaks"

panel_stop

begin "a limit above the hard one is refused before anything runs, by whoever may not raise that"
may_not_raise='ulimit -n 1500; ((EUID != 0)) || [[ ${without-} ]] ||
    without=1 exec setpriv --bounding-set=-sys_resource --inh-caps=-sys_resource "$0" "$@"'
sentence='limits.nofile must be at most 1500, which is Koneksi'"'"'s hard RLIMIT_NOFILE, got 1501'
panel_with "$may_not_raise"
api POST /runs --json '{"mode":"event","count":5,"limits":{"nofile":1501}}'
expect_error 400 limits.nofile
expect .error.message "$sentence"
api POST /experiments --json '{"kind":"ceiling","mode":"event","max":100,"limits":{"nofile":1501}}'
expect_error 400 limits.nofile
expect .error.message "$sentence"
run_do '{"mode":"event","count":5,"limits":{"nofile":1500}}'
expect_all_completed 5
panel_stop
for command in run ceiling; do
    code=0
    size=--count
    [[ $command == run ]] || size=--max
    "$work/confined" "$command" --mode event "$size" 5 --limits-nofile 1501 2>"$work/said" || code=$?
    expect_equal "the exit status of koneksi $command" 2 "$code"
    grep -qxF "koneksi $command: $sentence" "$work/said" || fail "said: $(<"$work/said")"
done

if "$BASH" -c 'ulimit -n 1500 && ulimit -n 1600' 2>/dev/null; then
    begin "who may raise the hard limit can give a run more than that"
    panel_with 'ulimit -n 1500'
    run_do '{"mode":"event","count":5,"limits":{"nofile":1600}}'
    expect_all_completed 5
    panel_stop
else
    skip_part "a run with more than the hard limit" "this user may not raise it"
fi
