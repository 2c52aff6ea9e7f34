#include "db/file_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum result file_identity_note(const char *path, struct file_identity *identity, struct err *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return err_set(err, RESULT_STORE, "%s cannot be read: %s", path, err_errno_name(errno));
    }
    *identity = (struct file_identity){status.st_dev, status.st_ino};
    return RESULT_OK;
}

enum result file_identity_check(const char *path, const struct file_identity *identity, struct err *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        /* For any other reason the descriptors that are open still work. */
        return errno != ENOENT
                   ? RESULT_OK
                   : err_set(err, RESULT_STORE,
                             "%s is no longer there: it was removed or moved while koneksi had it open", path);
    }
    if (status.st_dev != identity->device || status.st_ino != identity->inode) {
        return err_set(err, RESULT_STORE, "%s is no longer there: it was replaced while koneksi had it open", path);
    }
    return RESULT_OK;
}

/* SQLite locks 512 bytes from 1 GiB on (PENDING_BYTE in its os.h), and its write-ahead log's index is another file.
 * This byte is beyond every size that a database can have (281 TB), so that no later version of SQLite comes near it
 * either. An open file description holds the lock: SQLite's own locks, which the process holds, do not affect it. */
#define LOCK_BYTE ((off_t)1 << 62)

static int lock_byte(int descriptor)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTE, .l_len = 1};
    return fcntl(descriptor, F_OFD_SETLK, &lock);
}

/* A process that created the file and could not use it may have removed it between our open and our lock
 * (remove_if_new). */
static bool was_removed(int descriptor, const char *path)
{
    struct stat held;
    struct stat there;
    if (stat(path, &there) != 0) {
        return errno == ENOENT;
    }
    return fstat(descriptor, &held) == 0 && (held.st_dev != there.st_dev || held.st_ino != there.st_ino);
}

/* A new file is readable and writable for its owner whatever the umask: SQLite gives its log and index the same mode.
 */
static int open_or_create(const char *path)
{
    const int old = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (old >= 0 || errno != ENOENT) {
        return old;
    }
    const int new = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    struct stat status;
    if (new < 0) {
        return errno == EEXIST ? open(path, O_RDWR | O_CLOEXEC | O_NOCTTY) : new;
    }
    if (fstat(new, &status) == 0 && (status.st_mode & 0600) != 0600) {
        (void)fchmod(new, (status.st_mode & 0777) | 0600);
    }
    return new;
}

/* Earlier versions hold a flock on PATH-lock while they run. A file that they left behind is ignored. */
static bool is_used_by_earlier_version(const char *path)
{
    char name[PATH_MAX + 8];
    snprintf(name, sizeof name, "%s-lock", path);
    const int file = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        return false;
    }
    const bool used = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(file);
    return used;
}

static enum result refuse(const char *path, int error_number, struct err *err)
{
    return error_number == EAGAIN || error_number == EACCES
               ? err_set(err, RESULT_STORE, "%s is in use by another koneksi", path)
               : err_set(err, RESULT_STORE, "%s cannot be locked: %s", path, err_errno_name(error_number));
}

enum result file_lock(const char *path, int *descriptor, struct err *err)
{
    if (is_used_by_earlier_version(path)) {
        return refuse(path, EAGAIN, err);
    }
    for (;;) {
        const int new = open_or_create(path);
        if (new < 0) {
            return err_set(err, RESULT_STORE, "%s cannot be opened: %s", path, err_errno_name(errno));
        }
        if (lock_byte(new) != 0) {
            const int error_number = errno;
            close(new);
            return refuse(path, error_number, err);
        }
        if (!was_removed(new, path)) {
            *descriptor = new;
            return RESULT_OK;
        }
        close(new);
    }
}
