#!/usr/bin/env bash
# kills.sh [KILLS [SEED]]: the history survives a crash. SIGKILL ends the panel at a random moment while runs are submitted
# and finish. After each kill the database is intact, has every run that was acknowledged (201), and has the finished runs
# as the API showed them. The test reads a copy of the database, so that the next panel has to recover the original.
source "$(dirname -- "$0")/../integration/lib.sh"
modes_of_this_machine

kills=${1:-15}
seed=${2:-$((SRANDOM % 32768))}
RANDOM=$seed
acknowledged=$work/acknowledged
seen=$work/seen # "ID STATUS COMPLETED FAILED NOT_STARTED"
runs=0

# Submits runs and reads them until the panel has ended.
use() { # SEED
    local answer
    RANDOM=$1
    while answer=$(curl_quiet --fail -X POST "$url/runs" -d "mode=${modes[RANDOM % ${#modes[@]}]}" -d "count=$((RANDOM % 40 + 1))"); do
        jq .id <<<"$answer" >>"$acknowledged"
        ((RANDOM % 3 == 0)) || continue
        answer=$(curl_quiet --fail "$url/runs?limit=20") || break
        jq -r '.runs[] | select(.status | IN("queued", "running") | not) |
            "\(.id) \(.status) \(.totals.completed) \(.totals.failed) \(.totals.not_started)"' <<<"$answer" >>"$seen"
    done 2>/dev/null
}

check() {
    local copy=$work/copy.db lost
    rm -f -- "$copy"*
    cp -- "$db" "$copy"
    [[ ! -e $db-wal ]] || cp -- "$db-wal" "$copy-wal"
    expect_equal "after kill $kill: integrity_check and foreign_key_check" ok \
        "$(sqlite3 "$copy" 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
    lost=$(comm -23 <(sort -u -- "$acknowledged") <(sqlite3 "$copy" 'SELECT id FROM runs' | sort))
    [[ -z $lost ]] || fail "after kill $kill (seed $seed) acknowledged runs are missing: ${lost//$'\n'/ }"
    lost=$(comm -23 <(sort -u -- "$seen") <(sqlite3 -separator ' ' "$copy" \
        'SELECT id, status, completed, failed, not_started FROM runs' | sort))
    [[ -z $lost ]] || fail "after kill $kill (seed $seed) the database differs from what the API showed: $lost"
}

forget() { # the next kills have a new database: its check at the start grows with it
    runs=$((runs + $(wc -l <"$acknowledged")))
    rm -f -- "$db"*
    : >"$acknowledged"
    : >"$seen"
}

begin "$kills kills, seed $seed"
: >"$acknowledged"
: >"$seen"
for ((kill = 1; kill <= kills; kill++)); do
    panel_start --model epoll
    use "$RANDOM" &
    user=$!
    background=("$user")
    sleep "0.$((RANDOM % 4))$((RANDOM % 10))$((RANDOM % 10))"
    panel_kill
    wait "$user" || true
    background=()
    stderr_is_clean 'when Koneksi last ended: interrupted'
    check
    ((kill % 50 != 0)) || forget
done
forget
((runs > 0)) || fail "no run was acknowledged at all"
printf 'figure: %d kills, %d runs acknowledged: 0 databases corrupt, 0 runs lost\n' "$kills" "$runs"
