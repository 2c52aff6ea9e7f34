#include "db/sqlite_handle.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The handle does not keep the errno of a commit that failed; the file of the write-ahead log does. */
static int system_errno(sqlite3 *db)
{
    int error_number = sqlite3_system_errno(db);
    sqlite3_file *log = NULL;
    if (error_number == 0) {
        (void)sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&log);
    }
    if (log != NULL && log->pMethods != NULL) {
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error_number);
    }
    return error_number;
}

enum result sqlite_error(struct sqlite3 *db, const char *doing, struct err *err)
{
    const int code = sqlite3_extended_errcode(db);
    const int kind = code & 0xff;
    const bool from_system = kind == SQLITE_IOERR || kind == SQLITE_FULL || kind == SQLITE_CANTOPEN;
    const int error_number = from_system ? system_errno(db) : 0;
    return err_set(err, RESULT_STORE, "%s: %s (SQLite %d%s%s)", doing, sqlite3_errmsg(db), code,
                   error_number != 0 ? ", " : "", error_number != 0 ? err_errno_name(error_number) : "");
}

int sqlite_open_immutable(const char *path, struct sqlite3 **db)
{
    char uri[3 * PATH_MAX + 32] = "file:";
    size_t length = strlen(uri);
    for (const char *c = path; *c != '\0' && length + 32 < sizeof uri; c++) {
        const bool plain = *c != '%' && *c != '?' && *c != '#';
        length += (size_t)snprintf(uri + length, sizeof uri - length, plain ? "%c" : "%%%02x", (unsigned char)*c);
    }
    snprintf(uri + length, sizeof uri - length, "?immutable=1");
    return sqlite3_open_v2(uri, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
}

struct answer {
    char *text;
    size_t size;
};

static int keep_answer(void *arg, int columns, char **values, char **names)
{
    const struct answer *const answer = arg;
    (void)columns;
    (void)names;
    snprintf(answer->text, answer->size, "%s", values[0] != NULL ? values[0] : "");
    return 0;
}

enum result sqlite_ask(struct sqlite3 *db, const char *doing, const char *sql, char *answer, size_t size,
                       struct err *err)
{
    struct answer kept = {answer, size};
    answer[0] = '\0';
    return sqlite3_exec(db, sql, keep_answer, &kept, NULL) == SQLITE_OK ? RESULT_OK : sqlite_error(db, doing, err);
}

enum result sqlite_ask_number(struct sqlite3 *db, const char *doing, const char *sql, long *number, struct err *err)
{
    char answer[24];
    const enum result result = sqlite_ask(db, doing, sql, answer, sizeof answer, err);
    *number = result == RESULT_OK ? strtol(answer, NULL, 10) : 0;
    return result;
}
