#include "db/store_export.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/database.h"
#include "db/session.h"
#include "db/sqlite_handle.h"

#define STEP_NS (3 * NS_PER_MS)
#define STEP_PAGES 32
#define BUSY_MS 1000 /* the log may be in recovery */
#define BEGINNINGS_MOST 5
#define ROOM_LEFT (16ULL << 20) /* bytes that stay free for the database itself */
#define DOING "copying the database"

struct store_export {
    struct store *store;
    sqlite3 *from, *to; /* NULL when the copy is complete */
    sqlite3_backup *pages;
    unsigned beginnings;
    unsigned long_logs; /* of the store, when the copy was begun */
    bool is_made;       /* it counts as one that is being made */
    int file;           /* the copy; -1: none */
    off_t position;     /* of what was read */
};

/* --- the file --- */

/* Reserved, so that the copy does not fail half-way; only where the file system cannot, the room is looked at. */
static int reserve_room(int file, uint64_t bytes)
{
    struct statvfs system;
    if (fstatvfs(file, &system) != 0) {
        return errno;
    }
    if ((uint64_t)system.f_bavail * system.f_frsize < bytes + ROOM_LEFT) {
        return ENOSPC;
    }
    return fallocate(file, FALLOC_FL_KEEP_SIZE, 0, (off_t)bytes) == 0 || errno == EOPNOTSUPP || errno == ENOSYS ? 0
                                                                                                                : errno;
}

/* Opens the file by its name, which it then loses: whatever happens, the kernel removes it. */
static enum result take_file(struct store_export *export, const char *path, struct err *err)
{
    static const char settings[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -512";
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path, &export->to, flags, NULL);
    (void)unlink(path);
    if (code != SQLITE_OK || sqlite3_exec(export->to, settings, NULL, NULL, NULL) != SQLITE_OK) {
        return export->to == NULL ? err_set(err, RESULT_NO_MEMORY, DOING ": out of memory")
                                  : sqlite_error(export->to, DOING, err);
    }
    return RESULT_OK;
}

/* RESULT_SYSTEM: there is no room at `path`, which ends in XXXXXX. */
static enum result make_file(struct store_export *export, char *path, uint64_t bytes, struct err *err)
{
    export->file = mkostemp(path, O_CLOEXEC);
    if (export->file < 0) {
        return err_system(err, errno, "no copy of the database can be made at %.200s", path);
    }
    const int error_number = reserve_room(export->file, bytes);
    if (error_number == 0) {
        return take_file(export, path, err);
    }
    (void)unlink(path);
    close(export->file);
    export->file = -1;
    return err_system(err, error_number, "no room at %.200s for a copy of the database, %llu bytes", path,
                      (unsigned long long)bytes);
}

static enum result make_file_somewhere(struct store_export *export, uint64_t bytes, struct err *err)
{
    char path[PATH_MAX + 16];
    const char *const folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s.XXXXXX", database_path(export->store->database));
    enum result result = make_file(export, path, bytes, err);
    if (result == RESULT_SYSTEM) {
        snprintf(path, sizeof path, "%.4000s/koneksi.XXXXXX", folder != NULL && folder[0] != '\0' ? folder : "/tmp");
        result = make_file(export, path, bytes, err);
    }
    return result;
}

/* --- its making --- */

/* An empty database must not be made where the file has just been moved away: SQLite would delete the log of the one
 * that is gone. */
static enum result open_source(struct store_export *export, struct err *err)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(database_path(export->store->database), &export->from, flags, NULL) != SQLITE_OK) {
        return export->from == NULL ? err_set(err, RESULT_NO_MEMORY, DOING ": out of memory")
                                    : sqlite_error(export->from, DOING, err);
    }
    (void)sqlite3_busy_timeout(export->from, BUSY_MS);
    return RESULT_OK;
}

static enum result begin_moment(struct store_export *export, uint64_t *bytes, struct err *err)
{
    long pages = 0;
    long size = 0;
    export->long_logs = atomic_load(&export->store->long_logs);
    if (sqlite_ask_number(export->from, DOING, "BEGIN; PRAGMA page_count", &pages, err) != RESULT_OK ||
        sqlite_ask_number(export->from, DOING, "PRAGMA page_size", &size, err) != RESULT_OK) {
        return err->code;
    }
    *bytes = (uint64_t)pages * (uint64_t)size;
    return RESULT_OK;
}

static enum result begin_pages(struct store_export *export, struct err *err)
{
    export->beginnings++;
    export->pages = sqlite3_backup_init(export->to, "main", export->from, "main");
    return export->pages != NULL ? RESULT_OK : sqlite_error(export->to, DOING, err);
}

static void end_pages(struct store_export *export)
{
    (void)sqlite3_backup_finish(export->pages); /* its error is that of the last step */
    export->pages = NULL;
}

/* What a step has written is in part still in SQLite's cache, its first page too: SQLite takes what is in the file for
 * no database. */
static enum result empty_file(struct store_export *export, uint64_t bytes, struct err *err)
{
    const int error_number = ftruncate(export->file, 0) == 0 ? reserve_room(export->file, bytes) : errno;
    return error_number == 0 ? RESULT_OK : err_system(err, error_number, DOING ": no room for a newer copy");
}

/* Ends the moment, on which the log waits, and begins with a newer one. */
static enum result begin_again(struct store_export *export, struct err *err)
{
    uint64_t bytes = 0;
    end_pages(export);
    (void)sqlite3_exec(export->from, "COMMIT", NULL, NULL, NULL);
    if (export->beginnings == BEGINNINGS_MOST) {
        return err_set(err, RESULT_STORE, DOING ": so much is being stored that no copy can be made; try again later");
    }
    if (begin_moment(export, &bytes, err) != RESULT_OK || empty_file(export, bytes, err) != RESULT_OK) {
        return err->code;
    }
    return begin_pages(export, err);
}

static void stop_making(struct store_export *export)
{
    end_pages(export);
    sqlite3_close(export->to);
    sqlite3_close(export->from);
    export->from = export->to = NULL;
    if (export->is_made) {
        atomic_fetch_sub(&export->store->exports_made, 1);
    }
    export->is_made = false;
}

/* Bytes 18 and 19 say that there may be a write-ahead log (https://www.sqlite.org/fileformat2.html, 1.3.3): the copy
 * has none, and can be opened where none can be made. */
static enum result finish(struct store_export *export, struct err *err)
{
    static const unsigned char without_log[] = {1, 1};
    stop_making(export);
    return pwrite(export->file, without_log, sizeof without_log, 18) == (ssize_t)sizeof without_log
               ? RESULT_OK
               : err_system(err, errno, DOING);
}

enum result store_export_step(struct store_export *export, bool *done, struct err *err)
{
    const uint64_t begun_ns = clock_now_ns();
    int code = SQLITE_OK;
    *done = false;
    if (atomic_load(&export->store->long_logs) != export->long_logs && begin_again(export, err) != RESULT_OK) {
        return err->code;
    }
    while (code == SQLITE_OK && clock_now_ns() - begun_ns < STEP_NS) {
        code = sqlite3_backup_step(export->pages, STEP_PAGES);
    }
    if (code != SQLITE_OK && code != SQLITE_DONE) {
        return err_set(err, RESULT_STORE, DOING ": %s", sqlite3_errstr(code));
    }
    *done = code == SQLITE_DONE;
    return *done ? finish(export, err) : RESULT_OK;
}

/* --- what the header declares --- */

/* Counts one more, unless there are `most`. */
static bool take_place(atomic_uint *count, unsigned most)
{
    if (atomic_fetch_add(count, 1) < most) {
        return true;
    }
    atomic_fetch_sub(count, 1);
    return false;
}

enum result store_export_begin(struct store *store, struct store_export **export, struct err *err)
{
    uint64_t bytes = 0;
    if (!take_place(&store->exports, STORE_EXPORTS)) {
        return err_set(err, RESULT_SYSTEM, "%d copies of the database are downloaded: try again later", STORE_EXPORTS);
    }
    struct store_export *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        atomic_fetch_sub(&store->exports, 1);
        return err_set(err, RESULT_NO_MEMORY, DOING ": out of memory");
    }
    new->store = store;
    new->file = -1;
    new->is_made = take_place(&store->exports_made, STORE_EXPORTS_MADE);
    enum result result = new->is_made ? database_check_files(store->database, err)
                                      : err_set(err, RESULT_SYSTEM,
                                                "a copy of the database is being made: try again when it is complete");
    if (result == RESULT_OK) {
        result = open_source(new, err);
    }
    if (result == RESULT_OK) {
        result = begin_moment(new, &bytes, err);
    }
    if (result == RESULT_OK) {
        result = make_file_somewhere(new, bytes, err);
    }
    if (result == RESULT_OK) {
        result = begin_pages(new, err);
    }
    if (result != RESULT_OK) {
        store_export_end(new);
        return result;
    }
    *export = new;
    return RESULT_OK;
}

enum result store_export_read(struct store_export *export, void *bytes, size_t size, size_t *got, struct err *err)
{
    const ssize_t count = pread(export->file, bytes, size, export->position);
    if (count < 0) {
        return err_system(err, errno, "reading a copy of the database");
    }
    *got = (size_t)count;
    export->position += count;
    return RESULT_OK;
}

void store_export_end(struct store_export *export)
{
    if (export == NULL) {
        return;
    }
    stop_making(export);
    if (export->file >= 0) {
        close(export->file);
    }
    atomic_fetch_sub(&export->store->exports, 1);
    free(export);
}
