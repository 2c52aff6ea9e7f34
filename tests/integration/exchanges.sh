#!/usr/bin/env bash
# Clients speak each exchange in every mode, with several requests and held; and what a server says in place of the reply
# is the error group.
source "$(dirname -- "$0")/lib.sh"
modes_of_this_machine

declare -A port=()
mkfifo -- "$work/stop"
exec {servers}< <(exec node "$(dirname -- "$0")/exchanges.mjs" <"$work/stop")
background+=("$!")
exec {stop}>"$work/stop"
while read -r -t 30 name number <&"$servers" && [[ $name != ready ]]; do
    port[$name]=$number
done
[[ $name == ready ]] || fail "the servers do not start"

exchange() { # MODE EXCHANGE SERVER [MORE JSON MEMBERS]: a run of 20 clients
    run_do "{\"mode\":\"$1\",\"exchange\":\"$2\",\"target\":\"127.0.0.1:${port[$3]}\",\"count\":20,\"pool_size\":20,\"timeout_ms\":10000${4:+,$4}}"
    expect_sums
}

all_completed() {
    expect '[.totals.completed, .totals.failed, (.errors | length)]' '[20,0,0]'
}

failed_alone() { # PHASE MESSAGE VERDICT: all 20, in one group
    expect '.errors | [length, .[0].phase, .[0].count, .[0].message]' "[1,\"$1\",20,\"$2\"]"
    expect '.verdict | [.kind, .name, .side]' "[\"cause\",\"$3\",\"server\"]"
}

spoken() { # MODE EXCHANGE SERVER [OPTION...]: 20 clients of koneksi-load alone, of which each completes
    "$KONEKSI_LOAD" --mode "$1" --exchange "$2" --target "127.0.0.1:${port[$3]}" --count 20 --pool-size 20 \
        --timeout-ms 20000 "${@:4}" >"$work/out" 2>&1 || fail "$*: $(cat -- "$work/out")"
}

panel_start
for mode in "${modes[@]}"; do
    begin "$mode: each exchange with its own server"
    spoken "$mode" echo echo --requests 3
    spoken "$mode" redis redis --requests 3 --hold
    spoken "$mode" memcached memcached --requests 3 --rate 1000
    spoken "$mode" connect silent --hold
    spoken "$mode" custom greeting --expect 220
    spoken "$mode" custom echo --requests 2 --send 'a "quoted"\tline\r\n' --expect 'a "quoted"\t'
    spoken "$mode" http web --requests 3 --hold --path /chunks

    begin "$mode: who is turned away says with which words"
    exchange "$mode" redis capped '"hold":true'
    expect '[.totals.completed, (.errors | length), .errors[0].phase, .errors[0].count, .errors[0].message]' \
        '[10,1,"refused",10,"the server replied: -ERR max number of clients reached"]'
    exchange "$mode" connect capped '"hold":true'
    expect '[.totals.completed, .errors[0].count, .errors[0].message]' \
        '[10,10,"the server replied: -ERR max number of clients reached"]'
done

begin "a connection that the server closes after its reply was not held"
exchange event http web '"hold":true,"path":"/closing"'
expect_that '.totals.failed > 0 and ([.errors[] | [.phase, .call]] | unique) == [["hold","recv"]]'
expect .verdict.side server

begin "each kind of body ends"
for path in / /big /nothing /elsewhere; do
    spoken event http web --requests 3 --path "$path"
done

begin "each status, and each first line, is a group"
exchange pool http web '"path":"/503"'
failed_alone refused "the server replied: HTTP/1.1 503 Service Unavailable" "refused by the server"
exchange event http redis
failed_alone protocol "the server replied: +PONG" "not an HTTP server"
exchange event http web '"path":"/500"'
expect '.errors | map([.phase, .count, .message]) | sort' \
    '[["refused",10,"the server replied: HTTP/1.1 500 Internal Server Error"],["refused",10,"the server replied: HTTP/1.1 501 Not Implemented"]]'
exchange event custom varied '"send":"x\n","expect":"yes"'
expect '[(.errors | length), .verdict.name]' '[20,"not the expected server"]'
expect_that '.verdict.facts[] | select(.fact == "reply") | .text | startswith("the server replied: no ")'

begin "a line is cut at 80 characters"
exchange thread echo many
failed_alone protocol "the server replied: $(printf -- '-%.0s' {1..80})..." "not an echo server"

begin "a server that closes refuses further requests"
exchange event http web '"path":"/closing"'
all_completed
exchange event http web '"path":"/closing","requests":2'
failed_alone refused "the server closes the connection after its response, and more requests were to follow" "refused by the server"

begin "the TIME server is no other one"
run_do '{"mode":"event","count":20,"exchange":"memcached"}'
failed_alone protocol "the server replied: Invalid request" "not a memcached server"
api GET "/runs/$run?lang=id"
expect_that '.verdict.sentence | startswith("Server tidak memakai protokol memcached")'

begin "the transcript shows what is said"
exchange thread http web
api GET "/runs/$run/transcript.txt"
grep -qF "[CLIENT 0] sending b'GET / HTTP/1.1\\r\\n'" -- "$body" || fail "no request: $(answer)"
grep -qF "[CLIENT 0] received b'HTTP/1.1 200 OK\\r\\n'" -- "$body" || fail "no reply: $(answer)"
exchange thread connect silent
api GET "/runs/$run/transcript.txt"
grep -qxE '[^[]*\[CLIENT 0\] connected' -- "$body" || fail "no connection: $(answer)"

begin "fields that do not fit are refused"
api POST /runs --json '{"mode":"event","count":1,"exchange":"connect","requests":2}'
expect_error 400 requests
api POST /runs --json '{"mode":"event","count":1,"exchange":"custom"}'
expect_error 400 send
api POST /runs --json '{"mode":"event","count":1,"exchange":"http","path":"index.html"}'
expect_error 400 path

panel_stop
exec {stop}>&-
