#include "db/database.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/connection.h"
#include "db/migrate.h"
#include "db/sqlite_error.h"

/* https://www.sqlite.org/fileformat.html#the_database_header */
#define HEADER_SIZE 100
#define HEADER_MAGIC "SQLite format 3"
#define HEADER_PAGE_SIZE 16
#define HEADER_CHANGES 24
#define HEADER_PAGES 28
#define HEADER_USER_VERSION 60
#define HEADER_APPLICATION_ID 68
#define HEADER_PAGES_VALID_FOR 92

struct identity {
    dev_t device;
    ino_t inode;
};

struct database {
    char path[PATH_MAX];
    char lock_path[PATH_MAX + 8];
    int lock;                  /* -1: not held */
    struct identity file, log; /* once database_note_files was called */
    bool existed;
    bool had_log; /* a write-ahead log with something in it lay beside the file */
};

static uint32_t header_u32(const unsigned char *header, size_t offset)
{
    return (uint32_t)header[offset] << 24 | (uint32_t)header[offset + 1] << 16 | (uint32_t)header[offset + 2] << 8 |
           (uint32_t)header[offset + 3];
}

static enum result resolve(struct database *database, const char *path, struct err *err)
{
    char copy[PATH_MAX];
    if (path[0] == '\0' || strlen(path) >= sizeof copy - 16) {
        return err_set(err, RESULT_STORE, "the database's path is empty or too long");
    }
    if (realpath(path, database->path) != NULL) {
        return RESULT_OK;
    }
    const bool missing = errno == ENOENT;
    struct stat link;
    if (missing && lstat(path, &link) == 0) {
        /* SQLite would name the files beside it after the link's end, which nothing here knows yet. */
        return err_set(err, RESULT_STORE, "%s is a link to a file that is not there", path);
    }
    char directory[PATH_MAX];
    memcpy(copy, path, strlen(path) + 1);
    if (!missing || realpath(dirname(copy), directory) == NULL) {
        return err_set(err, RESULT_STORE, "%s cannot be opened: %s", path, err_errno_name(errno));
    }
    snprintf(copy, sizeof copy, "%s", path);
    const int length = snprintf(database->path, sizeof database->path, "%s/%s", directory, basename(copy));
    if (length >= (int)sizeof database->path) {
        return err_set(err, RESULT_STORE, "%s: the path is too long", path);
    }
    return RESULT_OK;
}

static bool has_bytes(const struct database *database, const char *suffix)
{
    char path[PATH_MAX + 16];
    struct stat status;
    snprintf(path, sizeof path, "%s%s", database->path, suffix);
    return stat(path, &status) == 0 && status.st_size > 0;
}

/* Reads through SQLite's own file layer: see database.h on closing descriptors. Opening reads, locks and creates
 * nothing beside the file. */
static enum result read_header(const struct database *database, unsigned char header[HEADER_SIZE], struct err *err)
{
    sqlite3 *db = NULL;
    sqlite3_file *file = NULL;
    enum result result = RESULT_OK;
    if (sqlite3_open_v2(database->path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        result = db == NULL ? err_set(err, RESULT_NO_MEMORY, "%s cannot be read: out of memory", database->path)
                            : sqlite_error(db, database->path, err);
    } else {
        (void)sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
        const int code = file->pMethods->xRead(file, header, HEADER_SIZE, 0);
        if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) {
            result = err_set(err, RESULT_STORE, "%s cannot be read: %s", database->path, sqlite3_errstr(code));
        }
    }
    sqlite3_close(db);
    return result;
}

/* A first creation that was cut off can leave zero bytes and a journal, from which SQLite makes it empty again. */
static bool is_cut_off_creation(const struct database *database, const unsigned char header[HEADER_SIZE])
{
    static const unsigned char blank[HEADER_SIZE];
    return memcmp(header, blank, HEADER_SIZE) == 0 && has_bytes(database, "-journal");
}

/* The header counts pages as they are after a checkpoint or a commit; one that was cut off is made good from the log or
 * journal beside the file. */
static bool is_truncated(const struct database *database, const unsigned char header[HEADER_SIZE], off_t size)
{
    const uint32_t units = (uint32_t)header[HEADER_PAGE_SIZE] << 8 | (uint32_t)header[HEADER_PAGE_SIZE + 1];
    const uint64_t page_size = units == 1 ? 65536 : units;
    const bool counted = header_u32(header, HEADER_CHANGES) == header_u32(header, HEADER_PAGES_VALID_FOR);
    return counted && !has_bytes(database, "-wal") && !has_bytes(database, "-journal") &&
           page_size * header_u32(header, HEADER_PAGES) > (uint64_t)size;
}

static enum result too_new(const struct database *database, uint32_t version, int newest, struct err *err)
{
    return err_set(
        err, RESULT_STORE,
        "%s was written by a newer koneksi (version %u, this one knows %d at most): use that, or another --db",
        database->path, version, newest);
}

static enum result inspect(struct database *database, int newest, struct err *err)
{
    struct stat status;
    unsigned char header[HEADER_SIZE] = {0};
    if (stat(database->path, &status) != 0) {
        return errno == ENOENT
                   ? RESULT_OK
                   : err_set(err, RESULT_STORE, "%s cannot be looked at: %s", database->path, err_errno_name(errno));
    }
    database->existed = true;
    database->had_log = has_bytes(database, "-wal");
    if (!S_ISREG(status.st_mode)) {
        return err_set(err, RESULT_STORE, "%s is not a file", database->path);
    }
    /* Before SQLite opens it: it can read one that it may not write, but leaves an index and a log beside it. */
    if (faccessat(AT_FDCWD, database->path, W_OK, AT_EACCESS) != 0) {
        return err_set(err, RESULT_STORE, "%s cannot be written: %s", database->path, err_errno_name(errno));
    }
    if (status.st_size == 0) {
        return RESULT_OK;
    }
    const enum result result = read_header(database, header, err);
    if (result != RESULT_OK || is_cut_off_creation(database, header)) {
        return result;
    }
    if (status.st_size < HEADER_SIZE || memcmp(header, HEADER_MAGIC, sizeof HEADER_MAGIC) != 0) {
        return err_set(err, RESULT_STORE, "%s is not a database", database->path);
    }
    if (header_u32(header, HEADER_APPLICATION_ID) != DATABASE_APPLICATION_ID) {
        return err_set(err, RESULT_STORE, "%s is the database of another program", database->path);
    }
    if (header_u32(header, HEADER_USER_VERSION) > (uint32_t)newest) {
        return too_new(database, header_u32(header, HEADER_USER_VERSION), newest, err);
    }
    if (is_truncated(database, header, status.st_size)) {
        return err_set(err, RESULT_STORE, "%s is truncated: %lld bytes are left of %u pages", database->path,
                       (long long)status.st_size, header_u32(header, HEADER_PAGES));
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

static enum result hold(struct database *database, struct err *err)
{
    snprintf(database->lock_path, sizeof database->lock_path, "%s-lock", database->path);
    for (;;) {
        const int descriptor = open(database->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor < 0) {
            return err_set(err, RESULT_STORE, "%s cannot be created: %s", database->lock_path, err_errno_name(errno));
        }
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const int error_number = errno;
            close(descriptor);
            return error_number == EWOULDBLOCK
                       ? err_set(err, RESULT_STORE, "%s is in use by another koneksi", database->path)
                       : err_set(err, RESULT_STORE, "%s cannot be locked: %s", database->lock_path,
                                 err_errno_name(error_number));
        }
        if (!was_removed(descriptor, database->lock_path)) {
            database->lock = descriptor;
            return RESULT_OK;
        }
        close(descriptor);
    }
}

/* The first column of the first row, as text. */
static enum result ask(sqlite3 *db, const char *sql, char *answer, size_t size, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    enum result result = RESULT_OK;
    answer[0] = '\0';
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        snprintf(answer, size, "%s", text != NULL ? text : "");
    } else {
        result = sqlite_error(db, sql, err);
    }
    sqlite3_finalize(statement);
    return result;
}

static const char *one_line(char *text)
{
    for (char *at = strchr(text, '\n'); at != NULL; at = strchr(at, '\n')) {
        *at = ' ';
    }
    return text;
}

/* What only SQLite can tell, the log beside the file included. Writes nothing. */
static enum result check(const struct database *database, sqlite3 *db, int newest, struct err *err)
{
    char answer[128];
    int version = 0;
    enum result result = migrate_version(db, &version, err);
    if (result == RESULT_OK && version > newest) {
        return too_new(database, (uint32_t)version, newest, err);
    }
    /* Some security modules are asked at the opening alone. */
    if (result == RESULT_OK && sqlite3_db_readonly(db, "main") != 0) {
        return err_set(err, RESULT_STORE, "%s cannot be written", database->path);
    }
    if (result == RESULT_OK) {
        result = ask(db, "PRAGMA quick_check(1)", answer, sizeof answer, err);
    }
    if (result == RESULT_OK && strcmp(answer, "ok") != 0) {
        return err_set(err, RESULT_STORE, "%s does not pass its check: %s", database->path, one_line(answer));
    }
    return result;
}

enum result database_name(const struct database *database, enum result result, struct err *err)
{
    if (result == RESULT_OK || strstr(err->message, database->path) != NULL) {
        return result;
    }
    const struct err reason = *err;
    return err_set(err, result, "%s cannot be used: %s", database->path, reason.message);
}

static enum result bring_up(const struct database *database, const struct embedded_file *migrations, struct err *err)
{
    sqlite3 *db = NULL;
    char mode[16];
    enum result result = db_connection_configure(database->path, &db, err);
    /* Until it is accepted, a log that lies there is not moved into the file. */
    if (result == RESULT_OK && database->had_log) {
        (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    if (result == RESULT_OK) {
        result = check(database, db, migrate_newest(migrations), err);
    }
    if (result == RESULT_OK) {
        (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
        result = migrate(db, migrations, err);
    }
    if (result == RESULT_OK) {
        result = ask(db, "PRAGMA journal_mode = WAL", mode, sizeof mode, err);
    }
    if (result == RESULT_OK && strcmp(mode, "wal") != 0) {
        result =
            err_set(err, RESULT_STORE, "%s cannot have a write-ahead log here (journal mode %s)", database->path, mode);
    }
    sqlite3_close(db);
    return database_name(database, result, err);
}

static void log_path(const struct database *database, char path[PATH_MAX + 8])
{
    snprintf(path, PATH_MAX + 8, "%s-wal", database->path);
}

static enum result note(const char *path, struct identity *identity, struct err *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return err_set(err, RESULT_STORE, "%s cannot be looked at: %s", path, err_errno_name(errno));
    }
    *identity = (struct identity){status.st_dev, status.st_ino};
    return RESULT_OK;
}

enum result database_note_files(struct database *database, struct err *err)
{
    char log[PATH_MAX + 8];
    log_path(database, log);
    const enum result result = note(database->path, &database->file, err);
    return result != RESULT_OK ? result : note(log, &database->log, err);
}

static enum result check_there(const char *path, const struct identity *identity, struct err *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        /* Another reason does not keep SQLite from its descriptors. */
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

enum result database_check_files(const struct database *database, struct err *err)
{
    char log[PATH_MAX + 8];
    log_path(database, log);
    const enum result result = check_there(database->path, &database->file, err);
    return result != RESULT_OK ? result : check_there(log, &database->log, err);
}

static void remove_if_new(const struct database *database)
{
    struct stat status;
    if (!database->existed && stat(database->path, &status) == 0 && status.st_size == 0) {
        (void)unlink(database->path);
    }
}

enum result database_take(const char *path, const struct embedded_file *migrations, struct database **database,
                          struct err *err)
{
    struct database *new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "opening the database: out of memory");
    }
    new->lock = -1;
    enum result result = resolve(new, path, err);
    if (result == RESULT_OK) {
        result = inspect(new, migrate_newest(migrations), err);
    }
    if (result == RESULT_OK) {
        result = hold(new, err);
    }
    /* Again, because another process may have worked with it until it was held. */
    if (result == RESULT_OK) {
        result = inspect(new, migrate_newest(migrations), err);
    }
    if (result == RESULT_OK) {
        result = bring_up(new, migrations, err);
        if (result != RESULT_OK) {
            remove_if_new(new);
        }
    }
    if (result != RESULT_OK) {
        database_release(new);
        return result;
    }
    *database = new;
    return RESULT_OK;
}

const char *database_path(const struct database *database)
{
    return database->path;
}

void database_release(struct database *database)
{
    if (database == NULL) {
        return;
    }
    if (database->lock >= 0) {
        if (!was_removed(database->lock, database->lock_path)) {
            (void)unlink(database->lock_path);
        }
        close(database->lock);
    }
    free(database);
}
