# shellcheck shell=bash
# What the integration tests share about processes: those that are there, and servers of somebody else. lib.sh sources it.
# shellcheck disable=SC2154 # its variables

# One line for each living process (zombies left out): pid, parent, process group. As in proc(5), stat.
processes() {
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } |
        sed -nE 's/^([0-9]+) \(.*\) [^Z] ([0-9]+) ([0-9]+) .*/\1 \2 \3/p'
}

# The living descendants of a process.
descendants() { # PID
    processes | awk -v top="$1" '
        { parent[$1] = $2 }
        END {
            for (pid in parent)
                for (above = pid; above in parent; above = parent[above])
                    if (parent[above] == top) { print pid; break }
        }'
}

group_members() { # PGID
    processes | awk -v group="$1" '$3 == group { print $1 }'
}

# Processes that have ended and that this parent has not reaped.
zombies_of() { # PID
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | sed -nE "s/^([0-9]+) \\(.*\\) Z $1 .*/\\1/p"
}

# The process group of a generator, its zombies included, whoever their parent is.
group_remains() { # PGID
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | sed -nE "s/^([0-9]+) \\(.*\\) . [0-9]+ $1 .*/\\1/p"
}

# The given processes that still live.
alive() { # PID...
    processes | awk -v pids=" $* " 'index(pids, " " $1 " ") { print $1 }'
}

generator_pid() { # of the current run, which is `running` a moment before its generator has started
    local child='' end=$((SECONDS + 20))
    until read -r child _ < <(cat "/proc/$panel_pid/task/"*/children 2>/dev/null) || [[ -n $child ]]; do
        ((SECONDS < end)) || fail "the panel has no child"
        sleep 0.01
    done
    printf '%s' "$child"
}

gone_ms=20000 # only against a hang

expect_gone() { # COMMAND that prints the processes that are left...
    local end left
    end=$(($(now_ms) + gone_ms))
    while left=$("$@") && [[ -n $left ]]; do
        (($(now_ms) < end)) || fail "still alive after $gone_ms ms: ${left//$'\n'/ }"
        sleep 0.05
    done
}

# --- servers of somebody else ---

# A shell runs the COMMANDS and becomes the server, in a process group of its own and without descriptors of this test:
# those above a lowered limit would be counted and not limited. Sets $other_pid, and $other_output, a descriptor of what
# it prints.
other_start() { # COMMANDS PROGRAM [ARGUMENT...]
    local -r close='for fd in /proc/$$/fd/*; do fd=${fd##*/}; ((fd < 3 || fd == 255)) || exec {fd}>&-; done'
    exec {other_output}< <(exec setsid bash -c "$close"$'\n'"$1"$'\nexec "$@"' bash "${@:2}")
    other_pid=$!
    background+=("-$other_pid")
}

other_end() {
    kill -KILL -- "-$other_pid" 2>/dev/null || true
    exec {other_output}<&-
    expect_gone group_members "$other_pid"
}
