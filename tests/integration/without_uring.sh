#!/usr/bin/env bash
# Behind a seccomp profile that refuses io_uring the model uring is not available, which is said where it is asked for;
# nothing else changes.
source "$(dirname -- "$0")/lib.sh"

: "${KONEKSI_WITHOUT_URING:?path of without_uring}"
"$KONEKSI_WITHOUT_URING" 1 /bin/true || skip_test "this kernel has no seccomp"
reason='the model uring is not available: '

begin "a start with it fails with one plain line"
for use in setup enter; do
    code=0
    WITHOUT_URING=$use "$KONEKSI_WITHOUT_URING" 1 "$KONEKSI" --no-http --time 127.0.0.1:0 --model uring >"$work/out" 2>&1 ||
        code=$?
    expect_equal "exit status" 1 "$code"
    expect_equal "lines" 1 "$(wc -l <"$work/out")"
    grep -q "^koneksi: $reason" "$work/out" || fail "it said: $(<"$work/out")"
done

real=$KONEKSI
cat >"$work/koneksi" <<END
#!/bin/sh
exec $(printf '%q ' "$KONEKSI_WITHOUT_URING" 1 "$real") "\$@"
END
chmod +x "$work/koneksi"
KONEKSI=$work/koneksi

begin "GET /server names it and the reason"
other=
panel_start --model epoll
api GET /server
expect '.unavailable | keys' '["uring"]'
expect .unavailable.uring.name filter
expect_that '.unavailable.uring.sentence | length > 0'

begin "a change to it is refused, and the server goes on with its model and its connections"
time_connect other
time_ask "$other"
api PATCH /server --json '{"model":"uring","backlog":77}'
expect_error 409 null
expect_that ".error.message | startswith(\"$reason\")"
time_ask "$other"
api GET /server
expect .model epoll
expect_that '.backlog != 77'
expect .live 1
time_close "$other"

begin "the other models and their runs are as always"
for model in thread pool epoll; do
    api PATCH /server --json "{\"model\":\"$model\"}"
    expect_status 200
    run_do '{"mode":"event","count":20}'
    expect_all_completed 20
done
panel_stop
