#!/usr/bin/env bash
# The TIME server on the wire, byte by byte, through bash's own sockets.
source "$(dirname -- "$0")/lib.sh"

time_pattern='^JAM [0-2][0-9]:[0-5][0-9]:[0-6][0-9]$'

talk() { # opens the connection $connection
    exec {connection}<>"/dev/tcp/127.0.0.1/$time_port"
}

hang_up() {
    exec {connection}>&-
}

say() { # BYTES as printf's %b has them
    printf '%b' "$1" >&"$connection"
}

hear() { # PATTERN: the next line
    local line
    IFS= read -r -t 20 line <&"$connection" || fail "no line, expected $1"
    [[ $line == *$'\r' ]] || fail "the line does not end in CR LF: $line"
    [[ ${line%$'\r'} =~ $1 ]] || fail "expected $1, got $line"
}

hear_end() { # nothing more comes and the server closes
    local rest
    rest=$(timeout 20 cat <&"$connection" 2>/dev/null) || true
    [[ -z $rest ]] || fail "expected the end of the connection, got: $rest"
}

panel_start

begin "a request has one reply, whatever follows the word TIME, and an empty line has none"
talk
say 'TIME\r\n\r\n'
hear "$time_pattern"
for request in 'TIME' 'TIME ' 'TIME Testing' 'TIME threading ' 'TIMES'; do
    say "$request\r\n"
    hear "$time_pattern"
done

begin "split bytes and several lines in one segment"
for part in T IM 'E\r' '\n'; do
    say "$part"
done
hear "$time_pattern"
say 'TIME\r\nTIME\r\n\r\nTIME\r\n'
hear "$time_pattern"
hear "$time_pattern"
hear "$time_pattern"

begin "anything else is invalid, and the connection stays open"
for request in 'time' 'DATE' ' TIME' '\0377\0376\0001'; do
    say "$request\r\n"
    hear '^Invalid request$'
done
say 'TIME\r\n'
hear "$time_pattern"

begin "QUIT closes without a reply"
say 'QUIT\r\n'
hear_end
hang_up

begin "an unfinished line is invalid after two seconds, and the connection stays open"
talk
began=$(now_ms)
say 'TIME'
hear '^Invalid request$'
(($(now_ms) - began >= 1900)) || fail "the reply came after $(($(now_ms) - began)) ms"
say 'TIME\r\n'
hear "$time_pattern"
hang_up

begin "a line that is too long is invalid, and the server closes"
talk
say "$(printf '%02000d' 0)"
hear '^Invalid request$'
hear_end
hang_up

begin "the server counted all of it"
api GET /server
expect .total 3

panel_stop

begin "--log-connections writes the classic line for each connection"
panel_start --log-connections
for number in 1 2 3; do
    talk
    say 'TIME\r\n'
    hear "$time_pattern"
    hang_up
done
panel_stop 'total koneksi [0-9]+'
for number in 1 2 3; do
    expect_equal "lines of connection $number" 1 "$(grep -c "total koneksi $number\$" "$work/panel.err")"
done
