/* A copy of a database while a panel works with it: one moment of it, whole, in a file of its own. */
#ifndef KONEKSI_DB_BACKUP_H
#define KONEKSI_DB_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct backup {
    const char *from;         /* the database: it is read, and nothing in it changes */
    const char *to;           /* must not be there */
    bool (*go_on)(void *arg); /* asked between pieces; false: stop, and leave nothing behind. NULL: never */
    void *arg;
    uint64_t bytes; /* set: the size of the copy */
};

/* Copies, checks the copy (integrity_check), and only then gives it its name. RESULT_CONFLICT when `to` is there
 * already, or when it was stopped; RESULT_STORE, RESULT_SYSTEM. */
enum result backup_run(struct backup *backup, struct err *err) MUST_CHECK;

#endif
