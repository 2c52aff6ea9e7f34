# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of its callers
# What the two machines of the lab share: the one in memory (boot.sh) and the one with a disk (container.sh). Needs the
# variables $kernel, $script, and the folder $work, which the caller removes.
# QEMU translates the machine's instructions itself (TCG), so that it needs neither /dev/kvm nor rights.
limit_s=600
boot_s=120

skip() { # WHY
    printf 'SKIPPED: %s\n' "$1"
    exit 77
}

check_needs() { # PROGRAM...
    local need
    [[ $(uname -m) == x86_64 ]] || skip "the lab's kernel is for x86_64"
    for need in qemu-system-x86_64 "$@"; do
        command -v -- "$need" >/dev/null || skip "$need is not installed (./run install --all)"
    done
}

keep_log() {
    [[ -n ${KONEKSI_LAB_LOGS-} ]] || return 0
    mkdir -p -- "$KONEKSI_LAB_LOGS"
    cat -- "$work/output" "$work/qemu" "$work/console" >"$KONEKSI_LAB_LOGS/${script%.sh}.log"
}

# Starts QEMU, again where the machine has not said within $boot_s on its third serial port that it is up: now and then a
# machine of QEMU's own translation stands still before that.
boot_machine() { # QEMU_OPTIONS...
    local attempt waited machine
    for attempt in 1 2 3; do
        timeout -k 5 $((limit_s - boot_s * (attempt - 1))) qemu-system-x86_64 "$@" </dev/null 2>"$work/qemu" &
        machine=$!
        for ((waited = 0; waited < boot_s * 5; waited++)); do
            if ! kill -0 "$machine" 2>/dev/null || [[ -s $work/up ]]; then
                wait "$machine" || true
                return
            fi
            sleep 0.2
        done
        kill "$machine"
        wait "$machine" || true
        printf 'machine %s did not boot within %s s; its last message: %s\n' $attempt $boot_s \
            "$(tail -n 1 -- "$work/console")" >&2
    done
}

# The kernel's own messages go to the first serial port, what the script prints to the second. Ends with the exit status
# that is the last line there.
run_machine() { # MEMORY_MIB "of the kernel's command line" QEMU_OPTIONS...
    local status
    boot_machine -accel tcg,thread=multi -cpu max,la57=off -smp 2 -m "$1" -nodefaults -no-reboot -display none \
        -monitor none -kernel "$kernel" -append "console=ttyS0 panic=-1 $2" -serial "file:$work/console" -serial stdio \
        -serial "file:$work/up" "${@:3}" | tr -d '\r' | tee "$work/output" | grep -v '^exit status ' || true
    keep_log
    status=$(sed -nE 's/^exit status ([0-9]+)$/\1/p' "$work/output")
    if [[ -z $status ]]; then
        printf 'FAILED: the machine did not come to the end of %s within %s s; its console:\n' "$script" "$limit_s" >&2
        tail -n 20 -- "$work/qemu" "$work/console" >&2
        exit 1
    fi
    ((status == 0)) || tail -n 25 -- "$work/console" >&2
    exit "$status"
}
