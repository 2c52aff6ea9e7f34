/* A copy of a database that a panel may be using: a consistent snapshot in a file of its own. */
#ifndef KONEKSI_DB_BACKUP_H
#define KONEKSI_DB_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct backup {
    const char *from;         /* the database; it is only read */
    const char *to;           /* must not exist */
    bool (*go_on)(void *arg); /* called between pieces; false: stop, and leave nothing behind. NULL: never stop */
    void *arg;
    uint64_t bytes; /* set: the size of the copy */
};

/* Copies, checks the copy (integrity_check), and only then gives it its name. RESULT_CONFLICT when `to` exists, or when
 * it was stopped; RESULT_STORE, RESULT_SYSTEM. */
enum result backup_run(struct backup *backup, struct err *err) MUST_CHECK;

#endif
