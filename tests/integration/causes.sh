#!/usr/bin/env bash
# What stops clients and is no limit of the environment is named as what it is, in both languages; and what a run was
# asked for beyond a count is said beside what was reached.
source "$(dirname -- "$0")/lib.sh"

stopped_by() { # KIND NAME SIDE
    expect '.verdict | [.kind, .name, .side]' "[\"$1\",\"$2\",\"$3\"]"
    expect_that '.verdict | (.certainty == "proved" or .certainty == "likely") and (.facts | length) > 0 and (.raise == null) == ($name != "server\u0027s workers")' --arg name "$2"
    expect_sums
}

begin "the server's workers, not the queue behind them"
panel_start --model pool --workers 4 --backlog 16
run_do '{"mode":"event","count":60,"hold":true,"timeout_ms":700}'
stopped_by cap "server's workers" server
expect '.verdict | [.value, .reached, .raise_by]' '[4,4,null]'
expect_that '.verdict.raise | startswith("koneksi --workers N")'
experiment_do '{"kind":"ceiling","mode":"event","max":20,"timeout_ms":500}'
expect '.result | [.ceiling, .verdict.name, .verdict.value]' "[4,\"server's workers\",4]"
panel_stop

panel_start --model epoll
begin "nobody listens"
unused=1 # tcpmux, which nothing of this test opens
! (exec {probe}<>"/dev/tcp/127.0.0.1/$unused") 2>/dev/null || skip_test "something listens on port $unused"
run_do "{\"mode\":\"thread\",\"count\":20,\"target\":\"127.0.0.1:$unused\"}"
stopped_by cause "nobody listens" server
expect '.verdict.facts[] | select(.fact == "listener") | .listens' 0
sentence=$(jq -r .verdict.sentence -- "$body")
api GET /runs.csv
for column in model backlog accepted listen_overflows refused; do
    expect_equal "server_$column, of a server that is not the panel's" '' "$(csv_column "server_$column" | cut -d ' ' -f 1)"
done
experiment_do "{\"kind\":\"ceiling\",\"mode\":\"event\",\"max\":5,\"target\":\"127.0.0.1:$unused\"}"
expect .result.ceiling 0
api GET /experiments.csv
expect_equal "a ceiling at which no client completes" '0 4' "$(csv_column ceiling)"
api GET "/runs/$run"
api GET "/runs/$run?lang=id"
expect_that '.verdict.sentence | startswith("Tidak ada yang mendengarkan")'
[[ $sentence == "Nobody listens at the target"* ]] || fail "in English it says: $sentence"
api GET "/runs/$run?lang=fr"
expect_error 400 lang

# Another server: JavaScript that handles the connection `socket`, the `n`th from 1, of `server`.
other_server() { # sets $other
    exec {answer}< <(exec node -e "let n = 0;
        const server = require('net').createServer((socket) => { n++; socket.on('error', () => {}); $1 });
        server.listen(0, '127.0.0.1', () => console.log(server.address().port));
        setTimeout(() => process.exit(), 60000)" 2>/dev/null)
    background+=("$!")
    read -r -t 20 other <&"$answer" || fail "the other server does not start"
}

begin "not a TIME server"
other_server "socket.end('-ERR what is TIME?\\r\\n')"
run_do "{\"mode\":\"event\",\"count\":20,\"target\":\"127.0.0.1:$other\",\"timeout_ms\":4000}"
stopped_by cause "not a TIME server" server
expect_that '.errors[].message | contains("-ERR what is TIME?")'

begin "a server that goes away"
other_server "socket.write('2026-01-01T00:00:00Z\\r\\n'); if (n === 10) process.exit()"
run_do "{\"mode\":\"thread\",\"count\":200,\"hold\":true,\"rate\":400,\"target\":\"127.0.0.1:$other\",\"timeout_ms\":4000}"
stopped_by cause "server went away" server

# A server in each mode and with each exchange: what it does with a connection is known from how its clients failed.
closed_by() { # CERTAINTY EXCHANGE [fields of the run]
    local mode
    for mode in "${modes[@]}"; do
        run_do "{\"mode\":\"$mode\",\"count\":20,\"pool_size\":20,\"exchange\":\"$2\",\"target\":\"127.0.0.1:$other\"${3-},\"timeout_ms\":8000}"
        stopped_by cause "closed by the server" server
        expect .verdict.certainty "$1"
    done
}

modes_of_this_machine
declare -A cut=([time]='JAM 1' [echo]='' [http]='HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc' [redis]='+PO'
    [memcached]='VERSI' [custom]='he')
begin "a server that closes the connection without a reply, or in the middle of it, in every mode"
for exchange in "${!cut[@]}"; do
    fields=''
    [[ $exchange != custom ]] || fields=',"send":"hi\r\n","expect":"hello"'
    other_server "socket.once('data', () => socket.end())"
    closed_by proved "$exchange" "$fields"
    expect_that '.verdict.sentence | contains("None of these clients had received a byte of that reply.")'
    [[ -n ${cut[$exchange]} ]] || continue
    other_server "socket.once('data', () => socket.end('${cut[$exchange]}'))"
    closed_by proved "$exchange" "$fields"
    expect_that '.verdict.sentence | contains("20 of these clients had received a part of the reply.")'
done
api GET "/runs/$run?lang=id"
expect_that '.verdict.sentence | startswith("Server menutup koneksi sebelum jawabannya lengkap;")'

begin "a server that resets connections: it is likely who did"
other_server "socket.once('data', () => socket.resetAndDestroy())"
closed_by likely time
expect_that '.verdict.sentence | startswith("The server reset connections before the reply was complete;")'

begin "a server that closes after some requests, and one that answers no more"
other_server "let asked = 0; socket.on('data', () => (++asked > 2 ? socket.end() : socket.write('+PONG\r\n')))"
closed_by proved redis ',"requests":5'
expect_that '.errors[0].message | contains("after 2 of 5 replies and 0 bytes of the next")'
expect '.verdict.facts[] | select(.fact == "answered") | [.answered, .requests]' '[40,100]'
other_server "let asked = 0; socket.on('data', () => { if (++asked < 4) socket.write('+PONG\r\n') })"
run_do "{\"mode\":\"event\",\"count\":20,\"exchange\":\"redis\",\"requests\":5,\"target\":\"127.0.0.1:$other\",\"timeout_ms\":1500}"
expect '.errors | map(.phase)' '["timeout"]'
expect_that '.errors[0].message | contains(", 3 of 5 replies and 0 bytes of the next")'
expect_that '.verdict.sentence | contains("60 of their 100 requests had been answered by then.")'
"$KONEKSI_LOAD" --mode event --count 20 --exchange redis --requests 5 --target "127.0.0.1:$other" --timeout-ms 1500 \
    --summary json >"$body" </dev/null || true
expect_that '.verdict.sentence | contains("60 of their 100 requests had been answered by then.")'

begin "a bound on new connections in a while is not proved to be one on those at the same time"
other_server "if (!server.since || performance.now() - server.since > 300) { server.since = performance.now(); n = 1 }
    if (n > 30) socket.end(); else socket.on('data', () => socket.write('+PONG\r\n'))"
experiment_do "{\"kind\":\"ceiling\",\"mode\":\"event\",\"exchange\":\"redis\",\"max\":100,\"target\":\"127.0.0.1:$other\",\"timeout_ms\":4000}"
expect_that '.result.verdict | .name != $cap or .certainty != "proved"' --arg cap "server's own cap"

begin "a server that refuses for a moment, and serves those again that come later, has no cap"
other_server "if (n > 60 && n <= 90) socket.end(); else socket.on('data', () => socket.write('+PONG\r\n'))"
run_do "{\"mode\":\"event\",\"count\":105,\"hold\":true,\"rate\":600,\"exchange\":\"redis\",\"target\":\"127.0.0.1:$other\",\"timeout_ms\":8000}"
expect '.totals | [.completed, .failed]' '[75,30]'
stopped_by cause "closed by the server" server

begin "descriptors that do not suffice for the load generator itself"
run_do '{"mode":"thread","count":50,"hold":true,"limits":{"nofile":16},"timeout_ms":2000}'
expect '.verdict | [.kind, .name, .side, .value, .certainty]' '["limit","RLIMIT_NOFILE","client",16,"proved"]'
expect_sums
if make_group pids pids.max; then
    begin "tasks that do not suffice for the load generator itself"
    panel_stop
    printf max >"$group_file"
    panel_with "printf '%s' \"\$\$\" >'$group/cgroup.procs'" --model epoll
    printf %s "$(($(<"$group/pids.current") + 1))" >"$group_file"
    api GET '/limits?mode=event&count=50&hold=true'
    expect '.predicted.event | [.ceiling, .limit]' '[0,"pids.max"]'
    run_do '{"mode":"event","count":50,"hold":true,"timeout_ms":2000}'
    expect .status failed
    expect '.verdict | [.kind, .name, .side, .certainty]' '["limit","pids.max","client","proved"]'
    expect_that '.verdict.sentence | test("^pids.max .* stopped the load generator before it began a client[.]")'
    expect_sums
    experiment_do '{"kind":"ceiling","mode":"event","max":50,"timeout_ms":2000}'
    expect '.result | [.ceiling, .verdict.name]' '[0,"pids.max"]'
    expect_that '.result.sentence | test("^event: the load generator itself cannot start, .*: pids.max [0-9]+ on the client side$")'
    api GET "/experiments/$experiment?lang=id"
    expect_that '.result.sentence | test("^event: pembangkit beban sendiri tidak dapat mulai, .*: pids.max [0-9.]+ di sisi klien$")'
    printf max >"$group_file"
else
    skip_part pids.max "no cgroup with pids.max can be made"
fi

begin "a memory group whose OOM killer is off lets the load generator wait for good"
if [[ -n $KONEKSI_SANITIZE ]]; then
    skip_part memory.oom_control "a sanitizer takes more memory than the group has"
elif make_group memory memory.limit_in_bytes && printf 1 2>/dev/null >"$group/memory.oom_control"; then
    panel_stop
    printf %s $((8 << 20)) >"$group_file"
    mkdir "$work/pair"
    cp -- "$KONEKSI" "$work/pair/koneksi"
    printf '#!/usr/bin/env bash\nprintf %%s "$$" >%q/cgroup.procs\nexec %q "$@"\n' "$group" "$KONEKSI_LOAD" >"$work/pair/koneksi-load"
    chmod 755 "$work/pair/koneksi-load"
    KONEKSI=$work/pair/koneksi panel_start --model epoll
    run_do '{"mode":"thread","count":3000,"hold":true,"timeout_ms":20000}'
    expect .status failed
    expect '.verdict | [.kind, .name, .side, .value, .certainty]' '["limit","memory.max","client",8388608,"proved"]'
    expect_that '[.verdict.facts[].fact] | contains(["waited for memory"])'
    expect_sums
    panel_stop
    panel_start --model epoll
else
    skip_part memory.oom_control "no memory group whose OOM killer is off can be made"
fi

begin "a rate that is not reached is said beside the one that was asked for"
run_do '{"mode":"pool","pool_size":1,"count":2000,"rate":1000000}'
expect_that '.rate_reached > 0 and .rate_reached < 1000000'
run_do '{"mode":"event","count":20}'
expect .rate_reached null
panel_stop
