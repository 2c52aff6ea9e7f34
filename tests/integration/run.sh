#!/usr/bin/env bash
# The script ./run, in a copy of the tree with a space in its name. cmake and ctest are stand-ins that the test writes;
# the panel is the real one.
source "$(dirname -- "$0")/lib.sh"

here=$(dirname -- "$(readlink -f -- "$0")")
tree=$work/the\ tree
mkdir -p -- "$tree/tests" "$tree/static/node_modules" "$tree/build/release" "$work/bin" "$work/poor"
cp -- "$here/../../run" "$tree/"
cp -- "$here/../commands.sh" "$here/../results.mjs" "$tree/tests/"
ln -s -- "$KONEKSI" "$tree/build/release/koneksi"
printf '{"packages":{}}' | tee "$tree/static/package-lock.json" >"$tree/static/node_modules/.package-lock.json"

stand_in() { # PROGRAM: its script comes from standard input
    { printf '#!/bin/bash\n' && cat; } >"$work/bin/$1"
    chmod 755 "$work/bin/$1"
}
stand_in cmake <<'END_OF_SCRIPT'
[[ $1 == --build ]] || { echo '-- Configuring done'; exit; }
echo '[0/2] Re-checking globbed directories...'
echo 'ninja: no work to do.'
END_OF_SCRIPT
PATH=$work/bin:$PATH

try() { # WANTED_CODE COMMAND...: leaves $work/out and $work/err
    local code=0
    "${@:2}" >"$work/out" 2>"$work/err" </dev/null || code=$?
    ((code == $1)) || fail "expected exit code $1 of: ${*:2}; got $code: $(cat "$work/out" "$work/err")"
}

said() { # FILE PATTERN
    grep -qE -- "$2" "$work/$1" || fail "expected $2 in: $(cat "$work/$1")"
}

# A user without rights: whoever runs the test, or nobody where root does.
declare -a ordinary=()
if ((EUID == 0)); then
    ordinary=(setpriv --reuid 54321 --regid 54321 --clear-groups)
    chmod 711 "$work"
    "${ordinary[@]}" true 2>/dev/null || ordinary=(none)
fi

begin "wrong usage is exit code 2"
try 0 "$tree/run" --help
said out '^Usage: '
for words in nonsense "build now" "install now" "install --all now" "test --nonsense" "test --all unit" "fuzz none"; do
    read -ra words <<<"$words"
    try 2 "$tree/run" "${words[@]}"
    said err '^Usage: '
done

begin "a script reads the ready line alone, and SIGTERM reaches the panel"
program=$KONEKSI
KONEKSI=$tree/run
panel_start
panel_stop
KONEKSI=$program

begin "on a terminal the address follows as a link, CMake is silent, and Ctrl+C ends the panel"
mkfifo "$work/keys"
script -qefc "'$tree/run' --http 127.0.0.1:0 --time 127.0.0.1:0 --db '$db'" /dev/null <"$work/keys" >"$work/terminal" &
terminal=$!
background=("$terminal")
exec {keys}>"$work/keys"
end=$((SECONDS + 30))
until grep -q 'Ctrl+C' "$work/terminal"; do
    ((SECONDS < end)) || fail "no link: $(cat "$work/terminal")"
    sleep 0.05
done
printf '\003' >&"$keys"
code=0
wait "$terminal" || code=$?
background=()
exec {keys}>&-
expect_equal "exit code after Ctrl+C" 0 "$code"
tr -d '\r' <"$work/terminal" | sed 's/^\^C//' | grep . >"$work/lines"
http=$(sed -nE '1s/^koneksi ready http=([^ ]+) .*/\1/p' "$work/lines")
expect_equal "the second line" "Open http://$http in a browser. Ctrl+C stops Koneksi." "$(sed -n 2p "$work/lines")"
expect_equal "lines" 2 "$(wc -l <"$work/lines")"

begin "the last line of ./run test counts the tests, and the lines before it name what did not pass"
stand_in ctest <<'END_OF_SCRIPT'
case $* in
*' -N '*nothing | *' -N '*thorough) echo 'Total Tests: 0' ;;&
*' -N '*) exit ;;
esac
pattern=${*: -1}
while [[ $1 != --output-junit ]]; do
    shift
done
{
    printf '<testsuite>%s%s%s' '<testcase name="unit/a" time="0.5" status="run"><system-out></system-out></testcase>' \
        '<testcase name="unit/b" time="1" status="run"><system-out>SKIPPED: a &lt;part&gt;: no IPv6</system-out></testcase>' \
        '<testcase name="unit/c" time="2" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/><system-out>SKIPPED: no root</system-out></testcase>'
    [[ $pattern != bad ]] ||
        printf '%s' '<testcase name="unit/d" time="3" status="fail"><failure/><system-out></system-out></testcase>' \
            '<testcase name="unit/e" time="4" status="notrun"><system-out></system-out></testcase>'
    printf '</testsuite>\n'
} >"$2"
END_OF_SCRIPT
try 0 "$tree/run" test
expect_equal "the last line" "2 passed, 0 failed, 1 skipped" "$(tail -n 1 "$work/out")"
said out '^  unit/c: no root$'
said out '^  unit/b: a <part>: no IPv6$'
try 1 "$tree/run" test bad
expect_equal "the last line" "2 passed, 2 failed, 1 skipped" "$(tail -n 1 "$work/out")"
said out '^  unit/d$'
said out '^  unit/e$'
try 2 "$tree/run" test nothing
said err 'no test has a name that contains nothing'

if [[ ${ordinary[*]} == none ]]; then
    skip_part "a user without rights" "no program can be started as another user"
    exit 0
fi

begin "a folder that cannot be written is named"
chmod 555 "$tree/build/release"
try 1 "${ordinary[@]}" "$tree/run" build
chmod 755 "$tree/build/release"
expect_equal "the message" "run: cannot write to $tree/build/release" "$(cat "$work/err")"

begin "packages that the user may not install: the command for the administrator"
for program in bash env cat dirname readlink; do
    ln -s -- "$(command -v "$program")" "$work/poor/"
done
printf '#!/bin/bash\nexit 1\n' | tee "$work/poor/apt-get" >"$work/poor/sudo"
chmod 755 "$work/poor/apt-get" "$work/poor/sudo"
try 1 "$(command -v env)" PATH="$work/poor" "${ordinary[@]/#setpriv/$(command -v setpriv)}" "$tree/run" install
said err '^apt-get update && apt-get install -y --no-install-recommends gcc '
