#!/usr/bin/env bash
# Valgrind finds no error in the panel with clients of each mode under each model, a run, an experiment, an event stream,
# every resource, a cancel, and a stop. Valgrind has pidfd_open only since 3.21, and without it the panel cannot start a
# generator: runs then fail. So the test starts a generator itself; the sanitizers cover the panel's side of one.
# It does not see what the kernel writes for io_uring either: the model uring is left to them as well.
source "$(dirname -- "$0")/../integration/lib.sh"
modes_of_this_machine

real=$KONEKSI
cat >"$work/koneksi" <<END
#!/bin/sh
exec valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,possible \
    $(printf '%q' "$real") "\$@"
END
chmod +x "$work/koneksi"
KONEKSI=$work/koneksi
KONEKSI_SANITIZE=valgrind # valgrind is slow: times are not asserted

for model in thread pool epoll; do
    begin "the $model model"
    panel_start --model "$model"
    for mode in "${modes[@]}"; do
        "$KONEKSI_LOAD" --mode "$mode" --count 20 --target "$listen_host:$time_port" --json >"$work/out" ||
            fail "$mode: $(cat -- "$work/out")"
    done
    api GET /server
    expect .total $((20 * ${#modes[@]}))
    run_do '{"mode":"thread","count":60,"hold":true,"limits":{"nofile":40}}'
    expect_sums
    for path in / "/runs/$run" "/runs/$run/errors" "/runs/$run/samples.csv" "/compare?runs=1,$run" /runs.csv /limits /metrics; do
        api GET "$path"
        expect_status 200
    done
    experiment_submit '{"kind":"ceiling","mode":"event","max":20}'
    run_submit '{"mode":"pool","count":10000000}'
    curl_quiet -N --max-time 1 "$url/events" >/dev/null 2>&1 || true
    api POST "/runs/$run/cancel" # too late where it has failed already
    run_over "$run"
    experiment_over
    panel_stop '^--[0-9]+-- ' # its remarks on unsupported calls; errors make the exit code 9
done
printf 'figure: 3 models, clients of %s modes: no error, no leak of memory\n' "${#modes[@]}"
