#!/usr/bin/env bash
# orphans.sh [KILLS [WITHIN_MS [SEED]]]: nothing outlives its parent. SIGKILL ends the generator or the panel during a run,
# in each mode, held and not; within WITHIN_MS no process of the run is left, and no zombie.
source "$(dirname -- "$0")/../integration/lib.sh"
modes_of_this_machine

kills=${1:-16}
gone_ms=${2:-$gone_ms} # the promise is a second
seed=${3:-$((SRANDOM % 32768))}
RANDOM=$seed
held=$(scaled 6000 1000)
needs_descriptors $((held + 200))

spec() { # MODE HELD(0 or 1)
    if (($2)); then
        printf '{"mode":"%s","count":%d,"hold":true,"rate":%d%s}' "$1" "$held" "$((held / 6))" \
            "$([[ $1 != pool ]] || printf ',"pool_size":%d' "$held")"
    else
        printf '{"mode":"%s","count":10000000}' "$1"
    fi
}

# After the panel's end init has to reap them, and not every container has an init that does.
left_of() { # PGID: members of the group, but those that wait for process 1
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } |
        sed -nE "s/^([0-9]+) \\(.*\\) (. [0-9]+) $1 .*/\\1 \\2/p" | awk '!($2 == "Z" && $3 == 1)'
}

begin "$kills kills, eight of the generator and eight of the panel in turn, seed $seed"
for ((kill = 0; kill < kills; kill++)); do
    [[ -n $panel_pid ]] || panel_start --model epoll
    run_submit "$(spec "${modes[kill % ${#modes[@]}]}" $((kill / ${#modes[@]} % 2)))"
    run_until "$run" ".totals.connected > $((RANDOM % 100)) or .status != \"running\" and .status != \"queued\"" 60
    expect .status running
    generator=$(generator_pid)
    if ((kill / 8 % 2)); then
        panel_kill
        expect_gone left_of "$generator"
        stderr_is_clean 'when Koneksi last ended: interrupted'
    else
        kill -KILL "$generator"
        expect_gone left_of "$generator"
        run_over "$run" 20
        expect .status failed
        expect_sums
        [[ -z $(zombies_of "$panel_pid") ]] || fail "zombies of the panel: $(zombies_of "$panel_pid")"
    fi
done
[[ -z $panel_pid ]] || panel_stop
printf 'figure: %d kills: 0 processes left within %d ms, 0 zombies\n' "$kills" "$gone_ms"
