#include "db/database.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/check.h"
#include "db/connection.h"
#include "db/file_identity.h"
#include "db/migrate.h"
#include "db/sqlite_handle.h"

/* The smallest page that SQLite has. */
#define PAGE_SIZE_MIN 512

struct database {
    char path[PATH_MAX];
    char log_path[PATH_MAX + 8];
    int lock;                       /* a descriptor of the file, the first to open and the last to close; -1: none */
    struct file_identity file, log; /* set by database_note_files */
    bool existed;
    off_t size;  /* when it was locked */
    int version; /* before it was migrated */
    bool is_checked;
    bool had_log, had_journal; /* one that is not empty lay beside the file */
};

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
        /* SQLite would name the files beside it after the link's target, which is not known yet. */
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

enum result database_name(const struct database *database, enum result result, struct err *err)
{
    if (result == RESULT_OK || strstr(err->message, database->path) != NULL) {
        return result;
    }
    const struct err reason = *err;
    return err_set(err, result, "%s cannot be used: %s", database->path, reason.message);
}

/* What the file's header says: whose it is, and of which version. */
static enum result identify(struct database *database, sqlite3 *db, int newest, struct err *err)
{
    long application = 0;
    enum result result = sqlite_ask_number(db, database->path, "PRAGMA application_id", &application, err);
    if (result == RESULT_OK && application != DATABASE_APPLICATION_ID) {
        return err_set(err, RESULT_STORE, "%s is the database of another program", database->path);
    }
    if (result == RESULT_OK) {
        result = migrate_version(db, &database->version, err);
    }
    if (result == RESULT_OK && (database->version < 0 || database->version > newest)) {
        return err_set(err, RESULT_STORE,
                       "%s was written by a newer koneksi (version %d, this one knows %d at most): use that, or another"
                       " --db",
                       database->path, database->version, newest);
    }
    return result;
}

/* Reads the header of a file that has one. As long as nothing is known of the file, not even the index of its log may
 * be created. It reads through SQLite, because closing another descriptor of the file would drop SQLite's locks
 * (database.h). A log or a journal can complete what is not whole without it. */
static enum result inspect_header(struct database *database, int newest, struct err *err)
{
    sqlite3 *db = NULL;
    enum result result = RESULT_OK;
    if (sqlite_open_immutable(database->path, &db) != SQLITE_OK) {
        result = db == NULL ? err_set(err, RESULT_NO_MEMORY, "%s cannot be read: out of memory", database->path)
                            : sqlite_error(db, database->path, err);
    } else {
        /* Whose it is can be read from a truncated file, too: with a writable schema SQLite believes the file's size.
         */
        long unused = 0;
        (void)sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
        result = identify(database, db, newest, err);
        (void)sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
        if (result == RESULT_OK) {
            result = sqlite_ask_number(db, database->path, "PRAGMA schema_version", &unused, err);
        }
    }
    const int code = result == RESULT_OK ? SQLITE_OK : sqlite3_errcode(db);
    sqlite3_close(db);
    if ((code == SQLITE_NOTADB && database->had_journal) ||
        (code == SQLITE_CORRUPT && (database->had_journal || database->had_log))) {
        return RESULT_OK;
    }
    if (code == SQLITE_NOTADB) {
        return err_set(err, RESULT_STORE, "%s is not a database", database->path);
    }
    if (code == SQLITE_CORRUPT) { /* the header counts more pages than there are */
        return err_set(err, RESULT_STORE, "%s is truncated: only %lld bytes are left", database->path,
                       (long long)database->size);
    }
    return database_name(database, result, err);
}

/* What stat(2) says about the file, before anything opens it. */
static enum result look(struct database *database, struct err *err)
{
    struct stat status;
    if (stat(database->path, &status) != 0) {
        return errno == ENOENT
                   ? RESULT_OK
                   : err_set(err, RESULT_STORE, "%s cannot be read: %s", database->path, err_errno_name(errno));
    }
    database->existed = true;
    if (!S_ISREG(status.st_mode)) {
        return err_set(err, RESULT_STORE, "%s is not a file", database->path);
    }
    /* Before SQLite opens it: it can read one that it may not write, but leaves an index and a log beside it. */
    if (faccessat(AT_FDCWD, database->path, W_OK, AT_EACCESS) != 0) {
        return err_set(err, RESULT_STORE, "%s cannot be written: %s", database->path, err_errno_name(errno));
    }
    return RESULT_OK;
}

/* Of the locked file. */
static enum result inspect(struct database *database, int newest, struct err *err)
{
    struct stat status;
    if (fstat(database->lock, &status) != 0) {
        return err_set(err, RESULT_STORE, "%s cannot be read: %s", database->path, err_errno_name(errno));
    }
    database->had_log = has_bytes(database, "-wal");
    database->had_journal = has_bytes(database, "-journal");
    database->size = status.st_size;
    if (database->size == 0) {
        return RESULT_OK;
    }
    return database->size < PAGE_SIZE_MIN ? err_set(err, RESULT_STORE, "%s is not a database", database->path)
                                          : inspect_header(database, newest, err);
}

/* What only a connection that can write knows, the log and the journal included. Writes nothing but what they hold. */
static enum result check(struct database *database, sqlite3 *db, int newest, struct err *err)
{
    long schema = 0;
    enum result result = sqlite_ask_number(db, database->path, "PRAGMA schema_version", &schema, err);
    if (result == RESULT_OK && schema != 0) {
        result = identify(database, db, newest, err);
    }
    /* Some security modules refuse writing only when the file is opened. */
    if (result == RESULT_OK && sqlite3_db_readonly(db, "main") != 0) {
        return err_set(err, RESULT_STORE, "%s cannot be written", database->path);
    }
    /* Migrating a database writes to all of it. */
    database->is_checked = database->size <= DATABASE_CHECKED_AT_ONCE || database->version < newest;
    return result == RESULT_OK && database->is_checked ? check_run(db, database->path, err) : result;
}

static enum result bring_up(struct database *database, const struct embedded_file *migrations, struct err *err)
{
    sqlite3 *db = NULL;
    char mode[16];
    enum result result = db_connection_configure(database->path, &db, err);
    /* The log of a file that may be refused is not moved into it. */
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
        result = sqlite_ask(db, database->path, "PRAGMA journal_mode = WAL", mode, sizeof mode, err);
    }
    if (result == RESULT_OK && strcmp(mode, "wal") != 0) {
        result =
            err_set(err, RESULT_STORE, "%s cannot have a write-ahead log here (journal mode %s)", database->path, mode);
    }
    sqlite3_close(db);
    return database_name(database, result, err);
}

enum result database_note_files(struct database *database, struct err *err)
{
    const enum result result = file_identity_note(database->path, &database->file, err);
    return result != RESULT_OK ? result : file_identity_note(database->log_path, &database->log, err);
}

enum result database_check_files(const struct database *database, struct err *err)
{
    const enum result result = file_identity_check(database->path, &database->file, err);
    return result != RESULT_OK ? result : file_identity_check(database->log_path, &database->log, err);
}

static void remove_if_new(const struct database *database)
{
    struct stat status;
    if (!database->existed && database->lock >= 0 && fstat(database->lock, &status) == 0 && status.st_size == 0) {
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
        result = look(new, err);
    }
    if (result == RESULT_OK) {
        snprintf(new->log_path, sizeof new->log_path, "%s-wal", new->path);
        result = file_lock(new->path, &new->lock, err);
    }
    if (result == RESULT_OK) {
        result = inspect(new, migrate_newest(migrations), err);
    }
    if (result == RESULT_OK) {
        result = bring_up(new, migrations, err);
    }
    if (result != RESULT_OK) {
        remove_if_new(new);
        database_release(new);
        return result;
    }
    *database = new;
    return RESULT_OK;
}

bool database_is_checked(const struct database *database)
{
    return database->is_checked;
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
        close(database->lock);
    }
    free(database);
}
