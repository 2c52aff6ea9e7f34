/* How a run with several load generators is started: as the ranks of an MPI job, by Open MPI's mpirun. Its command line
 * is fixed but for numbers and for the fields of the run, which are checked; no shell reads it. */
#ifndef KONEKSI_LOADGEN_RANKS_H
#define KONEKSI_LOADGEN_RANKS_H

#include "loadgen/contract/run_spec.h"

struct ranks_way {
    const char *generator; /* path of koneksi-load-mpi, the same on each host; NULL: there is none */
    const char *hostfile;  /* of mpirun's format; NULL: all ranks run on this machine */
};

/* Whether such a run can be started here: RESULT_INVALID, with the field, says what is to be installed or changed. */
enum result ranks_check(const struct ranks_way *way, const struct run_spec *spec, struct err *err) MUST_CHECK;

/* The command line, which begins with the path of mpirun; NULL-ended. The caller frees it with one free(). As
 * ranks_check, and RESULT_NO_MEMORY. */
enum result ranks_argv(const struct ranks_way *way, const struct run_spec *spec, const char *target, char ***argv,
                       struct err *err) MUST_CHECK;

#endif
