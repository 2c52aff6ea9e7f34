# shellcheck shell=bash
# The commands of ./run that test: test, lab, fuzz, torture and coverage. ./run sources this file for its functions.
# shellcheck disable=SC2154 # its variables

results=              # a folder: of each ctest that ran its JUnit file, and what it printed where it ran in the background
declare -a suites=()  # what ran: SUITE.xml is its JUnit file
declare -a patient=() # the process of each ctest in the background
declare -a without_aslr=()

results_start() {
    results=$(mktemp -d)
    trap 'kill "${patient[@]}" 2>/dev/null || true; rm -rf -- "$results"' EXIT
}

prepare_ctest() { # PRESET SUITE [ctest options...]: leaves the command in $ctest
    suites+=("$2")
    ctest=("${without_aslr[@]}" ctest --preset "$1" -j "$(($(nproc) + 1))" --test-output-size-passed 1000000
        --output-junit "$results/$2.xml" "${@:3}")
}

# Which tests failed is in the JUnit file, for results_end.
run_tests() { # PRESET SUITE [ctest options...]
    local -a ctest
    prepare_ctest "$@"
    say "testing $2"
    (cd -- "$root" && exec "${ctest[@]}") </dev/null || true
}

# Tests that measure no time take what the others leave of the processors.
run_patiently() { # as run_tests
    local -a ctest
    prepare_ctest "$@"
    (cd -- "$root" && exec nice -n 19 "${ctest[@]}") </dev/null >"$results/$2.output" 2>&1 &
    patient+=("$!")
}

wait_for_patient() {
    ((${#patient[@]} == 0)) || wait "${patient[@]}" || true
    patient=()
    find "$results" -name '*.output' -exec cat {} +
}

# Prints the slowest tests, what failed, what was skipped and why, and the counts. Fails if a test failed.
results_end() {
    node "$root/tests/results.mjs" "$results" "${suites[@]}" </dev/null
}

# No test cuts the power: where memory has room for what the tests write, they need not wait for the disk.
spare_the_disk() {
    local -r memory=/dev/shm
    local options
    if [[ -z ${TMPDIR-} && -w $memory ]] && (($(stat -f -c '%a * %S >> 20' $memory) >= 2048)) &&
        options=$(findmnt -n -o OPTIONS -T $memory) && [[ ,$options, != *,noexec,* ]]; then
        export TMPDIR=$memory
    fi
}

# gcc 12's thread sanitizer cannot place its shadow where the kernel moves mappings by more than 28 bits, which only root
# can read everywhere: its programs then start sometimes.
tsan_starts() {
    local -i i
    for ((i = 0; i < 20; i++)); do
        "${without_aslr[@]}" "$root/build/tsan/koneksi" --version >/dev/null 2>&1 || return 1
    done
}

test_tsan() {
    build tsan ON
    if ! tsan_starts; then
        without_aslr=(setarch "$(uname -m)" -R)
        if ! tsan_starts; then
            without_aslr=()
            suites+=("tsan")
            printf '<testcase name="every test" time="0" status="notrun"><system-out>SKIPPED: %s</system-out></testcase>\n' \
                "this kernel moves mappings by more bits than the thread sanitizer allows, and setarch -R is not permitted" \
                >"$results/tsan.xml"
            return
        fi
    fi
    run_tests tsan tsan
    without_aslr=()
}

test_all() {
    install_needs "${build_needs[@]}" "${test_needs[@]}" "${all_needs[@]}" "${mpi_needs[@]}" \
        "${package_needs[@]}" "${lab_needs[@]}"
    install_modules test
    results_start
    build release ON
    run_patiently release lint -L lint
    build fuzz OFF OFF -DKONEKSI_FUZZ_SECONDS=20
    run_patiently fuzz fuzz
    build asan ON
    run_tests asan asan
    test_tsan
    say "waiting for lint and fuzzing"
    wait_for_patient
    run_tests release release -LE "lint|lab|container"
    run_tests release lab -L lab -j "$(nproc)" # each machine takes two processors
    results_end
}

no_test() { # ctest options...: that choose no test
    (cd -- "$root" && ctest --preset release -N "$@" 2>/dev/null) | grep -qx 'Total Tests: 0'
}

test_change() { # [NAME...]
    local pattern
    local -a choice=(-LE thorough)
    install_needs "${build_needs[@]}" "${test_needs[@]}"
    install_modules test
    results_start
    configure release ON
    if (($#)); then
        # shellcheck disable=SC2016 # a set of characters
        pattern=$(printf '%s\n' "$@" | sed 's/[][\\.*+?^$()|]/\\&/g' | paste -sd '|')
        choice=(-R "$pattern")
        if no_test "${choice[@]}"; then
            say "no test has a name that contains $(printf '%s\n' "$@" | paste -sd '|' | sed 's/|/ or /g')"
            exit 2
        fi
        no_test "${choice[@]}" -L thorough || install_needs "${all_needs[@]}" "${mpi_needs[@]}" "${package_needs[@]}"
        no_test "${choice[@]}" -L lab || install_needs "${lab_needs[@]}"
        no_test "${choice[@]}" -L container || install_needs "${lab_needs[@]}" "${container_needs[@]}"
    fi
    compile release
    run_tests release release "${choice[@]}"
    results_end
}

command_test() { # [--all | NAME...]
    case ${1-} in
    --all)
        alone "test --all" "${@:2}"
        spare_the_disk
        test_all
        ;;
    -*) wrong_usage "test has no option $1" ;;
    *)
        spare_the_disk
        test_change "$@"
        ;;
    esac
}

# What the tests that ran measured, as a table in Markdown.
lab_table() { # FOLDER of the logs
    printf '\n| condition | mode | predicted | measured | verdict |\n| --- | --- | --- | --- | --- |\n'
    find "$1" -name '*.log' | sort | xargs -r -d '\n' sed -n 's/^row: //p'
}

command_lab() { # [NAME...]
    local name logs=$root/build/release/lab
    local -a choice=()
    local -i failed=0
    for name in "$@"; do
        if [[ ! $name =~ ^[a-z_]+$ || $name == lib || ! -e $root/tests/lab/$name.sh ]]; then
            wrong_usage "there is no test \"$name\" in tests/lab"
        fi
    done
    install_needs "${build_needs[@]}" "${test_needs[@]}" "${lab_needs[@]}"
    [[ " $* " != *" container "* ]] || install_needs "${container_needs[@]}"
    install_modules build
    results_start
    build release ON
    rm -rf -- "$logs"
    mkdir -- "$logs"
    (($#)) || choice=(-LE container) # that one downloads packages
    run_tests release release -j "$(nproc)" -R "^lab/($(IFS='|' && printf '%s' "${*:-.*}"))\$" "${choice[@]}"
    results_end || failed=1
    lab_table "$logs"
    say "the logs are in $logs"
    return $failed
}

command_fuzz() { # [SECONDS]
    local seconds=${1-60}
    if (($# > 1)) || [[ ! $seconds =~ ^[1-9][0-9]{0,5}$ ]]; then
        wrong_usage "fuzz takes a number of seconds, 1..999999"
    fi
    install_needs "${build_needs[@]}" "${test_needs[@]}" "${all_needs[@]}"
    install_modules build
    results_start
    build fuzz OFF OFF -DKONEKSI_FUZZ_SECONDS="$seconds"
    run_tests fuzz fuzz
    results_end
}

torture_one() { # FILE of tests/ ARGUMENTS
    # shellcheck disable=SC2086 # the arguments are words
    case $1 in
    *.mjs) node "tests/$1" $2 ;;
    *.sh) bash "tests/$1" $2 ;;
    *) "build/release/tests/${1##*/}" ;;
    esac
}

# The tests that are short in ./run test --all, at the length that the promises name. Prints their figures at the end.
command_torture() {
    local -a rows=(
        "lint/tidy.sh build/release deep"
        "torture/kills.sh 1000"
        "torture/orphans.sh 304 1000"
        "torture/leaks.sh 200 1000000"
        "torture/valgrind.sh"
        "integration/hostile.sh 10000"
        "integration/cross_site.sh"
        "unit/test_store_faults"
        "unit/test_backup_faults"
        "faults/panel_disk.mjs"
        "faults/panel_calls.mjs"
        "faults/generator.mjs thread"
        "faults/generator.mjs pool"
        "faults/generator.mjs process"
        "faults/generator.mjs event"
        "faults/generator.mjs uring"
    )
    local row script arguments
    local -i failed=0
    local -x KONEKSI=$root/build/release/koneksi KONEKSI_LOAD=$root/build/release/koneksi-load
    local -x KONEKSI_FAULTS_FOLDER=$root/build/release/tests/faults KONEKSI_FAULTS_STEP=1
    install_needs "${build_needs[@]}" "${test_needs[@]}" "${all_needs[@]}"
    install_modules build
    build release ON
    for row in "${rows[@]}"; do
        read -r script arguments <<<"$row"
        say "tests/$row"
        # tee /dev/stderr would open a file anew and truncate it: ./run torture >FILE 2>&1 would keep the last test.
        (cd -- "$root" && torture_one "$script" "$arguments") </dev/null | tee >(cat >&2) |
            sed -n "s|^figure: |$row: |p" || failed+=1
    done
    ((failed == 0)) || say "$failed of them failed"
    return $((failed > 0))
}

# Some tests fail in this build, which writes counters where a test allows no file, no descriptor and no output; and
# what a killed process executed is lost.
command_coverage() {
    local -a of=(--root "$root" --object-directory "$root/build/coverage")
    local folder
    for folder in base server loadgen db web; do
        of+=(--filter "$root/$folder/")
    done
    install_needs "${build_needs[@]}" "${test_needs[@]}" "gcovr program gcovr"
    install_modules test
    build coverage ON OFF
    find "$root/build/coverage" -name '*.gcda' -delete
    (cd -- "$root" && ctest --preset coverage -LE lint -j 2) </dev/null || say "some tests do not pass in this build"
    gcovr "${of[@]}" --branches
    gcovr "${of[@]}"
}
