/* The files of a database: which one a path leads to, to notice later that it leads to another one; and the file that
 * is there while its holder is: the kernel drops the flock on it with the process, however that ends. */
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

/* Creates the file and locks it. *descriptor is the caller's, for lock_file_release. RESULT_STORE; `owner` is what the
 * message names when another process holds the lock: "koneksi.db is in use by another koneksi". */
enum result lock_file_take(const char *path, const char *owner, int *descriptor, struct err *err) MUST_CHECK;

/* Removes the file, unless another one has taken its place, and unlocks it. */
void lock_file_release(const char *path, int descriptor);

#endif
