#!/usr/bin/env bash
# A name server that never answers delays neither the API nor the queue.
if [[ -z ${KONEKSI_IN_NAMESPACE-} ]] && unshare -mn true 2>/dev/null; then
    KONEKSI_IN_NAMESPACE=1 exec unshare -mn bash "$0"
fi
source "$(dirname -- "$0")/lib.sh"

[[ -n ${KONEKSI_IN_NAMESPACE-} ]] || skip_test "no network and mount namespaces can be made"
ip link set lo up
printf 'nameserver 127.0.0.1\n' >"$work/resolv.conf"
mount --bind "$work/resolv.conf" /etc/resolv.conf || skip_test "/etc/resolv.conf cannot be replaced"
mkfifo -- "$work/bound"
node -e "const s = require('dgram').createSocket('udp4'); s.on('message', () => {}); s.bind(53, '127.0.0.1', () => console.log('bound'));" \
    >"$work/bound" &
background=("$!")
read -r -t 20 line <"$work/bound" || fail "the name server cannot be bound"
expect_equal "the name server" bound "$line"

panel_start --allow-target silent.example:45000

begin "the API answers while names are looked up"
posts=()
for i in {1..8}; do
    curl_quiet -o "$work/answer.$i" --json "{\"mode\":\"thread\",\"count\":1,\"target\":\"name$i.example:7\"}" "$url/runs" &
    posts+=("$!")
done
longest=0
for _ in {1..40}; do
    began=$(now_ms)
    api GET /healthz
    expect_status 200
    took=$(($(now_ms) - began))
    ((took <= longest)) || longest=$took
done
printf 'figure: the longest /healthz beside 8 lookups: %s ms\n' "$longest"
((longest < 3000)) || fail "/healthz took $longest ms"
wait "${posts[@]}"
for i in {1..8}; do
    cp -- "$work/answer.$i" "$body"
    expect .error.field target
    expect_that '.error.message | test("name server")'
done

begin "a target of the allow-list is accepted at once, and its run fails when its name has no answer"
run_submit '{"mode":"thread","count":1,"target":"silent.example:45000"}'
run_over "$run" 60
expect .status failed

begin "the queue goes on"
run_do '{"mode":"thread","count":5}'
expect_all_completed 5
panel_stop
