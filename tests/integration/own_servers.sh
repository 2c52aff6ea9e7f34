#!/usr/bin/env bash
# Real servers with a bound of their own or of the machine: how many clients each carries, as Koneksi finds and as a
# client of the test's own counts; which bound that is; and what the server itself says of it. The last lines are the
# table of docs/servers.md.
source "$(dirname -- "$0")/lib.sh"

here=$(realpath -- "$(dirname -- "$0")/../servers")
PATH=/usr/bin:$PATH:/usr/sbin # Debian's programs, also where an ordinary user does not find them
log=$work/log
table=$work/table
user=$(id -un)
mkfifo "$work/silence" # an input that does not end

free_port() {
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

listens() { # PORT
    local port
    printf -v port '%04X' "$1"
    grep -qE ":$port 00000000:0000 0A" /proc/net/tcp
}

is_port_taken() {
    grep -qi 'address already in use' "$log"
}

# Whether the server listens on $port, waiting at most 20 s; not when that port is another program's.
own_listens() { # PROGRAM
    local end=$((SECONDS + 20))
    until [[ -n $port ]] && listens "$port"; do
        ((SECONDS < end)) || fail "$1 does not listen: $(cat -- "$log")"
        ! is_port_taken || return 1
        [[ -n $port ]] || port=$(sed -nE '1s/^(port )?([0-9]+)$/\2/p' "$log")
        sleep 0.05
    done
    ! is_port_taken
}

# Starts a server whose output goes to $log, and waits until it listens on $port: a free one, which takes the place of
# @port@ in the arguments and in $settings, the text of the file settings; or the one that it prints first. Another
# program may take a free port before the server does: then there is another try.
own_start() { # COMMANDS PROGRAM [ARGUMENT...]
    local try settings=${settings-} arguments=("${@:2}")
    for try in 1 2 3; do
        port=
        [[ "$*$settings" != *@port@* ]] || port=$(free_port)
        printf '%s\n' "${settings//@port@/$port}" >"$work/settings"
        : >"$log"
        other_start "exec >>'$log' 2>&1 <>'$work/silence'"$'\n'"$1" "${arguments[@]//@port@/$port}"
        own_listens "$2" && return
        other_end
    done
    fail "$2 found its port in use $try times: $(cat -- "$log")"
}

# A run with more clients than the server on $port carries, in $body and in the file run.
own_run() { # COUNT MEMBERS: JSON
    run_do "{\"mode\":\"event\",\"count\":$1,\"hold\":true,\"timeout_ms\":1500,\"target\":\"127.0.0.1:$port\",$2}"
    expect_sums
    cp -- "$body" "$work/run"
    printf '{}' >"$work/ceiling"
}

# Waits until the server has closed the connections of a run, which would count as in use; those of some stay for a while.
own_rest() {
    local -i try
    for ((try = 0; try < 50; try++)); do
        awk -v port="$(printf ':%04X' "$port")" '$2 ~ port "$" && $4 ~ /01|08/ { found = 1 } END { exit found }' /proc/net/tcp &&
            return
        sleep 0.1
    done
}

# Such a run and the search of the ceiling, in $body and in the file ceiling.
own_measure() { # COUNT MEMBERS: JSON
    own_run "$@"
    own_rest
    experiment_do "{\"kind\":\"ceiling\",\"mode\":\"event\",\"max\":400,\"timeout_ms\":1500,\"target\":\"127.0.0.1:$port\",$2}"
    cp -- "$body" "$work/ceiling"
}

stopped_by() { # NAME VALUE [CERTAINTY]: clients of the search
    cp -- "$work/ceiling" "$body"
    expect '.result.verdict | [.name, .side, .value]' "[\"$1\",\"server\",$2]"
    expect_that '.result.verdict.certainty | IN("proved", "likely")'
    [[ -z ${3-} ]] || expect .result.verdict.certainty "$3"
}

# The ceiling is stable, and the test's own client has all of so many replies and not all of one more.
carries() { # REQUEST BEGINNING: sets $ceiling
    cp -- "$work/ceiling" "$body"
    ceiling=$(jq .result.ceiling -- "$body")
    expect '.result | [.fails_at, .stable]' "[$((ceiling + 1)),true]"
    expect_equal "the bare client's count" "$ceiling" "$(node "$here/bare_client.mjs" "$port" "$ceiling" 0 "$@")"
    (($(node "$here/bare_client.mjs" "$port" "$ceiling" 1 "$@") <= ceiling)) || fail "it carries more than $ceiling"
}

# The first line of the server's log that has these words, without the time before it.
said() { # WORDS
    sed -nE "/$1/{s/^[0-9/: ,.*#A-Z]+ (\[[a-z]+\] )?([0-9#]+: )?(\*[0-9]+ )?//;s/, client: .*//;p;q}" "$log"
}

# One line of the table: the server's own words are what clients got in place of a reply, and its log.
own_row() { # SERVER CONFIGURATION EXCHANGE LOGGED
    jq -r --arg server "$1" --arg configuration "$2" --arg exchange "$3" --arg said "${4:-nothing}" \
        --slurpfile run "$work/run" '
        $run[0] as $run | (.result.verdict // $run.verdict) as $verdict
        | [$server, $configuration, $exchange,
            (if .result == null then "not searched" elif .result.fails_at == null then "none up to \(.result.ceiling)"
                elif .result.stable then .result.ceiling | tostring else "varies" end),
            (if $verdict then "\($verdict.name // "unknown") \($verdict.value // ""), \($verdict.certainty)" else "none" end),
            (if $run.errors == [] then "all \($run.count) completed"
                else $run.errors | max_by(.count) | "\(.count) of \($run.count): \(.message | sub("the server replied: "; ""))" end),
            $said] | "| \(join(" | ")) |"' -- "$work/ceiling" >>"$table"
    tail -n 1 "$table"
}

is_installed() { # PROGRAM
    command -v -- "$1" >/dev/null || { skip_part "$1" "it is not installed" && false; }
}

panel_start --model epoll

http=$'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
nginx_start() { # COMMANDS MAIN_SETTING WORKER_CONNECTIONS
    local settings
    settings=$(printf '%s\n' "daemon off; pid pid; error_log stderr info; $2" "events { worker_connections $3; }" \
        "http { access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u;" \
        "scgi_temp_path s; server { listen 127.0.0.1:@port@ backlog=1024; location / { return 200 ok; } } }")
    mkdir -p "$work/nginx"
    own_start "$1" nginx -p "$work/nginx" -e stderr -c "$work/settings"
}

if is_installed nginx; then
    begin "nginx closes connections that it has answered to have room for others: held, so many fit into its connections"
    nginx_start : '' 64
    own_measure 200 '"exchange":"http"'
    carries "$http" "HTTP/1.1 200"
    ((ceiling > 50 && ceiling < 64)) || fail "expected nearly 64, got $ceiling"
    if [[ $KONEKSI_SANITIZE == thread ]]; then
        skip_part "nginx's own cap" "ThreadSanitizer's threads begin so slowly that the first may have been idle"
    else
        stopped_by "server's own cap" "$ceiling"
        expect '.result.verdict.facts | map(.fact) | contains(["other mode"])' true
    fi
    own_row nginx 'worker_connections 64' http "$(said 'worker_connections are')"
    other_end

    begin "nginx with few descriptors"
    nginx_start : 'worker_rlimit_nofile 40;' 1024
    own_measure 200 '"exchange":"http"'
    carries "$http" "HTTP/1.1 200"
    stopped_by RLIMIT_NOFILE 40
    own_row nginx 'worker_rlimit_nofile 40' http "$(said 'Too many open files')"
    other_end
fi

if is_installed redis-server; then
    begin "Redis refuses in words"
    own_start : redis-server --port @port@ --bind 127.0.0.1 --save '' --dir "$work" --maxclients 50 --loglevel verbose
    own_measure 200 '"exchange":"redis"'
    carries $'PING\r\n' +PONG
    expect_equal ceiling 50 "$ceiling"
    stopped_by "server's own cap" 50 proved
    cp -- "$work/run" "$body"
    expect '.errors | map([.phase, .count, .message])' '[["refused",150,"the server replied: -ERR max number of clients reached"]]'
    own_row Redis 'maxclients 50' redis "$(said 'max number')"
    other_end
fi

if is_installed memcached; then
    begin "memcached counts descriptors rather than connections"
    own_start : memcached -u "$user" -p @port@ -l 127.0.0.1 -U 0 -c 30 -t 2 -v
    own_measure 200 '"exchange":"memcached"'
    carries $'version\r\n' VERSION
    ((ceiling > 5 && ceiling < 30)) || fail "expected fewer than 30, got $ceiling"
    stopped_by "server's own cap" "$ceiling" proved
    cp -- "$work/run" "$body"
    expect '.errors | map([.phase, .message])' '[["refused","the server replied: ERROR Too many open connections"]]'
    own_row memcached '-c 30' memcached "$(said 'Too many')"
    other_end
fi

if is_installed haproxy; then
    begin "HAProxy leaves the others waiting in its queue"
    settings=$(printf '%s\n' 'global' ' maxconn 50' 'defaults' ' mode http' ' timeout connect 5s' ' timeout client 50s' \
        ' timeout server 50s' 'frontend f' ' bind 127.0.0.1:@port@ backlog 1024' \
        ' http-request return status 200 content-type text/plain string ok')
    own_start : haproxy -db -f "$work/settings"
    unset settings
    own_measure 200 '"exchange":"http"'
    carries "$http" "HTTP/1.1 200"
    expect_equal ceiling 50 "$ceiling"
    stopped_by "server's own cap" 50 proved
    own_row HAProxy 'maxconn 50' http "$(said 'maxconn')"
    other_end
fi

if is_installed python3; then
    begin "Python's socketserver with few descriptors"
    own_start 'ulimit -n 300' python3 "$here/threads.py" 1024
    own_measure 400 '"exchange":"echo"'
    carries $'TIME\r\n' TIME
    expect .result.predicted "$ceiling"
    ((ceiling > 280 && ceiling < 300)) || fail "expected nearly 300, got $ceiling"
    stopped_by RLIMIT_NOFILE 300 proved
    own_row "Python socketserver" 'ulimit -n 300' echo "$(said 'Too many open files')"
    other_end

    begin "Python's socketserver with its own backlog: a burst overflows it, wherever that begins"
    own_start : python3 "$here/threads.py" 5
    own_run 1000 '"exchange":"echo"'
    expect '.verdict | [.name, .side, .value, .certainty]' '["listen backlog","server",5,"proved"]'
    own_row "Python socketserver" 'listen(5)' echo
    other_end

    begin "a Python server whose accept thread ends with its first error: what ended it is named, and then that nobody accepts"
    own_start 'ulimit -n 64' python3 "$here/../bench/classic_server.py" 128
    own_run 200 '"exchange":"time"'
    expect '.verdict | [.name, .side, .value, .certainty]' '["RLIMIT_NOFILE","server",64,"proved"]'
    expect_that '.totals.completed > 50 and .totals.completed < 64'
    own_row "Python, one thread accepts" 'ulimit -n 64' time "$(said '^OSError')"
    own_run 200 '"exchange":"time"'
    expect .totals.completed 0
    expect '.verdict | [.name, .side, .value, .certainty]' '["listen backlog","server",128,"proved"]'
    own_row "the same, after that" 'listen(128)' time
    other_end

    begin "a search on it ends there instead of going down to nothing"
    own_start 'ulimit -n 64' python3 "$here/../bench/classic_server.py" 128
    experiment_do "{\"kind\":\"ceiling\",\"mode\":\"event\",\"max\":200,\"timeout_ms\":1500,\"target\":\"127.0.0.1:$port\"}"
    expect_that '.runs as $runs | .result.served_until | IN($runs[])'
    expect .result.verdict.side server
    expect_that '.result | .low <= .high and .high > 50 and .high < 64 and .fails_at > .ceiling and (.sentence | test("served nobody after run [0-9]+, so the search ended there$"))'
    other_end
fi

begin "Node has no bound of its own below the machine's"
# shellcheck disable=SC2016 # it is JavaScript
own_start : node -e 'require("http").createServer((_, reply) => reply.end("ok\n"))
    .listen(0, "127.0.0.1", function () { console.log(this.address().port) })'
own_measure 400 '"exchange":"http"'
expect '.result | [.ceiling, .fails_at, .verdict]' '[400,null,null]'
expect '.prediction.limit' RLIMIT_NOFILE
own_row "Node http" 'its defaults' http
other_end

panel_stop
printf '%s\n' '| server | bound | exchange | ceiling | verdict | what clients above it got | what its log says |' \
    '| --- | --- | --- | --- | --- | --- | --- |'
cat -- "$table"
