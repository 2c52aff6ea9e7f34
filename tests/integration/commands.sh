#!/usr/bin/env bash
# The one-shot commands: what they print, their exit status, and that they leave nothing behind.
source "$(dirname -- "$0")/lib.sh"

export TMPDIR=$work/tmp # of the commands
mkdir -- "$TMPDIR"

command_runs() { # EXIT_CODE words...: what it prints is in $work/out and $work/err
    local code=0
    "$KONEKSI" "${@:2}" >"$work/out" 2>"$work/err" </dev/null || code=$?
    [[ $code == "$1" ]] || fail "koneksi ${*:2}: expected exit code $1, got $code: $(cat -- "$work/out" "$work/err")"
    nothing_is_left
}

nothing_is_left() {
    [[ ! -d $TMPDIR ]] || expect_equal "left in TMPDIR" '' "$(find "$TMPDIR" -mindepth 1)"
}

said() { # TEXT on standard error
    grep -qF -- "$1" "$work/err" || fail "expected \"$1\" on standard error, got: $(cat -- "$work/err")"
}

printed() { # FILTER VALUE: of the JSON object on standard output
    expect_equal "$1" "$2" "$(jq -r "$1" "$work/out")"
}

begin "a run that completes ends with 0 and a summary"
command_runs 0 run --mode thread --count 50 --hold
grep -q '^All 50 clients completed\.$' "$work/out" || fail "no summary: $(cat -- "$work/out")"
grep -q 'server threads' "$work/out" || fail "the summary has no side of the server"
expect_equal "standard error" '' "$(cat -- "$work/err")"

begin "a survey prints each mode, and a threshold holds for each"
command_runs 0 survey --modes event --max 60 --minutes 5 --limits-nofile 64 --min-ceiling 50 --json
printed '.result.modes[0] | [.mode, .state, .verdict.name] | join(" ")' 'event measured RLIMIT_NOFILE'
printed .asked.minutes 5
printed '.result.classic | [.state, (.rows | length), (.left_out | length)] | join(" ")' 'measured 0 0'
command_runs 0 survey --modes event --max 20
! grep -q 'completed/s' "$work/out" || fail "a table of classic loads, none of which is of this mode: $(cat -- "$work/out")"
command_runs 1 survey --modes event --max 60 --limits-nofile 50 --min-ceiling 50
said 'ceiling of mode event: --min-ceiling 50 was missed'
said 'About ' # before it starts, and it asks nobody

begin "at a terminal a survey asks before it starts"
at_terminal() { # EXIT_CODE ANSWER words...
    local code=0
    printf '%s\n' "$2" | script -qec "$(printf '%q ' "$KONEKSI" "${@:3}")" /dev/null >"$work/out" || code=$?
    [[ $code == "$1" ]] || fail "koneksi ${*:3}, answered $2: expected exit code $1, got $code: $(cat -- "$work/out")"
    nothing_is_left
}
at_terminal 3 n survey --modes thread --max 60 --limits-nofile 64
grep -q 'Start it? \[y/N\]' "$work/out" || fail "it did not ask: $(cat -- "$work/out")"
! grep -q 'clients at the same time' "$work/out" || fail "it was started: $(cat -- "$work/out")"
at_terminal 0 y survey --modes thread --max 60 --limits-nofile 64
grep -q 'clients at the same time' "$work/out" || fail "it was not started: $(cat -- "$work/out")"
at_terminal 0 n survey --modes thread --max 60 --limits-nofile 64 --yes
! grep -q 'Start it?' "$work/out" || fail "it asked: $(cat -- "$work/out")"

begin "at a terminal it shows which run it is at, and takes that away before the result"
grep -q $'\rclassic loads: run 1 of about [0-9]*\e\\[K' "$work/out" || fail "no progress: $(cat -v -- "$work/out")"
grep -qE 'mode 1 of 1 \(thread\): run [0-9]+ of about [0-9]+, [0-9]+ s left' "$work/out" ||
    fail "no mode in the progress: $(cat -v -- "$work/out")"
grep -q $'\r\e\\[Kthread: [0-9]* clients at the same time all complete' "$work/out" ||
    fail "the progress is still there when the result comes: $(cat -v -- "$work/out")"
at_terminal 0 '' sweep --modes event --counts 5,6 --repeats 2
grep -q 'run 1 of 4' "$work/out" || fail "no progress of a sweep: $(cat -v -- "$work/out")"
at_terminal 0 '' ceiling --mode event --max 60 --json
! grep -q $'\r.' "$work/out" || fail "progress beside --json: $(cat -v -- "$work/out")"
command_runs 0 ceiling --mode event --max 60
expect_equal "standard error, which is no terminal" '' "$(cat -- "$work/err")"

begin "--json is one object of the shape of GET /runs/N"
command_runs 0 run --mode event --count 20 --label 'by command' --json --max-failed 0 --p99-ms 60000 --min-rate 0.001
expect_equal lines 1 "$(wc -l <"$work/out")"
printed .status completed
printed .totals.completed 20
printed .label 'by command'
printed '.latency_us.client.p99 > 0' true
printed .verdict null

begin "clients that fail, and thresholds that are missed, end with 1 and say which limit it was"
command_runs 1 run --mode thread --count 300 --hold --limits-nofile 100
said 'of 300 clients did not complete; RLIMIT_NOFILE (100) on the client side stopped clients.'
command_runs 0 run --mode thread --count 300 --hold --limits-nofile 100 --max-failed 99%
command_runs 1 run --mode event --count 20 --min-rate 100000000
said '--min-rate 100000000 was missed: '
command_runs 1 run --mode event --count 20 --p99-ms 0.001
said '--p99-ms 0.001 was missed: '
command_runs 1 ceiling --mode event --max 1000 --limits-nofile 200 --min-ceiling 600 --json --junit "$work/junit.xml"
said '--min-ceiling 600 was missed: '
said 'RLIMIT_NOFILE (200) on the client side stopped clients.'
printed .kind ceiling
printed .result.verdict.name RLIMIT_NOFILE
printed '.result.ceiling < 200' true

begin "a JUnit report is well-formed and has a case for each threshold"
expect_equal "XML" 'koneksi ceiling 1 1 0' "$(python3 - "$work/junit.xml" <<'END'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot()[0]
print(suite.get("name"), suite.get("tests"), len(suite.findall("testcase/failure")), suite.get("errors"))
END
)"

begin "wrong usage ends with 2 and names what is wrong"
for words in 'run' 'run --mode thread' 'run --mode thread --count 0' 'run --mode thread --count 5 --max-failed x' \
    'run --mode thread --count 5 --min-ceiling 5' 'ceiling --mode thread --max 50 --min-ceiling 51' 'ceiling' \
    'ceiling --mode thread --count 5' 'ceiling --mode none' 'ceiling --mode thread --p99-ms 5' 'classic --mode thread' 'sweep' 'run --mode thread --count 5 --target 192.0.2.1:9' \
    'run --mode thread --count 5 --junit=' 'run --mode thread --count 5 extra' \
    'sweep --counts 5 --path /x' 'run --mode thread --count 5 --workers 3' \
    'ceiling --mode event --hostfile /dev/null'; do
    # shellcheck disable=SC2086 # several words
    command_runs 2 $words
    [[ -s $work/err && ! -s $work/out ]] || fail "koneksi $words: expected a message alone"
done
command_runs 2 sweep --counts 5 --path /x
said 'path has no effect with exchange time, only with http'
command_runs 2 run --mode thread --count 5 --workers 3
said '--workers has no effect with --model thread, only with pool'
command_runs 3 run --mode thread --count 5 --junit "$work/none/junit.xml"
[[ -s $work/err && ! -s $work/out ]] || fail "expected that nothing is measured: $(<"$work/out")"
command_runs 0 report --help
said_by_report=$(tr -s '\n ' ' ' <"$work/out")
[[ $said_by_report == *'the database to read'* && $said_by_report != *'keep the runs'* ]] ||
    fail "the help of report is not about reading: $said_by_report"
for command in run ceiling sweep classic; do
    command_runs 0 "$command" --help
    grep -q -- '--limits-nofile' "$work/out" || fail "the help of $command has no fields of a run"
done

begin "the help names the default of the command at hand"
default_is() { # COMMAND OPTION DEFAULT: the words of an option may go on in further lines
    command_runs 0 "$1" --help
    awk -v option="--$2" '/^ *--/ { at = $1 == option } at' "$work/out" | tr -s '\n ' ' ' | grep -q -- "default $3)" ||
        fail "koneksi $1 --help: --$2 has no default $3"
}
default_is run timeout-ms 30000
for command in ceiling survey; do
    default_is "$command" timeout-ms 10000
    default_is "$command" max 100000
done
default_is limits count 5000

begin "what cannot be measured ends with 3"
TMPDIR=$work/missing command_runs 3 run --mode thread --count 5
said "cannot make a folder in $work/missing: ENOENT"

begin "limits shows both sides and where each mode would stop"
command_runs 0 limits --limits-nofile 500
for word in RLIMIT_NOFILE 'most at once' "${modes[@]}"; do
    grep -q -- "$word" "$work/out" || fail "koneksi limits: no \"$word\""
done
command_runs 0 limits --json --limits-nofile 500 --hold
printed '.predicted.thread.ceiling < 500' true
printed .predicted.thread.limit RLIMIT_NOFILE
printed '.limits | map(.side) | unique | join(" ")' 'client server'

begin "with --lang id what is printed is in Indonesian, of each command that measures"
is_indonesian() { # WORD...: standard output has each, and no English
    for word in "$@"; do
        grep -q -- "$word" "$work/out" || fail "no \"$word\" in Indonesian: $(cat -- "$work/out")"
    done
    ! grep -E '\b(completed|failed|clients?|server side|took|limit|used|runs|ceiling|stopped|stops|shared|held)\b' "$work/out" ||
        fail "English words in Indonesian"
}
command_runs 0 limits --count 30000 --limits-nofile 500 --hold --lang id
is_indonesian '^batas  *sisi  *nilai  *terpakai  *satuan$' '^RLIMIT_NOFILE  *klien  *500 ' '^mode  *maksimum  *dihentikan oleh$' \
    '^ *30\.000 thread secara bersamaan: berhenti pada [0-9]* klien karena RLIMIT_NOFILE 500 di sisi klien$'
for word in '^memori fisik  *klien ' '^backlog server  *server '; do
    grep -q -- "$word" "$work/out" || fail "no \"$word\" in Indonesian: $(cat -- "$work/out")"
done
command_runs 0 survey --modes event,thread --max 60 --limits-nofile 64 --lang id
is_indonesian '^event: [0-9]* klien secara bersamaan selesai semua' '^mode  *klien  *uji .* sebab$' '^thread  *50  *1  *50  *0 .* -$' \
    '^Dengan paling banyak 60 klien secara bersamaan (max), beban klasik berikut tidak dijalankan: thread 500, '
command_runs 0 sweep --modes event --counts 50,200 --repeats 1 --hold --limits-nofile 100 --lang id
is_indonesian ' RLIMIT_NOFILE 100 di sisi klien$'
command_runs 0 run --mode event --count 5 --lang id --json
printed .status completed
command_runs 2 run --mode event --count 5 --lang xx
said '--lang must be en or id, got "xx"'

begin "--db keeps the runs, and report shows them"
command_runs 0 run --mode thread --count 5 --label 'kept by --db' --db "$work/kept.db"
command_runs 1 ceiling --mode event --max 500 --limits-nofile 100 --min-ceiling 400 --db "$work/kept.db"
command_runs 0 report --db "$work/kept.db" --run 1
grep -q '^All 5 clients completed\.$' "$work/out" || fail "no summary in the report: $(cat -- "$work/out")"
grep -q '^RLIMIT_NOFILE ' "$work/out" || fail "no limits in the report"
command_runs 0 report --db "$work/kept.db" --experiment 1
grep -qE "^ceiling; target: built-in server; exchange: time; host: $(uname -n); begun: [0-9]{4}-.*Z$" "$work/out" ||
    fail "the report does not say what the experiment was: $(cat -- "$work/out")"
grep -q 'RLIMIT_NOFILE (100)' "$work/out" || fail "no verdict in the report: $(cat -- "$work/out")"
command_runs 0 report --db "$work/kept.db" --experiment 1 --json --lang id
printed .kind ceiling
printed '.result.verdict.raise | startswith("beri limits.nofile nilai ") and contains("sebagai root")' true
printed '.result.verdict.raise_by.run' 'limits.nofile=N'
printed '.result.sentence | contains("klien secara bersamaan selesai semua")' true
command_runs 0 report --db "$work/kept.db" --experiment 1 --run 1,2 --lang id
for word in '^Rangkaian uji 1: selesai$' '^jumlah maksimum; sasaran: server bawaan; percakapan: time; host: ' '^Pengujian 1: selesai$' '^Semua 5 klien selesai\.$' '^  thread klien ' \
    '^latensi  ' '^event: [0-9]* klien secara bersamaan selesai semua, dengan [0-9]* sebagian gagal: RLIMIT_NOFILE 100 di sisi klien$' \
    '^jumlah maksimum (mode event, secara bersamaan)$' '^Cara menaikkannya: ' '^batas  *sisi ' '^RLIMIT_NOFILE  *klien '; do
    grep -q -- "$word" "$work/out" || fail "no \"$word\" in the report in Indonesian: $(cat -- "$work/out")"
done
! grep -E '\b(completed|failed|clients?|server side|took|limit|used|runs|latency|ceiling)\b' "$work/out" ||
    fail "English words in the report in Indonesian"
command_runs 0 report --db "$work/kept.db" --experiment 1 --run 1,2
for word in '^Experiment 1: completed' '^Run 1: completed' '^Run 2: ' 'RLIMIT_NOFILE (100)'; do
    grep -q "$word" "$work/out" || fail "no \"$word\" in the report of several: $(cat -- "$work/out")"
done
command_runs 0 report --db "$work/kept.db" --experiment 1 --run 1,2 --json
printed '[.experiments[].kind, .runs[].id] | join(" ")' 'ceiling 1 2'
command_runs 0 report --db "$work/kept.db" --run 1 --json
printed .id 1
command_runs 3 report --db "$work/kept.db" --run 999
said 'there is no run 999'
command_runs 3 report --db "$work/nothing.db" --run 1
[[ ! -e $work/nothing.db ]] || fail "report made a database"
command_runs 2 report --db "$work/kept.db"
for wrong in 0 '1,' ,1 1,x 1,,2 99999999999999999999; do
    command_runs 2 report --db "$work/kept.db" --run "$wrong"
    said '--run must be numbers from 1 on'
done

begin "a command that was killed leaves nothing that is said to run, and nothing that the next command carries out"
killed() { # COUNTER WORDS: killed when in the database that counter of its first run has risen
    local -r counter=$1
    shift
    "$KONEKSI" "$@" --db "$work/killed.db" >/dev/null 2>"$work/killed.err" </dev/null &
    background+=($!)
    until [[ -n $(descendants "${background[-1]}") ]]; do # before that a reader could keep it from making its database
        [[ -n $(alive "${background[-1]}") ]] || fail "it ended: $(cat -- "$work/killed.err")"
        sleep 0.05
    done
    until [[ $(sqlite3 -readonly "$work/killed.db" "SELECT count(*) FROM run_samples WHERE $counter > 0
            AND run = (SELECT max(id) FROM runs WHERE status = 'running')" 2>/dev/null) -gt 0 ]]; do
        [[ -n $(alive "${background[-1]}") ]] || fail "it ended: $(cat -- "$work/killed.err")"
        sleep 0.05
    done
    kill -KILL "${background[-1]}" || fail "it ended: $(cat -- "$work/killed.err")"
    wait "${background[-1]}" 2>/dev/null || true
}
killed completed run --mode event --count 100000 --rate 500
command_runs 0 report --db "$work/killed.db" --run 1
grep -q '^Run 1: interrupted: Koneksi ended during the run$' "$work/out" || fail "it says: $(head -n 3 "$work/out")"
grep -qE '^  completed +[1-9]' "$work/out" || fail "nothing of what it came to: $(head -n 9 "$work/out")"
killed started ceiling --mode event --max 100000 --rate 500
command_runs 0 report --db "$work/killed.db" --experiment 1
grep -q '^Experiment 1: interrupted: a panel that opens this database goes on with it$' "$work/out" ||
    fail "it says: $(head -n 3 "$work/out")"
command_runs 0 report --db "$work/killed.db" --experiment 1 --json
printed .status interrupted
command_runs 0 run --mode event --count 7 --db "$work/killed.db"
said 'what waits in the database (runs and experiments: 1) is left to a panel'
expect_equal "the runs" '1 interrupted,2 interrupted,3 completed' \
    "$(sqlite3 "$work/killed.db" "SELECT group_concat(id || ' ' || status) FROM (SELECT id, status FROM runs ORDER BY id)")"

begin "a database that a panel uses is refused, and the panel shows what commands have kept"
db=$work/kept.db
panel_start
command_runs 3 run --mode thread --count 5 --db "$db"
said "$db"
said 'in use'
api GET /runs/1
expect .label 'kept by --db'

panel_stop

begin "SIGINT, SIGTERM and SIGHUP cancel the run and leave nothing behind"
is_running() {
    local -a found=("$TMPDIR"/koneksi.*/runs.db)
    [[ -s ${found[0]} && $(sqlite3 -readonly "${found[0]}" 'SELECT status FROM runs' 2>/dev/null) == running ]]
}
for signal in INT TERM HUP; do
    "$KONEKSI" run --mode pool --count 10000000 >"$work/out" 2>"$work/err" </dev/null &
    command_pid=$!
    background+=("$command_pid")
    for ((i = 0; i < 600; i++)); do
        is_running && break
        sleep 0.05
    done
    kill "-$signal" "$command_pid"
    code=0
    wait "$command_pid" || code=$?
    expect_equal "exit code" "$((128 + $(kill -l "$signal")))" "$code"
    said 'it was cancelled'
    nothing_is_left
done
