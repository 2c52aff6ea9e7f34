#include "db/file_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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

/* The holder removes the file when it ends in order: what was locked may be a file that is no longer there. */
static bool was_removed(int descriptor, const char *path)
{
    struct stat held;
    struct stat there;
    if (stat(path, &there) != 0) {
        return errno == ENOENT;
    }
    return fstat(descriptor, &held) == 0 && (held.st_dev != there.st_dev || held.st_ino != there.st_ino);
}

enum result lock_file_take(const char *path, const char *owner, int *descriptor, struct err *err)
{
    for (;;) {
        const int new = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (new < 0) {
            return err_set(err, RESULT_STORE, "%s cannot be created: %s", path, err_errno_name(errno));
        }
        if (flock(new, LOCK_EX | LOCK_NB) != 0) {
            const int error_number = errno;
            close(new);
            return error_number == EWOULDBLOCK
                       ? err_set(err, RESULT_STORE, "%s is in use by another koneksi", owner)
                       : err_set(err, RESULT_STORE, "%s cannot be locked: %s", path, err_errno_name(error_number));
        }
        if (!was_removed(new, path)) {
            *descriptor = new;
            return RESULT_OK;
        }
        close(new);
    }
}

void lock_file_release(const char *path, int descriptor)
{
    if (!was_removed(descriptor, path)) {
        (void)unlink(path);
    }
    close(descriptor);
}
