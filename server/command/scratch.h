/* A private folder for the database of runs that are kept nowhere. */
#ifndef KONEKSI_SERVER_COMMAND_SCRATCH_H
#define KONEKSI_SERVER_COMMAND_SCRATCH_H

#include "base/err.h"

#define SCRATCH_SIZE 4096

struct scratch {
    char folder[SCRATCH_SIZE];  /* empty: none was made */
    char db[SCRATCH_SIZE + 16]; /* a file in it */
};

/* Makes it in $TMPDIR, else in /tmp, readable by its owner alone. RESULT_SYSTEM. */
enum result scratch_make(struct scratch *scratch, struct err *err) MUST_CHECK;

/* Removes it with all files in it; what cannot be removed is logged. */
void scratch_remove(struct scratch *scratch);

#endif
