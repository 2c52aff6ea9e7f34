/* A file that is there while its holder is: the kernel drops the flock on it with the process, however that ends. */
#ifndef KONEKSI_DB_LOCK_FILE_H
#define KONEKSI_DB_LOCK_FILE_H

#include "base/err.h"

/* Creates the file and locks it. *descriptor is the caller's, for lock_file_release. RESULT_STORE; `owner` is what the
 * message names when another process holds the lock: "koneksi.db is in use by another koneksi". */
enum result lock_file_take(const char *path, const char *owner, int *descriptor, struct err *err) MUST_CHECK;

/* Removes the file, unless another one has taken its place, and unlocks it. */
void lock_file_release(const char *path, int descriptor);

#endif
