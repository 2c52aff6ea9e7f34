/* Which file a path leads to, to notice later that it leads to another one. */
#ifndef KONEKSI_DB_FILE_IDENTITY_H
#define KONEKSI_DB_FILE_IDENTITY_H

#include <sys/types.h>

#include "base/err.h"

struct file_identity {
    dev_t device;
    ino_t inode;
};

/* RESULT_STORE when there is no such file. */
enum result file_identity_note(const char *path, struct file_identity *identity, struct err *err) MUST_CHECK;

/* RESULT_STORE when the file was removed, moved or replaced since. */
enum result file_identity_check(const char *path, const struct file_identity *identity, struct err *err) MUST_CHECK;

#endif
