#include "db/file_identity.h"

#include <errno.h>
#include <sys/stat.h>

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
