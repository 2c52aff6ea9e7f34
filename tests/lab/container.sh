#!/usr/bin/env bash
# The container image, built and run as the documents say. ./run lab container runs it; no other command does, because it
# downloads packages.
if [[ -z ${KONEKSI_IN_MACHINE-} ]]; then
    exec bash "$(dirname -- "$0")/machine/container.sh"
fi
# shellcheck source=tests/integration/lib.sh
source "$(dirname -- "$0")/../integration/lib.sh"

url=http://127.0.0.1:8080
limits=(--pids-limit 512 --ulimit nofile=1024)

start() { # [COMMAND...]: of docs/deployment.md
    podman run -d --name koneksi "${limits[@]}" -p 127.0.0.1:8080:8080 -v koneksi:/var/lib/koneksi koneksi "$@" >/dev/null
    until curl_quiet -o /dev/null "$url/healthz" 2>/dev/null; do
        sleep 0.2
    done
    token=$(podman logs koneksi | sed -n 's/^koneksi: the token is in [^ ]*: //p' | tail -n 1)
}

stop() {
    local began
    began=$(now_ms)
    podman stop koneksi >/dev/null
    printf 'podman stop took %s ms\n' "$(($(now_ms) - began))"
    expect_equal "the exit status" 0 "$(podman inspect -f '{{.State.ExitCode}}' koneksi)"
    podman rm koneksi >/dev/null
}

ask() { # as api(), with the token
    api "$@" -H "Authorization: Bearer $token"
}

held_run() { # MODE: it is in $body when it is over
    ask POST /runs --json "{\"mode\":\"$1\",\"count\":2000,\"hold\":true,\"timeout_ms\":120000}"
    expect_status 201
    local path
    path=$(header Location)
    until ask GET "$path" && jq -e '.status != "queued" and .status != "running"' -- "$body" >/dev/null; do
        sleep 1
    done
    jq -r '.verdict.sentence' -- "$body"
    expect .status completed
    expect_that '.totals | .completed + .failed + .not_started == 2000'
}

begin "the container runs without root, and becomes healthy"
start
[[ $(podman top koneksi user) != *root* ]] || fail "$(podman top koneksi)"
health=starting
while [[ $health == starting ]]; do
    sleep 1
    health=$(podman inspect -f '{{.State.Health.Status}}' koneksi)
done
[[ $health == healthy ]] || fail "$(podman inspect -f '{{json .State.Health}}' koneksi)"
podman ps
expect_equal "the failures in a row before it is unhealthy" 3 "$(podman inspect -f '{{.Config.Healthcheck.Retries}}' koneksi)"

begin "the API wants the token"
api GET /limits
expect_status 401

begin "the limits of podman run are those of the first table"
ask GET /limits
expect '[.limits[] | select(.name == "pids.max") | .value] | unique' '[512]'
expect '[.limits[] | select(.name == "RLIMIT_NOFILE") | .value] | unique' '[1024]'
podman run --rm "${limits[@]}" koneksi koneksi limits >"$work/limits"
grep -E '^(RLIMIT_NOFILE|pids.max) ' "$work/limits"
grep -qE '^pids.max +client +512 ' "$work/limits" || fail "expected pids.max 512"

begin "the verdicts name them"
held_run thread
expect '.verdict | [.name, .value, .certainty]' '["pids.max",512,"proved"]'
held_run process
expect '.verdict | [.name, .value, .certainty]' '["pids.max",512,"proved"]'
stop
start koneksi-panel --model epoll
held_run event
expect '.verdict | [.name, .value, .certainty]' '["RLIMIT_NOFILE",1024,"proved"]'

begin "a folder that its user cannot write is refused with what to do"
podman run --rm -v "$work:/var/lib/koneksi" koneksi >"$work/refused" 2>&1 && fail "it started"
expect_equal "the message" "koneksi: /var/lib/koneksi must be writable for user 990: give it the folder of the host with \
chown 990" "$(<"$work/refused")"

begin "the runs are in the volume, and a run that goes on does not hold up the stop"
ask GET /runs
expect '.runs | length' 3
ask POST /runs --json '{"mode":"event","count":100,"hold":true,"requests":1000000,"timeout_ms":120000}'
stop
