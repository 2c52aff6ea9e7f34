#!/usr/bin/env bash
# What the image of Containerfile starts and asks: the panel with a token of its own, and whether it is well. The port and
# the folder are those of the image, in namespaces of the test.
source "$(dirname -- "$0")/lib.sh"

if [[ -z ${IN_NAMESPACES-} ]]; then
    alone=(unshare --user --map-root-user --net --mount --pid --fork --kill-child)
    "${alone[@]}" mount -t tmpfs none /var/lib 2>/dev/null || skip_test "namespaces are not permitted"
    # the folder of the parent is for its own clean-up: the test within makes another
    IN_NAMESPACES=1 "${alone[@]}" bash "$0"
    exit
fi
mount -t tmpfs none /var/lib
mkdir /var/lib/koneksi
ip link set lo up
scripts=$(realpath -- "$(dirname -- "$0")/../../cmake/container")
PATH=$scripts:$(dirname -- "$KONEKSI"):$PATH

start() {
    rm -f -- "$work/said" # what an earlier panel said
    koneksi-panel --time 127.0.0.1:0 >"$work/said" 2>"$work/errors" &
    panel_pid=$!
    local -i i
    for ((i = 0; i < 300; i++)); do
        ! grep -qs '^koneksi ready http=0\.0\.0\.0:8080' "$work/said" || return 0
        sleep 0.1
    done
    fail "the panel did not start: $(cat "$work/said" "$work/errors")"
}

begin "the first start makes a token, which the API wants"
! koneksi-health 2>/dev/null || fail "the health check succeeds without a panel"
start
koneksi-health || fail "the health check fails beside a panel"
token=$(cat /var/lib/koneksi/token)
[[ $token =~ ^[0-9a-f]{32}$ ]] || fail "the token is $token"
expect_equal "permissions of the token" 600 "$(stat -c %a /var/lib/koneksi/token)"
grep -qF "$token" "$work/said" || fail "the token is not said"
expect_equal "status without the token" 401 "$(curl -s -o "$body" -w '%{http_code}' http://127.0.0.1:8080/runs)"
expect_equal "status with the token" 200 \
    "$(curl -s -o "$body" -w '%{http_code}' -H "Authorization: Bearer $token" http://127.0.0.1:8080/runs)"

begin "a panel that is not well fails the health check"
mv /var/lib/koneksi/koneksi.db /var/lib/koneksi/elsewhere
! koneksi-health || fail "the health check succeeds without the database"
mv /var/lib/koneksi/elsewhere /var/lib/koneksi/koneksi.db

begin "SIGTERM reaches the panel, and the next start keeps token and database"
kill -TERM "$panel_pid"
wait "$panel_pid" || fail "exit status $?"
start
expect_equal "token" "$token" "$(cat /var/lib/koneksi/token)"
kill -TERM "$panel_pid"
wait "$panel_pid" || fail "exit status $?"
panel_pid=
