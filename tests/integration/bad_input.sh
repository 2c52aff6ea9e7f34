#!/usr/bin/env bash
# An invalid request is refused with a status and the field at fault, and nothing is stored.
source "$(dirname -- "$0")/lib.sh"

refuse() { # STATUS FIELD JSON
    begin "$3"
    api POST /runs --json "$3"
    expect_error "$1" "$2"
}

panel_start

refuse 400 mode '{"mode":"threads","count":5}'
refuse 400 mode '{"mode":7,"count":5}'
refuse 400 mode '{"count":5}'
refuse 400 count '{"mode":"thread"}'
refuse 400 count '{"mode":"thread","count":0}'
refuse 400 count '{"mode":"thread","count":-1}'
refuse 400 count '{"mode":"thread","count":1.5}'
refuse 400 count '{"mode":"thread","count":1e9}'
refuse 400 count '{"mode":"thread","count":10000001}'
refuse 400 count '{"mode":"thread","count":"5"}'
refuse 400 count '{"mode":"thread","count":null}'
refuse 400 cuont '{"mode":"thread","count":5,"cuont":5}'
refuse 400 hold '{"mode":"thread","count":5,"hold":1}'
refuse 400 hold '{"mode":"pool","count":5,"pool_size":4,"hold":true}'
refuse 400 limits.nofile '{"mode":"thread","count":5,"limits":{"nofile":1}}'
refuse 400 path '{"mode":"event","count":5,"exchange":"redis","target":"127.0.0.1:9","path":"/x"}'
expect .error.message 'path has no effect with exchange redis, only with http'
refuse 400 limits.files '{"mode":"thread","count":5,"limits":{"files":100}}'
refuse 403 target '{"mode":"thread","count":5,"target":"192.0.2.1:45000"}'
refuse 400 null '{"mode":"thread","count":5'
refuse 400 null '{"mode":"thread","count":5} {}'
refuse 400 null '[]'
refuse 400 null ''

label=$(printf '%0121d' 0)
refuse 400 label "{\"mode\":\"thread\",\"count\":5,\"label\":\"$label\"}"

begin "target and headers: 7 kB are accepted, 20 kB are refused"
api GET /runs -H "Cookie: a=$(printf '%07000d' 0)"
expect_status 200
api GET "/$(printf '%03500d' 0)" -H "Cookie: a=$(printf '%03500d' 0)"
expect_status 404
api GET "/$(printf '%020000d' 0)"
expect_status 414
api GET /runs -H "Cookie: a=$(printf '%020000d' 0)"
expect_status 431

begin "a body of 70 kB"
{
    printf '{"mode":"thread","count":5,"label":"'
    head -c 70000 /dev/zero | tr '\0' x
    printf '"}'
} >"$work/large"
api POST /runs --json "@$work/large"
expect_status 413

begin "an unsupported content type"
api POST /runs -H 'Content-Type: text/plain' -d '{"mode":"thread","count":5}'
expect_error 415 null

begin "form fields are checked as well"
api POST /runs -d mode=thread -d count=5x
expect_error 400 count
api POST /runs -d mode=thread -d count=5 -d cuont=5
expect_error 400 cuont

malformed() { # WHAT HEAD, a format of printf's %b without its last empty line: refused once, and the connection is closed
    local connection code=0
    begin "a head with $1"
    exec {connection}<>"/dev/tcp/127.0.0.1/$http_port"
    # what follows must not be understood; the panel may close, and reset, before all was sent and read
    (trap '' PIPE && printf '%b' "$2\r\nGET /healthz HTTP/1.1\r\n$host\r\n\r\n" >&"$connection") 2>/dev/null || true
    timeout 20 cat <&"$connection" >"$body" 2>/dev/null || code=$?
    ((code != 124)) || fail "the connection was not closed: $(answer)"
    exec {connection}>&-
    expect_equal "the status lines" 'HTTP/1.1 400' "$(grep -ao '^HTTP/1.1 [0-9]*' "$body")"
}

host="Host: 127.0.0.1:$http_port"
get="GET /healthz HTTP/1.1\r\n$host\r\n"
malformed "a NUL in a value" "${get}X-A: a\x00b\r\n"
malformed "a NUL at the end of a value" "${get}X-A: a\x00\r\n"
malformed "a NUL before a value" "${get}X-A: \x00a\r\n"
malformed "a header behind a NUL" "${get}X-A: a\x00Content-Length: 5\r\n"
malformed "a NUL in Host" "GET /healthz HTTP/1.1\r\n$host\x00.evil.example\r\n"
malformed "a NUL in Content-Length" "${get}Content-Length: 0\x001\r\n"
malformed "a NUL in the target" "GET /healthz\x00x HTTP/1.1\r\n$host\r\n"
malformed "a NUL in the query" "GET /runs?limit=1\x00x HTTP/1.1\r\n$host\r\n"
malformed "a NUL behind the method" "GET\x00 /healthz HTTP/1.1\r\n$host\r\n"
malformed "a NUL before a name" "GET /healthz HTTP/1.1\r\n\x00$host\r\n"
malformed "a control character" "${get}X-A: a\x07b\r\n"
malformed "a carriage return in a value" "${get}X-A: a\rb\r\n"
malformed "a bare line feed after the request line" "GET /healthz HTTP/1.1\n$host\r\n"
malformed "a bare line feed after a header" "${get}X-A: a\nX-B: b\r\n"
malformed "a bare line feed after the last header" "${get}X-A: a\n"
malformed "only bare line feeds" "GET /healthz HTTP/1.1\n$host\n\nx"
malformed "a folded value" "${get}X-A: a\r\n b\r\n"
malformed "a value folded with a tab" "${get}X-A: a\r\n\tb\r\n"
malformed "a folded Host" "GET /healthz HTTP/1.1\r\n$host\r\n .evil.example\r\n"
malformed "a folded first line" "GET /healthz HTTP/1.1\r\n $host\r\n"
malformed "a folded Content-Length" "${get}Content-Length:\r\n 0\r\n"
malformed "an empty name" "${get}: a\r\n"
malformed "a space before the colon" "${get}Content-Length : 0\r\n"
malformed "two spaces before the target" "GET  /healthz HTTP/1.1\r\n$host\r\n"
malformed "two lengths" "${get}Content-Length: 0\r\nContent-Length: 0\r\n"
malformed "a length and a coding" "${get}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"
malformed "two codings" "${get}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"

begin "nothing was stored"
api GET /runs
expect . '{"next":null,"runs":[]}'

begin "the longest label is accepted"
run_do "{\"mode\":\"thread\",\"count\":1,\"label\":\"${label#0}\"}"
expect_all_completed 1
expect '.label | length' 120

panel_stop
