# shellcheck shell=bash
# What the tests of koneksi import have in common; for sourcing.
source "$(dirname -- "$0")/lib.sh"

import() { # EXIT_CODE FILE...: what it says is in $work/said
    local code=0
    "$KONEKSI" import "${@:2}" --db "$db" >"$work/said" 2>&1 </dev/null || code=$?
    [[ $code == "$1" ]] || fail "import ${*:2}: expected exit code $1, got $code: $(cat -- "$work/said")"
}

said() { # TEXT
    grep -qF -- "$1" "$work/said" || fail "expected \"$1\", got: $(cat -- "$work/said")"
}

rows() { # DATABASE: everything in it but its version
    sqlite3 -batch -readonly "$1" .dump
}

whole() { # DATABASE
    expect_equal "the check" ok "$(sqlite3 -batch "$1" 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
}
