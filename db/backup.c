#include "db/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/table.h"
#include "db/database.h"
#include "db/sqlite_handle.h"

#define PIECE_PAGES 1000
#define BUSY_WAIT_MS 5000

struct copy {
    struct backup *backup;
    sqlite3 *from;
    sqlite3 *to;
    mode_t mode;         /* of the database's file */
    char part[PATH_MAX]; /* beside the final name; empty: it was not made */
};

/* `answer` has PATH_MAX bytes. */
static enum result ask(sqlite3 *db, const char *path, const char *sql, char *answer, struct err *err)
{
    char doing[256];
    snprintf(doing, sizeof doing, "%.200s cannot be read", path);
    return sqlite_ask(db, doing, sql, answer, PATH_MAX, err);
}

static enum result open_database(const char *path, sqlite3 **db, struct err *err)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(path, db, flags, NULL) != SQLITE_OK) {
        return err_set(err, RESULT_STORE, "%.200s cannot be opened: %s", path,
                       *db == NULL ? "out of memory" : sqlite3_errmsg(*db));
    }
    (void)sqlite3_busy_timeout(*db, BUSY_WAIT_MS);
    return RESULT_OK;
}

/* The transaction keeps one moment of the database until the copy is complete; writers do not wait for it. */
static enum result begin_from(const struct copy *copy, char answer[PATH_MAX], struct err *err)
{
    return ask(copy->from, copy->backup->from, "PRAGMA query_only = ON; BEGIN; PRAGMA application_id", answer, err);
}

/* Where nothing can be made beside a database that has no log, nobody has it open: it is read as it is. A log that was
 * left there stays: to close the last connection would move it into the database. */
static enum result begin_anywhere(struct copy *copy, char answer[PATH_MAX], struct err *err)
{
    struct stat status;
    const char *const log = sqlite3_filename_wal(sqlite3_db_filename(copy->from, "main"));
    const bool has_log = stat(log, &status) == 0;
    if (has_log && status.st_size > 0) {
        (void)sqlite3_db_config(copy->from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    const enum result result = begin_from(copy, answer, err);
    const int kind = sqlite3_errcode(copy->from) & 0xff;
    if (result == RESULT_OK || has_log || (kind != SQLITE_CANTOPEN && kind != SQLITE_READONLY)) {
        return result;
    }
    sqlite3_close(copy->from);
    copy->from = NULL;
    return sqlite_open_immutable(copy->backup->from, &copy->from) == SQLITE_OK ? begin_from(copy, answer, err) : result;
}

static enum result open_from(struct copy *copy, struct err *err)
{
    const char *const path = copy->backup->from;
    char answer[PATH_MAX];
    char ours[16];
    struct stat status;
    if (stat(path, &status) != 0) {
        return err_system(err, errno, "%.200s cannot be read", path);
    }
    copy->mode = (status.st_mode & 0666) | S_IRUSR | S_IWUSR;
    snprintf(ours, sizeof ours, "%u", DATABASE_APPLICATION_ID);
    if (open_database(path, &copy->from, err) != RESULT_OK || begin_anywhere(copy, answer, err) != RESULT_OK) {
        return err->code;
    }
    return strcmp(answer, ours) == 0 ? RESULT_OK : err_set(err, RESULT_STORE, "%.200s is no database of koneksi", path);
}

/* Whether SQLite gives that name to a file beside the database: a copy there would be taken for a journal
 * to roll back, and removed. */
static bool is_of_database(const struct backup *backup)
{
    static const char *const endings[] = {"-journal", "-wal", "-shm"};
    char from[PATH_MAX];
    char folder[PATH_MAX];
    char copy[PATH_MAX];
    char to[2 * PATH_MAX];
    snprintf(copy, sizeof copy, "%s", backup->to);
    if (realpath(backup->from, from) == NULL || realpath(dirname(copy), folder) == NULL) {
        return false; /* then no file can be made there either */
    }
    const char *const slash = strrchr(backup->to, '/');
    snprintf(to, sizeof to, "%s/%s", folder, slash != NULL ? slash + 1 : backup->to);
    const size_t length = strlen(from);
    return strncmp(to, from, length) == 0 && table_find(endings, COUNT_OF(endings), to + length) < COUNT_OF(endings);
}

/* The copy has the mode of the database: it is readable for the same users. Its owner may write to it, also where the
 * database is write-protected: SQLite opens it by its name. */
static enum result create_part(struct copy *copy, struct err *err)
{
    const struct backup *const backup = copy->backup;
    if (access(backup->to, F_OK) == 0) {
        return err_set(err, RESULT_CONFLICT, "%.200s is there already: it is not overwritten", backup->to);
    }
    if (is_of_database(backup)) {
        return err_set(err, RESULT_CONFLICT, "%.200s is a name for a file of the database's own: choose another",
                       backup->to);
    }
    const bool fits = snprintf(copy->part, sizeof copy->part, "%s.XXXXXX", backup->to) < (int)sizeof copy->part;
    const int fd = fits ? mkostemp(copy->part, O_CLOEXEC) : -1;
    if (fd < 0) {
        copy->part[0] = '\0';
        return err_system(err, fits ? errno : ENAMETOOLONG, "no file can be made beside %.200s", backup->to);
    }
    const int changed = fchmod(fd, copy->mode);
    const int error_number = errno;
    close(fd);
    return changed == 0 ? RESULT_OK : err_system(err, error_number, "%.200s cannot be made", copy->part);
}

static enum result copy_pages(struct copy *copy, struct err *err)
{
    struct backup *const backup = copy->backup;
    int code = SQLITE_OK;
    bool stopped = false;
    sqlite3_backup *const pages = sqlite3_backup_init(copy->to, "main", copy->from, "main");
    while (pages != NULL && code == SQLITE_OK && !stopped) {
        code = sqlite3_backup_step(pages, PIECE_PAGES);
        stopped = code == SQLITE_OK && backup->go_on != NULL && !backup->go_on(backup->arg);
    }
    (void)sqlite3_backup_finish(pages); /* its error is that of the last step */
    if (stopped) {
        return err_set(err, RESULT_CONFLICT, "the backup was stopped: %.200s was not written", backup->to);
    }
    if (pages == NULL || code != SQLITE_DONE) {
        return sqlite_error(copy->to, "writing the backup", err);
    }
    return RESULT_OK;
}

/* Without a write-ahead log the copy is one file; a panel that opens it creates a log again. */
static enum result check_copy(struct copy *copy, struct err *err)
{
    char answer[PATH_MAX];
    if (ask(copy->to, copy->part, "PRAGMA journal_mode = DELETE; PRAGMA integrity_check(1)", answer, err) !=
        RESULT_OK) {
        return err->code;
    }
    return strcmp(answer, "ok") == 0 ? RESULT_OK
                                     : err_set(err, RESULT_STORE, "%.150s is damaged, and so was its copy: %.100s",
                                               copy->backup->from, answer);
}

static enum result sync_path(const char *path, struct err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const int synced = fd >= 0 ? fsync(fd) : -1;
    const int error_number = errno;
    if (fd >= 0) {
        close(fd);
    }
    return synced == 0 ? RESULT_OK : err_system(err, error_number, "%.200s cannot be written to disk", path);
}

/* Some file systems (NFS) cannot rename without replacing, but every link() leaves a file that exists alone. */
static int rename_new(const char *from, const char *to)
{
    const int renamed = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
    return renamed != 0 && errno == EINVAL ? link(from, to) : renamed; /* backup_run removes `from` */
}

static enum result give_name(struct copy *copy, struct err *err)
{
    struct backup *const backup = copy->backup;
    char folder[PATH_MAX];
    struct stat status;
    if (sync_path(copy->part, err) != RESULT_OK) {
        return err->code;
    }
    if (stat(copy->part, &status) != 0 || rename_new(copy->part, backup->to) != 0) {
        return errno == EEXIST
                   ? err_set(err, RESULT_CONFLICT, "%.200s is there already: it is not overwritten", backup->to)
                   : err_system(err, errno, "%.200s cannot be made", backup->to);
    }
    backup->bytes = (uint64_t)status.st_size;
    snprintf(folder, sizeof folder, "%s", backup->to);
    if (sync_path(dirname(folder), err) != RESULT_OK) {
        (void)unlink(backup->to); /* a crash could lose it */
        return err->code;
    }
    return RESULT_OK;
}

/* Removes what is left under the first name, SQLite's own files included where SQLite could not remove them. */
static void remove_part(const char *part)
{
    static const char *const endings[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        char path[PATH_MAX + 16];
        snprintf(path, sizeof path, "%s%s", part, endings[i]);
        (void)unlink(path);
    }
}

enum result backup_run(struct backup *backup, struct err *err)
{
    struct copy copy = {.backup = backup};
    const bool copied = open_from(&copy, err) == RESULT_OK && create_part(&copy, err) == RESULT_OK &&
                        open_database(copy.part, &copy.to, err) == RESULT_OK && copy_pages(&copy, err) == RESULT_OK &&
                        check_copy(&copy, err) == RESULT_OK;
    sqlite3_close(copy.to);
    sqlite3_close(copy.from);
    const enum result result = copied ? give_name(&copy, err) : err->code;
    if (copy.part[0] != '\0') {
        remove_part(copy.part);
    }
    return result;
}
