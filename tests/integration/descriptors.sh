#!/usr/bin/env bash
# The panel keeps the descriptors that its parts need, counted, and the TIME server has the rest: the API answers while
# every connection of the TIME server and of the API is taken, after many changes of model, and libmicrohttpd never spins.
source "$(dirname -- "$0")/lib.sh"

readonly spare=8 # connections that the TIME server may have
many=
panel_with_files() { # NUMBER
    panel_with "ulimit -n $1; export LD_PRELOAD=$many"
}

cpu_ticks() { # of the panel: user and system time, as in proc(5)
    awk '{ print $14 + $15 }' "/proc/$panel_pid/stat"
}

# Leaves in $kept how many descriptors the panel keeps from the TIME server's connections.
find_kept() {
    panel_with_files 800
    api GET /server
    kept=$((800 - $(jq .budget -- "$body")))
    ((kept > 64 && kept < 800)) || fail "$kept of 800 descriptors are kept for the panel"
    panel_stop
}

take_every_connection() { # leaves the descriptors in $open
    local one
    api PATCH /server --json '{"model":"epoll"}'
    open=()
    for ((i = 0; i < spare; i++)); do
        time_connect one
        time_ask "$one"
        open+=("$one")
    done
    for ((i = 0; i < 80; i++)); do
        exec {one}<>"/dev/tcp/$listen_host/$http_port"
        printf 'GET /healthz HTTP/1.1\r\nHost: ' >&"$one"
        open+=("$one")
    done
}

# The API answers several clients at once during a run. Leaves in $most how many descriptors were in use.
ask_during_a_run() {
    local path
    api POST /runs --json '{"mode":"event","count":20,"timeout_ms":1500}'
    expect_status 201
    run=$(jq .id -- "$body")
    most=0
    for ((i = 0; i < 20; i++)); do
        for path in /limits /runs.csv /metrics /server; do
            curl_quiet -o "$work/answer" "$url$path" &
            background+=("$!")
        done
        files=("/proc/$panel_pid/fd"/*)
        ((${#files[@]} <= most)) || most=${#files[@]}
        api GET /healthz
        expect_status 200
        wait "${background[@]}"
        background=()
    done
    run_over "$run"
    expect .status completed
}

begin "a panel that could not keep what it needs does not start, and says so"
find_kept
((kept < 132 + 4 * $(nproc))) || fail "$kept are kept: with 140 a panel does not start on two cores"
code=0
(ulimit -n "$kept" && exec timeout 20 "$KONEKSI" --http "$listen_host:0" --time "$listen_host:0" --db "$db") \
    >"$work/out" 2>&1 || code=$?
expect_equal "exit status" 1 "$code"
grep -q "RLIMIT_NOFILE is $kept, of which $kept are kept for the panel" "$work/out" || fail "it said: $(cat -- "$work/out")"

models=(epoll thread)
if model_is_usable uring; then
    models=(epoll uring thread)
fi

for cores in "this machine's" 64; do
    begin "$cores cores, and 40 changes of model with a connection open at each"
    if [[ $cores == 64 ]]; then
        [[ -z $KONEKSI_SANITIZE ]] || { skip_part "64 cores" "a sanitizer's runtime has to be loaded first" && continue; }
        cd -- "${KONEKSI_MANY_CORES%/*}"
        many=/proc/$$/cwd/${KONEKSI_MANY_CORES##*/} # ld.so splits LD_PRELOAD at spaces, without an escape
        find_kept
    fi
    if [[ $cores == 64 && $(ulimit -l) != unlimited && $(id -u) != 0 ]]; then # 64 rings, and 64 of the model before
        skip_part "the model uring on 64 cores" "RLIMIT_MEMLOCK of this user is $(ulimit -l) KiB"
        models=(epoll thread)
    fi
    panel_with_files "$((kept + spare))"
    for ((i = 0; i < 20; i++)); do
        for model in "${models[@]}"; do
            time_connect one
            time_ask "$one"
            api PATCH /server --json "{\"model\":\"$model\"}"
            expect_status 200
            time_close "$one"
        done
    done

    begin "$cores cores: every connection of both servers is taken, and the API answers during a run"
    take_every_connection
    ask_during_a_run
    printf '  %s of %s descriptors in use at most\n' "$most" "$((kept + spare))"
    ((most < kept + spare)) || fail "$most descriptors were in use"
    ticks=$(cpu_ticks)
    sleep 1
    ticks=$(($(cpu_ticks) - ticks))
    ((ticks * 2 < $(getconf CLK_TCK))) || fail "the panel used $ticks ticks of the processor in a second"
    for one in "${open[@]}"; do
        time_close "$one"
    done
    panel_stop 'warning time: the descriptor budget is used up'
done
