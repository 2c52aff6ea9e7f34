#!/usr/bin/env bash
# Where io_uring is refused, its mode is shown as not available with the reason, a run of it names that, and all else
# goes on. Where it is not, the limits of the system stop its clients as those of the other modes.
source "$(dirname -- "$0")/lib.sh"
: "${KONEKSI_WITHOUT_URING:?path of without_uring}"

EPERM=1 EINVAL=22 ENOSYS=38
"$KONEKSI_WITHOUT_URING" $EPERM /bin/true || skip_test "this kernel has no seccomp"

# NAME ERRNO ENGLISH INDONESIAN: the reason, and what helps, where the modes are shown and where a run of it failed.
expect_refused() {
    api GET '/limits?mode=uring&count=10'
    expect '.unavailable | keys' '["uring"]'
    expect .unavailable.uring.name "$1"
    expect_that ".unavailable.uring.sentence | contains(\"$3\")"
    run_do '{"mode":"uring","count":30}'
    expect .status completed
    expect .totals.failed 30
    expect_sums
    expect '.errors | map([.phase, .call, .errno, .count])' "[[\"start\",\"io_uring_setup\",\"$2\",30]]"
    expect '.verdict | [.kind, .name, .side, .certainty]' '["cause","not permitted","client","proved"]'
    expect '.verdict.facts | map(select(.fact == "io_uring") | .refusal)' "[\"$1\"]"
    expect_that ".verdict.sentence | contains(\"io_uring\") and contains(\"$3\")"
    api GET "/runs/$run?lang=id"
    expect_that ".verdict.sentence | contains(\"io_uring\") and contains(\"$4\")"
}

level=$(cat /proc/sys/kernel/io_uring_disabled 2>/dev/null) || level=0
for refusal in EPERM ENOSYS "EPERM enter" EINVAL; do
    use=${refusal#"${refusal%% *}"} # what it refuses of a ring that can be made
    refusal=${refusal%% *}
    if [[ $level != 0 && ($refusal == EPERM || $use == *enter) ]]; then
        skip_part "a seccomp profile that answers $refusal$use" "kernel.io_uring_disabled is $level"
        continue
    fi
    begin "a seccomp profile answers $refusal$use"
    panel_with "export WITHOUT_URING=$use; exec \"$KONEKSI_WITHOUT_URING\" ${!refusal} \"$KONEKSI\" \"\$@\""
    if [[ $refusal == EINVAL ]]; then # as a kernel does that has not got the flags of a ring
        expect_refused kernel ENOSYS "newer kernel" "kernel yang lebih baru"
    else
        expect_refused filter "$refusal" "profile must allow io_uring_setup" "profil itu harus mengizinkan io_uring_setup"
    fi
    run_do '{"mode":"event","count":30}'
    expect_all_completed 30
    panel_stop
done

# The sysctl of this machine stays: the panel sees another file in its place, and the profile answers as the kernel does.
begin "kernel.io_uring_disabled refuses it"
apart=(unshare --mount)
((EUID == 0)) || apart+=(--map-root-user)
switch=/proc/sys/kernel/io_uring_disabled
if echo 1 >"$work/level" && "${apart[@]}" mount --bind "$work/level" $switch 2>/dev/null && [[ $level == 0 ]]; then
    for level in 1 2; do
        echo $level >"$work/level"
        panel_with "exec ${apart[*]} bash -c 'mount --bind \"\$0\" $switch && exec \"\$@\"' \"$work/level\" setpriv --bounding-set=-sys_admin \
            \"$KONEKSI_WITHOUT_URING\" $EPERM \"$KONEKSI\" \"\$@\""
        if ((level == 1)); then
            expect_refused restricted EPERM "to root and to the group" "pada root dan grup"
        else
            expect_refused sysctl EPERM "sysctl kernel.io_uring_disabled=0" "sysctl kernel.io_uring_disabled=0"
        fi
        panel_stop
    done
else
    skip_part kernel.io_uring_disabled "no file can be put in place of $switch, which says $level"
fi

begin "one command says so"
"$KONEKSI_WITHOUT_URING" $EPERM "$KONEKSI" limits >"$work/out"
grep -q 'not available: .*io_uring' "$work/out" || fail "koneksi limits: $(cat "$work/out")"
code=0
"$KONEKSI_WITHOUT_URING" $EPERM "$KONEKSI" run --mode uring --count 5 >"$work/out" || code=$?
expect_equal "exit status" 1 "$code"
grep -q 'io_uring' "$work/out" || fail "koneksi run: $(cat "$work/out")"

panel_start
api GET /limits
if [[ $(jq '.unavailable | length' -- "$body") != 0 ]]; then
    panel_stop
    skip_part "runs of the mode" "$(jq -r .unavailable.uring.sentence -- "$body")"
    exit 0
fi

begin "descriptors stop its clients at the predicted number"
experiment_do '{"kind":"ceiling","mode":"uring","max":400,"limits":{"nofile":300}}'
expect_that '.result | .ceiling == .predicted and .stable'
expect '.result.verdict | [.kind, .name, .side, .value, .certainty]' '["limit","RLIMIT_NOFILE","client",300,"proved"]'

begin "a deadline ends its clients, in connect() as well, and a cancel"
exec {full}< <("${KONEKSI_SMALL_SERVER:?}" 2 1 none)
background+=($!)
read -r port <&"$full"
run_do "{\"mode\":\"uring\",\"count\":20,\"timeout_ms\":800,\"target\":\"127.0.0.1:$port\"}"
expect .totals.failed 20
expect '.errors | map([.phase, .call, .errno]) | sort' '[["timeout","connect","ETIMEDOUT"],["timeout","recv","ETIMEDOUT"]]'
expect_sums
exec {silent}< <("${KONEKSI_SMALL_SERVER:?}" 64 1 none)
background+=($!)
read -r port <&"$silent"
run_do "{\"mode\":\"uring\",\"count\":20,\"timeout_ms\":300,\"target\":\"127.0.0.1:$port\"}"
expect '.errors | map([.phase, .call, .errno, .count])' '[["timeout","recv","ETIMEDOUT",20]]'
run_submit "{\"mode\":\"uring\",\"count\":20,\"timeout_ms\":60000,\"target\":\"127.0.0.1:$port\"}"
run_until "$run" '.totals.started == 20'
api POST "/runs/$run/cancel"
run_over "$run"
expect .status cancelled
expect_sums
panel_stop

# The server has all first requests, and replies when the clients' time is all but over: a client whose time ends in the
# moment in which its next request is handed to the kernel must end, too.
begin "a deadline that comes between two requests ends its client"
cat >"$work/late.mjs" <<'END'
import { createServer } from 'node:net';
const [count, delay_ms] = process.argv.slice(2).map(Number);
const sockets = [];
let began = 0;
function reply() {
  if (performance.now() < began + delay_ms) setImmediate(reply);
  else for (const socket of sockets) socket.write('JAM 12:00:00\r\n');
}
createServer((socket) => {
  socket.on('error', () => {});
  began ||= performance.now();
  if (sockets.push(socket) === count) setTimeout(reply, delay_ms / 2);
}).listen(0, '127.0.0.1', function () {
  console.log(this.address().port);
});
END
for delay_ms in 199.45 199.5 199.55 199.6 199.65 199.7 199.75 199.5 199.55 199.6; do
    exec {late}< <(exec node "$work/late.mjs" 60 $delay_ms)
    background+=($!)
    read -r port <&"$late"
    code=0
    timeout 20 "$KONEKSI_LOAD" --mode uring --count 60 --requests 2 --request crlf --timeout-ms 200 \
        --target "127.0.0.1:$port" >/dev/null 2>&1 || code=$?
    ((code == 1)) || fail "a client did not end: exit status $code"
    kill "${background[-1]}"
    exec {late}<&-
done

begin "where RLIMIT_MEMLOCK has no room for a ring, no client is started, and that is named"
without=()
if ((EUID == 0)) && command -v setpriv >/dev/null; then
    without=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
fi
mkdir "$work/pair"
cp -- "$KONEKSI" "$KONEKSI_LOAD" "$work/pair"
chmod -R a+rX -- "$work"
mkdir -m 777 "$work/store"
db=$work/store/koneksi.db
panel_with "ulimit -l 0; exec ${without[*]} \"$work/pair/koneksi\" \"\$@\"" --model epoll
api GET '/limits?mode=uring&count=100'
exempt=$(jq -r '.limits[] | select(.side == "client" and .name == "RLIMIT_MEMLOCK") | .source' -- "$body")
if [[ $exempt != getrlimit ]]; then
    panel_stop
    skip_part RLIMIT_MEMLOCK "$exempt"
    exit 0
fi
expect '.predicted.uring | [.ceiling, .limit, .side]' '[0,"RLIMIT_MEMLOCK","client"]'
expect '.predicted.event.ladder | map(select(.limit == "RLIMIT_MEMLOCK"))' '[]'
need=$(jq .predicted.uring.needed -- "$body")
run_do '{"mode":"uring","count":30}'
expect .status completed
expect .totals.failed 30
expect_sums
expect '.errors | map([.phase, .call, .errno, .count])' '[["start","io_uring_setup","ENOMEM",30]]'
expect '.verdict | [.kind, .name, .side, .value, .certainty]' '["limit","RLIMIT_MEMLOCK","client",0,"proved"]'
expect .verdict.needed "$need"
expect .verdict.raise_by.shell 'ulimit -l KIB'
experiment_do '{"kind":"ceiling","mode":"uring"}'
expect '.result | [.ceiling, .verdict.name, .verdict.certainty]' '[0,"RLIMIT_MEMLOCK","proved"]'
expect_that '.runs | length <= 6'
api PATCH /server -d model=uring
expect_that '.error.message | contains("RLIMIT_MEMLOCK is 0 bytes") and contains("ENOMEM")'
panel_stop '.*'

((${#without[@]} > 0)) || exit 0 # others may have rings of this user
begin "with what it is said to need, all complete"
panel_with "ulimit -l $((need / 1024)); exec ${without[*]} \"$work/pair/koneksi\" \"\$@\"" --model epoll
# A ring's memory counts until the kernel has taken it down, a moment after it was closed: those that only show that there
# can be one may still be there.
for ((i = 0; i < 20; i++)); do
    run_do '{"mode":"uring","count":30}'
    [[ $(jq .totals.completed -- "$body") != 30 ]] || break
    sleep 0.2
done
expect_all_completed 30
panel_stop
