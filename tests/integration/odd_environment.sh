#!/usr/bin/env bash
# Starts where others would not: small stacks, a umask that takes all from the owner, files of the system that never end.
source "$(dirname -- "$0")/lib.sh"

modes_of_this_machine
run_each_mode() {
    local mode
    for mode in "${modes[@]}"; do
        run_do "{\"mode\":\"$mode\",\"count\":$(scaled 200 20)}"
        expect '[.status, .totals.failed]' '["completed",0]'
    done
}

begin "a stack limit of 64 KiB, and one of a gigabyte under an address space of three"
if [[ -z $KONEKSI_SANITIZE ]]; then # its runtime needs more of both
    panel_with 'ulimit -s 64'
    run_each_mode
    api GET /limits
    expect_status 200
    panel_stop
    panel_with 'ulimit -s 1048576; ulimit -v 3145728'
    run_each_mode
    panel_stop
else
    skip_part "small and large stacks" "a sanitizer's runtime needs more"
fi

begin "umask 777: the next start finds files that it can open"
rm -f -- "$db"*
panel_with 'umask 777'
run_do '{"mode":"event","count":5}'
[[ $(stat -c %a -- "$db") == 6?? ]] || fail "the database has mode $(stat -c %a -- "$db")"
api GET /healthz
expect_status 200
panel_stop
panel_start
api GET /runs/1
expect .totals.completed 5
panel_stop

begin "files of the system that never end, and pipes in their place"
mkfifo -- "$work/pipe"
if unshare --mount true 2>/dev/null; then
    panel_with "[[ -n \${inside-} ]] || inside=1 exec unshare --mount \"\$0\" \"\$@\"
        mount --bind /dev/zero /etc/os-release
        mount --bind /dev/zero /proc/loadavg
        mount --bind /dev/zero /proc/sys/kernel/pid_max
        mount --bind \"$work/pipe\" /proc/sys/kernel/threads-max
        mount --bind /dev/zero /proc/net/sockstat"
    run_each_mode
    api GET /limits
    expect_status 200
    panel_stop
else
    skip_part "files of the system that never end" "no mount namespace can be made"
fi

begin "no room for anything: /healthz says so, as the routes do that store something"
rm -f -- "$db"*
panel_start
panel_stop
panel_with "ulimit -f $(($(stat -c %s -- "$db") / 1024 + 60))"
api GET /healthz
expect_status 200
for ((i = 0; i < 500; i++)); do
    api POST /runs --json '{"mode":"thread","count":1}'
    [[ $status == 201 ]] || break
done
expect_error 503 null
# It writes one page at most once a second: a run that did not fit may have left room for a few.
for ((i = 0; i < 20; i++)); do
    sleep 1.1
    api GET /healthz
    [[ $status == 200 ]] || break
done
expect_error 503 null
panel_stop .
