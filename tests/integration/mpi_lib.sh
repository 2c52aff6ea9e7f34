# shellcheck shell=bash
# What the tests of koneksi-load-mpi share; each sources it after lib.sh.

# shellcheck disable=SC2034 # for the tests
load_mpi=${KONEKSI_LOAD%/*}/koneksi-load-mpi
command -v mpirun >/dev/null || skip_test "there is no mpirun (Debian: openmpi-bin)"
[[ -x $load_mpi ]] || skip_test "koneksi-load-mpi is not built: there was no MPI to build it with (Debian: libopenmpi-dev)"
mpirun --version | grep -q 'Open MPI' || skip_test "mpirun is not that of Open MPI"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Whatever becomes of a test, mpirun ends after a while, and its ranks with it.
mpi_run=(timeout --kill-after=5 120 mpirun --oversubscribe --quiet)

rank_counts() { # every client of the run in $body is accounted for, in the ranks as in the sums
    expect_sums
    expect_that '(.by_rank // []) as $ranks | ($ranks | length) == 0 or
        (.totals | to_entries | all(.key as $key | .value == ([$ranks[].totals[$key]] | add)))'
}

ranks_of() { # PID of mpirun: leaves the processes of its ranks in $ranks, by their numbers
    local pid rank
    ranks=()
    for pid in $(processes | awk -v parent="$1" '$2 == parent { print $1 }'); do
        rank=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^OMPI_COMM_WORLD_RANK=//p')
        ranks[rank]=$pid
    done
}
