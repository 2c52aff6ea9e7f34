/* The database's file: the lock that one panel has on it, and which file its path leads to, to notice later that it
 * leads to another one. */
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

/* Opens the file, which is created when it is missing, and locks it for this panel. RESULT_STORE: "koneksi.db is in use
 * by another koneksi", by whatever path that one has it open. The lock is on the file itself and ends with
 * *descriptor, which the kernel closes with the process.
 *
 * Closing any descriptor of the file drops all POSIX locks that SQLite has on it in this process (fcntl(2)): while
 * SQLite has the file open, nothing else may open and close it, and *descriptor is closed after SQLite's. */
enum result file_lock(const char *path, int *descriptor, struct err *err) MUST_CHECK;

#endif
