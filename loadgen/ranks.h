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

/* A folder for what MPI keeps in files while a job runs, the memory that ranks share among it: mpirun leaves it behind
 * when the job is killed. Empty where none can be made, or where the ranks are on several hosts. */
#define RANKS_FOLDER_SIZE 128
void ranks_folder_make(const struct ranks_way *way, char folder[RANKS_FOLDER_SIZE]);
/* With all that is in it. */
void ranks_folder_remove(const char *folder);

/* The command line, which begins with the path of mpirun; NULL-ended. The caller frees it with one free(). As
 * ranks_check, and RESULT_NO_MEMORY. */
enum result ranks_argv(const struct ranks_way *way, const struct run_spec *spec, const char *target, const char *folder,
                       char ***argv, struct err *err) MUST_CHECK;

#endif
