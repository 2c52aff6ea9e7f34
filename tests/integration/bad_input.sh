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

begin "nothing was stored"
api GET /runs
expect . '{"next":null,"runs":[]}'

begin "the longest label is accepted"
run_do "{\"mode\":\"thread\",\"count\":1,\"label\":\"${label#0}\"}"
expect_all_completed 1
expect '.label | length' 120

panel_stop
