#!/usr/bin/env bash
# Access: Host and Origin are checked, a token is required where there is one, framing must be unambiguous.
source "$(dirname -- "$0")/lib.sh"

raw() { # REQUEST in the format of printf's %b: sets $status from the status line; empty if the server only closed
    local line=
    exec {connection}<>"/dev/tcp/127.0.0.1/$http_port"
    # the panel may close before all is sent, which ends a writer that does not ignore SIGPIPE
    (trap '' PIPE && printf '%b' "$1" >&"$connection") 2>/dev/null || true
    IFS= read -r -t 20 line <&"$connection" || true
    exec {connection}>&-
    status=$(sed -nE 's#^HTTP/1\.1 ([0-9]+).*#\1#p' <<<"$line")
}

run_json='{"mode":"thread","count":1}'
panel_start

begin "Host must be one of the panel's own addresses"
for host in "127.0.0.1:$http_port" "localhost:$http_port"; do
    api GET /healthz -H "Host: $host"
    expect_status 200
done
for host in "evil.example:$http_port" evil.example "127.0.0.1:1" "localhost.evil.example:$http_port"; do
    api GET /healthz -H "Host: $host"
    expect_error 403 null
done
raw 'GET /healthz HTTP/1.1\r\n\r\n'
[[ $status =~ ^40[03]$ ]] || fail "a request without Host got: $status"

begin "a page of another site cannot start a run"
api POST /runs --json "$run_json" -H 'Sec-Fetch-Site: cross-site'
expect_error 403 null
api POST /runs --json "$run_json" -H 'Sec-Fetch-Site: same-site'
expect_error 403 null
api POST /runs --json "$run_json" -H 'Origin: http://evil.example'
expect_error 403 null
api POST /runs --json "$run_json" -H 'Origin: null'
expect_error 403 null
api GET /runs
expect . '{"next":null,"runs":[]}'

begin "the dashboard and curl can start a run"
api POST /runs --json "$run_json" -H 'Sec-Fetch-Site: same-origin' -H "Origin: $url"
expect_status 201
api POST /runs --json "$run_json" -H "Origin: $url"
expect_status 201
api POST /runs --json "$run_json"
expect_status 201
run_over "$(jq .id -- "$body")"

begin "no answer allows another origin to read it"
api GET /runs -H 'Origin: http://evil.example'
[[ -z $(header Access-Control-Allow-Origin) ]] || fail "CORS is on"

begin "ambiguous framing is refused"
host="Host: 127.0.0.1:$http_port"
raw "POST /runs HTTP/1.1\r\n$host\r\nContent-Type: application/json\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\n{}   "
[[ $status =~ ^(400)?$ ]] || fail "two Content-Length got: $status"
raw "POST /runs HTTP/1.1\r\n$host\r\nContent-Type: application/json\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
[[ $status =~ ^(400)?$ ]] || fail "Content-Length with Transfer-Encoding got: $status"
raw "POST /runs HTTP/1.1\r\n$host\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
[[ $status =~ ^(400|501)?$ ]] || fail "an unknown coding got: $status"
api GET '/runs?limit=1000'
expect '.runs | length' 3

panel_stop

begin "with a token, every request needs it"
token=$(printf '%032d' 7)
printf '%s\n' "$token" >"$work/token"
chmod 600 "$work/token"
panel_start --token-file "$work/token"
api GET /runs
expect_error 401 null
api GET /runs -H 'Authorization: Bearer wrong'
expect_error 401 null
api POST /runs --json "$run_json" -H "Authorization: Bearer ${token}x"
expect_error 401 null
api GET /runs -H "Authorization: Bearer $token"
expect_status 200
expect '.runs | length' 3
panel_stop

refused_token() { # WHAT MESSAGE: the token file is refused at the start, and its contents are not printed
    local code=0
    "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$work/other.db" --token-file "$work/token" >"$work/out" \
        2>"$work/err" </dev/null || code=$?
    expect_equal "exit code for a token $1" 1 "$code"
    grep -q -- "$2" "$work/err" || fail "a token $1: $(cat "$work/err")"
    ! grep -q secret "$work/err" || fail "a token $1 was printed: $(cat "$work/err")"
}

begin "an invalid token is refused at the start"
printf '' >"$work/token"
refused_token "that is empty" "16 to 1024 characters"
printf 'secret\n' >"$work/token"
refused_token "that is short" "16 to 1024 characters"
printf 'secret%02000d\n' 0 >"$work/token"
refused_token "that is long" "16 to 1024 characters"
printf 'secret%0100000d\n' 0 >"$work/token"
refused_token "that is far too long" "16 to 1024 characters"
printf 'a secret of four words\n' >"$work/token"
refused_token "of several words" "visible ASCII"
printf 'secret-secret-\0-secret\n' >"$work/token"
refused_token "with a NUL" "visible ASCII"
rm -- "$work/token"
refused_token "that is not there" "ENOENT"

begin "white space around a token is ignored, and a token file that everybody can read causes a warning"
token=$(printf '%032d' 8)
printf '\n  %s \r\n\n' "$token" >"$work/token"
chmod 644 "$work/token"
panel_start --token-file "$work/token"
api GET /runs -H "Authorization: Bearer $token"
expect_status 200
grep -q 'chmod 600' "$work/panel.err" || fail "no warning: $(cat "$work/panel.err")"
panel_stop 'everybody can read'

begin "a token can come through a pipe in pieces"
token=$(printf '%032d' 5)
mkfifo -m 600 -- "$work/pipe"
{ printf '%s' "${token:0:16}" && sleep 0.5 && printf '%s\n' "${token:16}"; } >"$work/pipe" &
background=("$!")
panel_start --token-file "$work/pipe"
api GET /runs -H "Authorization: Bearer ${token:0:16}"
expect_error 401 null
api GET /runs -H "Authorization: Bearer $token"
expect_status 200
panel_stop
wait "${background[@]}"
background=()

child_of() { # PID: prints its first child's, or nothing
    local child=
    { read -r child _ <"/proc/$1/task/$1/children"; } 2>/dev/null || true
    printf %s "$child"
}

begin "SIGTERM ends the wait for a token that never comes"
code=0
timeout -k 20 2 "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$db" --token-file "$work/pipe" || code=$?
expect_equal "exit code: SIGTERM ended it" 124 "$code"
if unshare -pf true 2>/dev/null; then # as process 1 of a container
    code=0
    timeout -k 20 20 unshare -pf --kill-child "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$db" \
        --token-file "$work/pipe" &
    background=("$!")
    first=
    for ((tries = 0; tries < 200; tries++)); do
        first=$(child_of "$(child_of "${background[0]}")")
        if [[ -n $first ]] && (($(awk '/^SigCgt:/ { print "0x" $2 }' "/proc/$first/status") & 1 << (15 - 1))); then
            break # it has its handler for SIGTERM
        fi
        sleep 0.05
    done
    kill -USR1 "$first"
    kill -TERM "$first"
    wait "${background[@]}" || code=$?
    background=()
    expect_equal "exit code of process 1" 143 "$code"
else
    skip_part "the panel as process 1" "no PID namespace can be made"
fi

begin "after a stop during a run the token is in no log, no file and no other process"
token=$(printf '%032d' 9)
printf '%s\n' "$token" >"$work/token"
chmod 600 "$work/token"
panel_start --token-file "$work/token"
curl_quiet -N --max-time 60 -H "Authorization: Bearer $token" "$url/events" >"$work/events" 2>/dev/null &
background=("$!")
api POST /runs --json '{"mode":"process","count":1000000}' -H "Authorization: Bearer $token"
expect_status 201
end=$((SECONDS + 30))
until grep -q '"status":"running"' "$work/events"; do
    ((SECONDS < end)) || fail "no event of the run: $(head -c 1000 -- "$work/events")"
    sleep 0.05
done
generator=$(generator_pid)
cat "/proc/$panel_pid/cmdline" "/proc/$generator/cmdline" "/proc/$generator/environ" >"$work/processes"
panel_stop 'info 1 run was under way'
wait "${background[@]}" || true
background=()
! grep -qa -- "$token" "$work/panel.err" "$work/events" "$work/processes" "$db"* || fail "the token was found"

begin "it does not listen to the network without a token"
code=0
"$KONEKSI" --http 0.0.0.0:0 --time 127.0.0.1:0 --db "$work/other.db" >"$work/out" 2>"$work/err" </dev/null || code=$?
expect_equal "exit code" 1 "$code"
grep -q -- '--token-file' "$work/err" || fail "the message does not name --token-file: $(cat "$work/err")"
[[ ! -s $work/out ]] || fail "it printed: $(cat "$work/out")"

begin "a target is loopback unless it was allowed at the start"
panel_start --allow-target 192.0.2.1:45000
api POST /runs --json '{"mode":"thread","count":1,"target":"192.0.2.2:45000"}'
expect_error 403 target
api POST /runs --json '{"mode":"thread","count":1,"target":"192.0.2.1:45001"}'
expect_error 403 target
run_do "{\"mode\":\"thread\",\"count\":5,\"target\":\"127.0.0.1:$time_port\"}"
expect .status completed
expect .totals.completed 5
panel_stop
