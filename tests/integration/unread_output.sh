#!/usr/bin/env bash
# A standard error or a standard output that nobody reads, or a full disk, holds nobody up: lines are dropped and counted,
# and serving goes on.
source "$(dirname -- "$0")/lib.sh"

unread_start() { # [options of the panel...]: its standard error is a pipe; $unread reads it, when it does
    rm -f -- "$work/panel.err"
    mkfifo -- "$work/panel.err"
    exec {unread}<>"$work/panel.err"
    panel_start "$@"
}

replace_stderr() { # what panel_stop looks at
    rm -f -- "$work/panel.err"
    : >"$work/panel.err"
}

clients=$((20000 / KONEKSI_DIVIDE))

begin "a line for each connection, and nobody reads them"
unread_start --log-connections
run_do "{\"mode\":\"event\",\"count\":$clients}"
expect_all_completed "$clients"
connection=
time_connect connection
time_ask "$connection"
time_close "$connection"
kill -USR1 "$panel_pid" # the counters, through the same pipe
api GET /metrics
dropped=$(metric koneksi_log_dropped_total)
((clients < 20000 || dropped > 0)) || fail "no line was dropped"

begin "the missing lines are reported when standard error is read again"
cat <&"$unread" >"$work/lines" &
background=("$!")
end=$((SECONDS + 20))
until grep -q '^total koneksi 20001$' "$work/lines" || grep -q 'lines dropped$' "$work/lines" || ((clients < 20000)); do
    ((SECONDS < end)) || fail "the lines end with: $(tail -n 2 "$work/lines")"
    sleep 0.05
done
if ((clients == 20000)); then
    reported=$(sed -nE 's/.*: ([0-9]+) lines dropped$/\1/p' "$work/lines" | awk '{ sum += $1 } END { print sum }')
    api GET /metrics
    expect_equal "lines dropped, as reported" "$(metric koneksi_log_dropped_total)" "$reported"
    written=$(grep -cE '^total koneksi |^\{' "$work/lines") # the counters are one line
    expect_equal "lines written and dropped" "$((clients + 2))" "$((written + reported))"
fi
kill "${background[@]}"
wait "${background[@]}" 2>/dev/null || true
background=()
replace_stderr
panel_stop
exec {unread}<&-

begin "a panel whose standard error is full can be stopped"
unread_start --log-connections
head -c 65536 /dev/zero >&"$unread"
run_do '{"mode":"event","count":50}'
expect_all_completed 50
replace_stderr
panel_stop
exec {unread}<&-

begin "standard error on a full disk"
rm -f -- "$work/panel.err"
ln -s /dev/full "$work/panel.err"
panel_start --log-connections
run_do '{"mode":"event","count":50}'
expect_all_completed 50
end=$((SECONDS + 20))
while api GET /metrics && (($(metric koneksi_log_dropped_total) == 0)); do
    ((SECONDS < end)) || fail "no line was counted as dropped"
    sleep 0.05
done
replace_stderr
panel_stop

begin "the clients of a load generator whose report nobody reads"
panel_start
mkfifo -- "$work/report"
exec {unread}<>"$work/report"
head -c 57344 /dev/zero >&"$unread" # leaves room for the start of the report
"$KONEKSI_LOAD" --mode event --count 1000 --rate 800 --target "127.0.0.1:$time_port" --json >"$work/report" </dev/null &
background=("$!")
end=$((SECONDS + 30))
while api GET /metrics && (($(metric koneksi_time_connections_total) < 1000)); do
    ((SECONDS < end)) || fail "$(metric koneksi_time_connections_total) of 1000 clients have connected"
    sleep 0.05
done
cat <&"$unread" >"$work/lines" &
background+=("$!")
wait "${background[0]}" || fail "exit code $?"
end=$((SECONDS + 20))
until grep -qa '"type":"end"' "$work/lines"; do
    ((SECONDS < end)) || fail "the report has no end"
    sleep 0.05
done
grep -a '"type":"result"' "$work/lines" | tail -n 1 | jq -e '.totals.completed == 1000' >/dev/null ||
    fail "the result is not whole"
kill "${background[1]}"
wait "${background[1]}" 2>/dev/null || true
background=()
panel_stop
