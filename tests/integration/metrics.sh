#!/usr/bin/env bash
# GET /metrics: the Prometheus text format, with the same numbers as the other resources.
source "$(dirname -- "$0")/lib.sh"

panel_start
run_do '{"mode":"thread","count":40}'
expect_all_completed 40
api GET /metrics
expect_equal "the newest run" "$run" "$(metric koneksi_run_latest)"
! grep -q '^koneksi_run_latest_verdict{' "$body" || fail "a verdict of a run in which no client failed"

begin "the metrics agree with the server and the runs"
expect_equal connections 40 "$(metric koneksi_time_connections_total)"
expect_equal replies 40 "$(metric koneksi_time_replies_total)"
expect_equal overflows 0 "$(metric koneksi_time_listen_overflows_total)"
expect_equal refused 0 "$(metric koneksi_time_refused_total)"
expect_equal "completed runs" 1 "$(metric 'koneksi_runs{status="completed"}')"
expect_equal model 1 "$(metric 'koneksi_time_model{model="thread"}')"
expect_equal "the run under way" 0 "$(metric koneksi_run_active)"
budget=$(metric koneksi_time_budget)
api GET /server
expect .budget "$budget"

begin "what stopped clients of the newest run"
run_do '{"mode":"event","count":200,"hold":true,"limits":{"nofile":64}}'
api GET /metrics
expect_equal "the newest run" "$run" "$(metric koneksi_run_latest)"
expect_equal "its verdict" 'koneksi_run_latest_verdict{kind="limit",name="RLIMIT_NOFILE",side="client",certainty="proved"} 1' \
    "$(grep '^koneksi_run_latest_verdict{' "$body")"

begin "every line has the format, and HELP and TYPE come before each metric"
api GET /metrics
expect_status 200
expect_header Content-Type 'text/plain; version=0.0.4; charset=utf-8'
wrong=$(awk '
    /^# HELP [a-z_]+ [^\\]+$/ { name = $3; if (seen[name]++) print "twice: " $0; next }
    /^# TYPE [a-z_]+ (counter|gauge)$/ { if ($3 != name) print; typed = $3; kind = $4; next }
    /^[a-z_]+(\{[a-z]+="[a-z_]+"\})? [0-9]+$|^koneksi_run_latest_verdict\{([a-z]+="[A-Za-z_ ]+",?)+\} 1$/ {
        metric = $1
        sub(/\{.*/, "", metric)
        if (metric != typed || (metric ~ /_total$/) != (kind == "counter")) print
        next
    }
    { print }' "$body")
[[ -z $wrong ]] || fail "not in the format: $wrong"

begin "the current run and the queued ones"
run_submit '{"mode":"pool","count":5000000}'
active=$run
run_submit '{"mode":"thread","count":5}'
run_until "$active" '.totals.completed > 0' 30
api GET /metrics
expect_equal "the run under way" 1 "$(metric koneksi_run_active)"
expect_equal "the queue" 1 "$(metric koneksi_run_queue_length)"
(($(metric 'koneksi_run_active_clients{state="completed"}') > 0)) || fail "no completed client"
expect_equal "its clients" 5000000 "$(($(metric 'koneksi_run_active_clients{state="started"}') +
    $(metric 'koneksi_run_active_clients{state="not_started"}')))"
api POST "/runs/$active/cancel"
run_over "$active" 30
run_over "$run" 30

panel_stop
