#!/usr/bin/env bash
# openapi.json is true: the test provokes every status that it documents, every answer matches its schema, and every
# member that it names is in some answer. The unit test test_router compares its routes with the panel's.
source "$(dirname -- "$0")/lib.sh"

here=$(dirname -- "$(readlink -f -- "$0")")
[[ -d $here/../../static/node_modules/ajv ]] || fail "ajv is missing: npm ci in static/"
shots=$work/shots
contract=$work/openapi.json
number=0
mkdir -- "$shots"

keep() { # METHOD TEMPLATE: the last answer
    local shot=$shots/$((++number))
    mkdir -- "$shot"
    printf '%s %s\n' "$1" "$2" >"$shot/ask"
    printf '%s' "$status" >"$shot/status"
    cp -- "$headers" "$body" "$shot"
}

# Keeps an answer, whose status must be STATUS. {id} in the path stands for $id.
shot() { # STATUS METHOD TEMPLATE [QUERY with its ?] [curl options...]
    local query=
    local -a options=("${@:4}")
    if [[ ${4-} == \?* ]]; then
        query=$4
        options=("${@:5}")
    fi
    : >"$body"
    status=$(curl_quiet -X "$2" -o "$body" -D "$headers" -w '%{http_code}' "${options[@]}" \
        "$url${3//\{id\}/$id}$query") || [[ $status == 200 && $3 == */events ]] || fail "no answer to $2 $3"
    [[ $status == "$1" ]] || fail "$2 $3$query: expected $1, got $status: $(answer)"
    [[ $2 != HEAD ]] || : >"$body" # curl puts the headers there
    keep "$2" "$3"
}

each_operation() { # COMMAND...: is called for each that is documented: METHOD TEMPLATE, has a body?, can be 401?
    local method template has_body has_401
    while read -r method template has_body has_401; do
        "$@" "$method" "$template" "$has_body" "$has_401"
    done < <(jq -r '.paths | to_entries[] | .key as $path | .value | to_entries[] | select(.key != "parameters") |
        "\(.key | ascii_upcase) \($path) \(.value | has("requestBody")) \(.value.responses | has("401"))"' "$contract")
}

refused() { # METHOD TEMPLATE HAS_BODY
    local id=1
    shot 400 "$1" "$2" -H 'Transfer-Encoding: gzip'
    shot 403 "$1" "$2" -H "Host: elsewhere.example:$http_port"
    [[ $1 != GET || $2 =~ ^/(report)?$|json$ ]] || shot 400 "$1" "$2" '?no=such'
    if [[ $1 != GET ]]; then
        shot 403 "$1" "$2" -H 'Sec-Fetch-Site: cross-site'
        shot 413 "$1" "$2" -H 'Content-Type: application/json' --data-binary "@$work/large"
    fi
    if [[ $3 == true ]]; then
        shot 400 "$1" "$2" --json '{"no":"such"}'
        shot 400 "$1" "$2" --json '{'
        shot 400 "$1" "$2" -d no=such
        shot 415 "$1" "$2" -H 'Content-Type: text/plain' -d x
    fi
    if [[ $2 == *'{id}'* ]]; then
        id=999999
        shot 404 "$1" "$2" -d label=x
    fi
}

beside() { # METHOD TEMPLATE: what every path answers
    local id=$over
    shot 405 PUT "$2" -d x
    shot 204 OPTIONS "$2"
    [[ $1 != GET ]] || shot 200 HEAD "$2" "${head_query[$2]-?}" --head
}

unauthorized() { # METHOD TEMPLATE HAS_BODY HAS_401
    local id=1
    [[ $4 == true ]] || return 0
    shot 401 "$1" "$2"
    shot 401 "$1" "$2" -H 'Authorization: Bearer wrong'
}

shot_experiment() { # curl options...: sets $experiment, and $id for the shots that follow
    shot 201 POST /experiments "$@"
    experiment=$(jq -r .id -- "$body")
    id=$experiment
}

shot_experiment_over() { # JSON
    shot_experiment --json "$1"
    experiment_over
    expect .status completed
    shot 200 GET '/experiments/{id}'
}

printf '{"label":"%070000d"}' 0 >"$work/large"
endless='{"mode":"pool","count":10000000,"pool_size":2}'
id=0
panel_start --model epoll
api GET /openapi.json
cp -- "$body" "$contract"

begin "create runs and experiments"
shot 201 POST /runs --json '{"mode":"thread","count":60,"label":"all","limits":{"nofile":1024,"nproc":20000,"as_mib":4096}}'
over=$(jq .id -- "$body")
run_over "$over"
run_do '{"mode":"thread","count":60,"hold":true,"timeout_ms":2000,"limits":{"nofile":40}}'
failed=$run
expect_that '.totals.failed > 0'
shot_experiment_over '{"kind":"ceiling","mode":"event","limits":{"nofile":64},"max":200}'
ceiling=$id
shot_experiment_over "{\"kind\":\"proof\",\"run\":$(jq '.runs[1]' -- "$body")}"
shot_experiment_over '{"kind":"sweep","modes":["thread"],"counts":[5],"repeats":2}'
shot_experiment_over '{"kind":"survey","modes":["pool","event"],"max":60,"limits":{"nofile":64}}'
shot 200 POST /experiments/plan --json '{"kind":"survey"}'
shot_experiment -d kind=classic
experiment_until '.result.rows | length > 0'
shot 200 GET '/experiments/{id}'
shot 409 PATCH '/experiments/{id}' -d label=x
shot 409 DELETE '/experiments/{id}'
shot 202 POST '/experiments/{id}/cancel'
shot 409 POST '/experiments/{id}/cancel'
api GET "/experiments/$id"
run_over "$(jq '.runs[-1]' -- "$body")"
shot 200 PATCH '/experiments/{id}' -d label=classic
shot 204 DELETE '/experiments/{id}'

begin "every resource that can be read"
for id in "$over" "$failed"; do
    for part in '' /errors /errors.csv /histogram /hosts /limits /samples /samples.csv /transcript /transcript.txt; do
        shot 200 GET "/runs/{id}$part"
    done
done
shot 200 GET '/runs/{id}/errors' '?limit=1'
for path in / /experiments /experiments.csv /export.db /healthz /limits /metrics /openapi.json /report /runs /runs.csv /runs/count /server; do
    shot 200 GET "$path"
done
exec {other}< <(exec "$KONEKSI_SMALL_SERVER" 5 1 none)
background=("$!")
read -r -t 20 _ <&"$other" || fail "the other server does not start"
shot 200 GET /listeners
kill "${background[@]}"
shot 200 GET /experiments '?limit=1'
shot 200 GET /experiments "?ids=$ceiling"
shot 200 GET /limits '?mode=thread&count=100000&hold=true&model=thread&limits.nofile=64&what_if.pids=512'
shot 200 GET /runs '?sort=count&limit=1'
shot 200 GET /runs '?limit=1&fold=true'
for kind in '' .csv; do
    shot 200 GET "/compare$kind" "?runs=$over,$failed"
    shot 200 GET "/compare$kind" "?experiment=$ceiling"
    shot 404 GET "/compare$kind" '?runs=999999'
done
for path in / /openapi.json /report; do
    api GET "$path"
    shot 304 GET "$path" -H "If-None-Match: $(header ETag)"
done
id=$over
for path in /events '/runs/{id}/events'; do
    shot 200 GET "$path" --max-time 1 # a stream ends when its reader goes
done 2>/dev/null

begin "every resource that can be changed, and when it cannot"
shot 200 PATCH '/runs/{id}' --json '{"label":"another"}'
shot 200 PATCH /server --json '{"backlog":128}'
shot 403 POST /runs --json '{"mode":"thread","count":1,"target":"192.0.2.1:45000"}'
shot 403 POST /experiments --json '{"kind":"ceiling","mode":"thread","target":"192.0.2.1:45000"}'
shot 404 POST /experiments --json '{"kind":"proof","run":999999}'
shot 403 POST /experiments/plan --json '{"kind":"ceiling","mode":"thread","target":"192.0.2.1:45000"}'
shot 404 POST /experiments/plan --json '{"kind":"proof","run":999999}'
shot 201 POST /runs --json "$endless"
id=$(jq .id -- "$body")
run_until "$id" '.status == "running" and .totals.started > 0'
shot 200 GET '/runs/{id}'
shot 409 PATCH '/runs/{id}' -d label=x
shot 409 DELETE '/runs/{id}'
shot 409 PATCH /server -d backlog=64
shot 202 POST '/runs/{id}/cancel'
run_over "$id" 20
shot 409 POST '/runs/{id}/cancel'
shot 204 DELETE '/runs/{id}'

begin "invalid requests to each route"
each_operation refused

begin "every path: HEAD, OPTIONS, and a method that it does not support"
declare -A head_query=([/compare]="?runs=$over" [/compare.csv]="?runs=$over")
each_operation beside

begin "the number of event streams is limited"
# A refused stream ends; from then on the others hold every place.
curl_quiet -Z --parallel-immediate --parallel-max 50 --max-time 90 -o "$work/stream#1" "$url/events#[1-50]" 2>/dev/null &
streams=$!
background=("$streams")
end=$((SECONDS + 60))
until grep -qs '"error"' "$work"/stream*; do
    ((SECONDS < end)) || fail "no stream is refused"
    sleep 0.05
done
id=$over
shot 503 GET /events
shot 503 GET '/runs/{id}/events'
kill "$streams"
wait "$streams" 2>/dev/null || true
background=()

begin "a full queue"
api POST /runs --json "$endless"
run=$(jq .id -- "$body")
run_until "$run" '.status == "running"'
panel_kill
sqlite3 "$db" "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
    INSERT INTO runs (status, created_ms, mode, count, pool_size, hold, requests, timeout_ms, stack_kib, target, label,
        not_started) SELECT 'queued', 1, 'pool', 10000000, 2, 0, 1, 30000, 64, 'builtin', '', 10000000 FROM n;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 102)
    INSERT INTO experiments (status, kind, asked, created_ms)
    SELECT 'queued', kind, asked, 1 FROM n, (SELECT kind, asked FROM experiments WHERE kind = 'sweep' LIMIT 1)"
panel_start
shot 429 POST /runs --json "$endless"
shot 429 POST /experiments --json '{"kind":"classic"}'

begin "a database that cannot be written"
panel_kill
queued=$(sqlite3 "$db" "SELECT max(id) FROM runs")
sqlite3 "$db" "DELETE FROM runs WHERE status = 'queued' AND id < $queued - 3; DELETE FROM experiments WHERE status = 'queued'"
panel_start
prlimit --pid "$panel_pid" --fsize=0
id=$queued
shot 503 POST /runs --json "$endless"
shot 503 PATCH '/runs/{id}' -d label=x
shot 503 POST '/runs/{id}/cancel'
shot 503 DELETE '/runs/{id}'
shot 503 GET /export.db
id=$ceiling
shot 503 PATCH '/experiments/{id}' -d label=x
shot 503 DELETE '/experiments/{id}'
panel_kill
sqlite3 "$db" "DELETE FROM runs WHERE status IN ('queued', 'running');
    DELETE FROM experiments WHERE status IN ('queued', 'running')"

begin "a database that another program has locked"
panel_start
exec {shell}> >(exec sqlite3 "$db" >/dev/null)
background=("$!")
printf 'BEGIN IMMEDIATE;\n' >&"$shell"
until api GET /healthz && [[ $status == 503 ]]; do
    sleep 0.05
done
keep GET /healthz
exec {shell}>&-
panel_stop 'error|warning'

begin "a database that is damaged while the panel runs"
panel_start
size=$(stat -c %s -- "$db")
dd if=/dev/zero of="$db" bs=4096 seek=1 count=$((size / 4096 - 1)) conv=notrunc status=none
id=$over
for path in /compare /compare.csv; do
    shot 503 GET "$path" "?runs=$over"
done
for path in /experiments /experiments.csv /runs /runs.csv /runs/count '/runs/{id}' '/runs/{id}/'{errors,histogram,hosts,limits,samples,transcript}; do
    shot 503 GET "$path"
done
for path in '/runs/{id}/'{errors.csv,samples.csv,transcript.txt}; do
    shot 503 GET "$path"
done
id=$ceiling
shot 503 GET '/experiments/{id}'
shot 503 POST '/experiments/{id}/cancel'
shot 503 POST /experiments --json '{"kind":"classic"}'
shot 503 POST /experiments/plan --json "{\"kind\":\"proof\",\"run\":$over}"
panel_kill

begin "a panel with a token"
rm -f -- "$db"*
printf '%032d\n' 7 >"$work/token"
chmod 600 "$work/token"
panel_start --token-file "$work/token"
each_operation unauthorized
panel_stop

node "$here/contract.mjs" "$contract" "$shots"
