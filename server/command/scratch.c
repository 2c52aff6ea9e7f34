#include "server/command/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

enum result scratch_make(struct scratch *scratch, struct err *err)
{
    const char *const given = getenv("TMPDIR");
    const char *const parent = given != NULL && given[0] != '\0' ? given : "/tmp";
    const int length = snprintf(scratch->folder, sizeof scratch->folder, "%s/koneksi.XXXXXX", parent);
    if (length >= (int)sizeof scratch->folder || mkdtemp(scratch->folder) == NULL) {
        const int error = length >= (int)sizeof scratch->folder ? ENAMETOOLONG : errno;
        scratch->folder[0] = '\0';
        return err_system(err, error, "cannot make a folder in %.200s", parent);
    }
    snprintf(scratch->db, sizeof scratch->db, "%s/runs.db", scratch->folder);
    return RESULT_OK;
}

static void remove_files(const char *folder)
{
    DIR *const entries = opendir(folder);
    for (const struct dirent *entry = NULL; entries != NULL && (entry = readdir(entries)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
        }
    }
    if (entries != NULL) {
        closedir(entries);
    }
}

void scratch_remove(struct scratch *scratch)
{
    if (scratch->folder[0] == '\0') {
        return;
    }
    remove_files(scratch->folder);
    if (rmdir(scratch->folder) != 0) {
        log_warning("cannot remove %s: %s", scratch->folder, err_errno_name(errno));
    }
    scratch->folder[0] = '\0';
}
