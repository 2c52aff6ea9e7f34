#!/usr/bin/env bash
# Each resource of the API answers as the contract says, in JSON, CSV and plain text.
source "$(dirname -- "$0")/lib.sh"

expect_allow() { # METHOD PATH
    api "$1" "$2"
    expect_status 405
    [[ -n $(header Allow) ]] || fail "405 of $1 $2 has no Allow"
}

panel_start

begin "health, limits, server and the contract itself"
api GET /healthz
expect_status 200
api GET /limits
expect_status 200
expect_that '[.limits[].side] | unique == ["client", "server"]'
expect_that '.limits | all(has("name") and has("scope") and has("value") and has("used") and has("unit") and
                           has("source") and has("raise"))'
expect_that '[.limits[].name] | contains(["RLIMIT_NOFILE", "kernel.pid_max", "listen backlog"])'
api GET /server
expect_status 200
expect .model thread
expect .listen "127.0.0.1:$time_port"
expect_that '.backlog > 0 and .live == 0 and .accept_paused == false'
api GET /openapi.json
expect_status 200
expect_that '.openapi | startswith("3.")'
expect_that '.paths | has("/runs") and has("/healthz")'
api GET /
expect_status 200
[[ $(header Content-Type) == text/html* ]] || fail "the dashboard is $(header Content-Type)"
[[ $(header Content-Security-Policy) == *"default-src 'self'"* ]] || fail "the dashboard has no policy"
expect_header X-Content-Type-Options nosniff

begin "a run from form fields"
api POST /runs -d mode=thread -d count=60 -d 'label==SUM(A1), "x"'
expect_status 201
form=$(jq .id -- "$body")
expect_header Location "/runs/$form"
run_over "$form"
expect_all_completed 60
expect .label '=SUM(A1), "x"'

begin "a run from JSON"
run_do '{"mode":"pool","count":200,"pool_size":4,"label":"a pool"}'
expect_all_completed 200
pool=$run
run_do '{"mode":"thread","count":3,"label":"another"}'
last=$run

begin "the list: newest first, in pages, filtered"
api GET /runs
expect_status 200
expect '[.runs[].id]' "[$last,$pool,$form]"
expect .next null
api GET '/runs?limit=2'
expect '[.runs[].id]' "[$last,$pool]"
expect .next "$pool"
api GET "/runs?limit=2&before=$pool"
expect '[.runs[].id]' "[$form]"
expect .next null
api GET '/runs?mode=pool'
expect '[.runs[].id]' "[$pool]"
api GET '/runs?status=failed'
expect '.runs' '[]'
api GET '/runs?q=POOL'
expect '[.runs[].id]' "[$pool]"
api GET '/runs?limit=0'
expect_error 400 limit
api GET '/runs?mode=none'
expect_error 400 mode

begin "samples"
api GET "/runs/$pool/samples"
expect_status 200
expect_that '.samples | length >= 1'
expect_that '.samples[-1].totals.completed == 200' # the last one sees the end
api GET "/runs/$pool/samples.csv"
expect_status 200
[[ $(header Content-Type) == text/csv* ]] || fail "samples.csv is $(header Content-Type)"
(($(wc -l <"$body") >= 2)) || fail "samples.csv has no row: $(answer)"

begin "errors of a run without errors"
api GET "/runs/$pool/errors"
expect . '{"errors":[],"next":null,"traces":[]}'
api GET "/runs/$pool/errors.csv"
expect_status 200
expect_equal "lines of errors.csv" 1 "$(wc -l <"$body")"

begin "both sides' limits of a run"
api GET "/runs/$pool/limits"
expect_that '[.limits[].side] | unique == ["client", "server"]'

begin "histograms count every completed client"
api GET "/runs/$pool/histogram"
expect_status 200
for kind in connect reply client; do
    expect "[.histogram.${kind}[].count] | add" 200
    expect_that ".histogram.${kind} | all(.from_us < .to_us)"
done

begin "the transcript has both sides in time order"
api GET "/runs/$last/transcript"
expect_status 200
expect '[.transcript[] | select(.side == "client" and (.text | test("sending b.TIME")))] | length' 3
expect '[.transcript[] | select(.side == "server" and (.text | test("^total koneksi [0-9]+$")))] | length' 3
expect_that '[.transcript[].at_ms] | . == sort'
api GET "/runs/$last/transcript.txt"
expect_status 200
[[ $(header Content-Type) == text/plain* ]] || fail "transcript.txt is $(header Content-Type)"
grep -qF "[CLIENT 0] sending b'TIME\\r\\n\\r\\n'" -- "$body" || fail "no sending line: $(answer)"
grep -qE "\[CLIENT 0\] received b'JAM [0-9:]{8}\\\\r\\\\n'" -- "$body" || fail "no received line: $(answer)"

begin "the history as CSV, where a formula is only text"
api GET /runs.csv
expect_status 200
head -n 1 -- "$body" | grep -q '^id,' || fail "the header is: $(head -n 1 -- "$body")"
expect_equal "lines of runs.csv" 4 "$(wc -l <"$body")"
grep -qF "\"'=SUM(A1), \"\"x\"\"\"" -- "$body" || fail "the formula is not quoted: $(answer)"
api GET '/runs.csv?mode=pool'
expect_equal "lines of one mode's runs.csv" 2 "$(wc -l <"$body")"

begin "unknown resources, and methods that a resource does not support"
for path in /nothing /runs/999999 /runs/0 /runs/x /runs/999999/samples /runs/99999999999999999999; do
    api GET "$path"
    expect_error 404 null
done
expect_allow PUT /runs
expect_allow POST /healthz
expect_allow DELETE /runs
expect_allow GET "/runs/$pool/cancel"

begin "the history in another order"
api GET '/runs?sort=count&order=asc'
expect_status 200
expect_that '[.runs[].count] | . == sort'
api GET '/runs?sort=count'
expect_that '[.runs[].count] | . == (sort | reverse)'
all=$(jq -c '[.runs[].id]' -- "$body")
api GET '/runs?sort=count&limit=1'
expect .next null
expect .next_offset 1
api GET '/runs?sort=count&limit=100&offset=1'
expect '[.runs[].id]' "$(jq -c '.[1:]' <<<"$all")"
expect .next_offset null
expect .next_after null
api GET '/runs.csv?sort=completed&order=desc'
expect_status 200
for wrong in 'sort=environment sort' 'sort=count&order=up order' 'order=asc order' 'offset=1 offset' 'after=1 after' \
    'sort=count&after=1,x after' 'sort=count&after=1,i5&offset=1 after'; do
    api GET "/runs?${wrong% *}"
    expect_error 400 "${wrong#* }"
done

begin "the next page of a sorted history is right also when a run before it is deleted or renamed meanwhile"
read -r first second third rest < <(jq -r 'map(tostring) | join(" ")' <<<"$all")
for order in asc desc; do
    for id in "$first" "$second" "$third"; do
        api PATCH "/runs/$id" -d "label=page $id"
        expect_status 200
    done
    api GET "/runs?q=page&sort=label&order=$order&limit=2"
    mapfile -t page < <(jq -r '.runs[].id' -- "$body")
    after=$(jq -r .next_after -- "$body")
    api PATCH "/runs/${page[1]}" -d label=
    api PATCH "/runs/${page[0]}" -d label=
    api GET "/runs?q=page&sort=label&order=$order&limit=2&after=$after"
    expect_status 200
    expect '.runs | length' 1
    expect .next_after null
done

begin "the label can be changed"
api PATCH "/runs/$pool" --json '{"label":"renamed <b> ✓"}'
expect_status 200
expect .label "renamed <b> ✓"
api GET '/runs?q=renamed'
expect '[.runs[].id]' "[$pool]"
api PATCH "/runs/$pool" -d label=
expect .label ""
for wrong in '{}' '{"label":5}' '{"label":"'"$(printf 'x%.0s' {1..121})"'"}' '{"label":"a\u0007"}'; do
    api PATCH "/runs/$pool" --json "$wrong"
    expect_error 400 label
done
api PATCH "/runs/$pool" --json '{"label":"a","count":5}'
expect_error 400 count
api PATCH /runs/999999 -d label=x
expect_error 404 null

begin "deleting"
api DELETE "/runs/$pool"
expect_status 204
[[ ! -s $body ]] || fail "204 has a body: $(answer)"
api GET "/runs/$pool"
expect_status 404
api GET "/runs/$pool/samples"
expect_status 404
api DELETE "/runs/$pool"
expect_status 404
run_submit '{"mode":"pool","count":5000000}'
run_until "$run" '.status == "running"' 30
api DELETE "/runs/$run"
expect_error 409 null
api PATCH "/runs/$run" -d label=x
expect_error 409 null
api POST "/runs/$run/cancel"
expect_status 202
run_over "$run" 30
api DELETE "/runs/$run"
expect_status 204

begin "the dashboard's files are compressed for clients that accept gzip; each form has its own ETag"
api GET /js/core/main.js
expect_header Content-Encoding ""
expect_header Vary Accept-Encoding
cp -- "$body" "$work/plain"
plain=$(header ETag)
api GET /js/core/main.js -H 'Accept-Encoding: br, gzip'
expect_header Content-Encoding gzip
[[ $(header ETag) != "$plain" ]] || fail "both forms have the ETag $plain"
cmp -- "$work/plain" <(gzip -dc <"$body") || fail "the compressed file differs"
api GET /js/core/main.js -H 'Accept-Encoding: gzip' -H "If-None-Match: $(header ETag)"
expect_status 304
api GET /js/core/main.js -H 'Accept-Encoding: identity, gzip;q=0'
expect_header Content-Encoding ""

panel_stop
