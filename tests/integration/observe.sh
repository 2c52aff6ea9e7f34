#!/usr/bin/env bash
# A panel that observes another one: the side of that panel's TIME server is in the runs.
source "$(dirname -- "$0")/lib.sh"

observed_pid=
observed() { # [OPTION...]: sets $there (its API), $target and $observed_pid
    local line output
    exec {output}< <(exec "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$work/observed.db" --token-file "$work/token" \
        "$@" 2>"$work/observed.err")
    observed_pid=$!
    background+=("$observed_pid")
    read -r -t 30 line <&"$output" || fail "the other panel printed no ready line"
    [[ $line =~ ^koneksi\ ready\ http=([^ ]+)\ time=([^ ]+)\ db= ]] || fail "expected the ready line, got: $line"
    there=${BASH_REMATCH[1]}
    target=${BASH_REMATCH[2]}
}

there_is() { # FILTER VALUE: of the other panel's GET /server
    curl_quiet -H "Authorization: Bearer $(cat "$work/token")" -o "$body" "http://$there/server"
    expect "$1" "$2"
}

printf 'a-token-of-the-other-panel\n' >"$work/token"
chmod 600 "$work/token"
observed --model pool --workers 5
panel_start --observe "http://$there/" --observe-token-file "$work/token"

begin "what the other TIME server accepted, and its model, are in the run; both sides agree"
run_do "{\"mode\":\"event\",\"count\":300,\"target\":\"$target\"}"
expect .totals.completed 300
expect '.server | [.model, .accepted, .refused, .listen_overflows]' '["pool",300,0,0]'
expect '[.server_process, .verdict, .message]' '[null,null,""]'
expect_sums
there_is '[.model, .total]' '["pool",300]'

begin "its limits and its side of the samples"
run_do "{\"mode\":\"event\",\"count\":400,\"rate\":400,\"requests\":2,\"target\":\"$target\"}"
expect .server.accepted 400
api GET "/runs/$run/limits"
expect '[.limits[] | select(.side == "server" and .name == "RLIMIT_NOFILE") | .source]' '["getrlimit"]'
expect '[.limits[] | select(.side == "server") | .scope] | unique | inside(["process", "socket"])' true
api GET "/runs/$run/samples"
expect_that '[.samples[].server.accepted] | . == sort and last == 400'
expect_that '[.samples[].server | select(.threads > 0 and .processes == 1)] | length > 5'

begin "its workers stop held clients: the verdict names them"
run_do "{\"mode\":\"event\",\"count\":20,\"hold\":true,\"timeout_ms\":1000,\"target\":\"$target\"}"
expect '.verdict | [.kind, .name, .side, .value, .certainty]' "[\"cap\",\"server's workers\",\"server\",5,\"proved\"]"
expect .totals.completed 5

begin "another target is not observed"
exec {alone}< <(exec "$KONEKSI" --no-http --time 127.0.0.1:0 2>"$work/alone.err")
background+=("$!")
read -r -t 30 line <&"$alone" || fail "the server alone printed no ready line"
run_do "{\"mode\":\"thread\",\"count\":10,\"target\":\"${line#koneksi ready time=}\"}"
expect '[.totals.completed, .server]' '[10,null]'
expect .server_process.program koneksi
run_do '{"mode":"thread","count":10}'
expect_all_completed 10
panel_stop

begin "a list is not observed, nor what a panel says by a name"
cat >"$work/panel.mjs" <<'END'
import { createServer } from "node:http";
const answer = { model: "epoll", total: 0, live: 0, listen: process.argv[2], limits: [] };
const server = createServer((_, response) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer)));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
END
for listen in "$target" "localhost:${target##*:}"; do
    exec {fake}< <(exec node "$work/panel.mjs" "$listen")
    background+=("$!")
    read -r -t 20 port <&"$fake" || fail "the made-up panel does not listen"
    panel_start --observe "http://127.0.0.1:$port"
    run_do "{\"mode\":\"thread\",\"count\":10,\"target\":\"$target\"}"
    expect '[.totals.completed, .server.model]' "[10,$([[ $listen == "$target" ]] && echo '"epoll"' || echo null)]"
    run_do "{\"mode\":\"thread\",\"count\":10,\"target\":\"$target,${line#koneksi ready time=}\"}"
    expect '[.totals.completed, .server]' '[10,null]'
    panel_stop
done

begin "a wrong token: the run goes on without that side, and the log says why"
printf 'another-token-than-that-one\n' >"$work/wrong"
chmod 600 "$work/wrong"
panel_start --observe "http://$there" --observe-token-file "$work/wrong"
run_do "{\"mode\":\"thread\",\"count\":10,\"target\":\"$target\"}"
expect '[.totals.completed, .server]' '[10,null]'
panel_stop "the panel at $there cannot be observed: it answered: HTTP/1.1 401 "

begin "a panel that ends during the run: the run ends, and says from when the numbers are"
panel_start --observe "http://$there" --observe-token-file "$work/token"
run_submit "{\"mode\":\"event\",\"count\":1500,\"rate\":500,\"timeout_ms\":500,\"target\":\"$target\"}"
run_until "$run" '.totals.completed > 200'
kill -KILL "$observed_pid"
run_over "$run" 30
expect_sums
expect_that '.message | startswith("the observed panel did not answer at the end")'
expect_that '.server.accepted > 0 and .server.accepted < 1500'
expect .verdict.name 'server went away'
run_do "{\"mode\":\"thread\",\"count\":10,\"timeout_ms\":500,\"target\":\"$target\"}"
expect '[.totals.failed, .server, .verdict.name]' '[10,null,"nobody listens"]'
panel_stop "the panel at $there cannot be observed: cannot connect: ECONNREFUSED"

begin "wrong options are refused"
refused() { # WORDS OPTION...
    local code=0
    "$KONEKSI" --http 127.0.0.1:0 --time 127.0.0.1:0 --db "$db" "${@:2}" 2>"$work/out" >/dev/null || code=$?
    ((code != 0)) || fail "${*:2} is accepted"
    grep -qF -- "$1" "$work/out" || fail "$(cat "$work/out")"
}
refused '"ftp://a:1" is not http://HOST:PORT' --observe ftp://a:1
refused '"http://a" is not http://HOST:PORT' --observe http://a
refused '"http://127.0.0.1:1/runs" is not http://HOST:PORT' --observe http://127.0.0.1:1/runs
refused "--observe, which is missing" --observe-token-file "$work/token"
