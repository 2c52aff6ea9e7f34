#include "db/check.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/helper_thread.h"
#include "base/log.h"
#include "base/sync.h"
#include "db/connection.h"
#include "db/sqlite_handle.h"

#define LOWEST_PRIORITY 19
#define PAUSE_NS NS_PER_S /* after an interruption */
#define INTERRUPT_EVERY_NS (10 * NS_PER_MS)

/* --- the check itself --- */

struct findings {
    size_t odd_values;
    char odd[128];    /* the first */
    char damage[128]; /* the first; empty: none */
};

static const char *one_line(char *text)
{
    for (char *at = strchr(text, '\n'); at != NULL; at = strchr(at, '\n')) {
        *at = ' ';
    }
    return text;
}

/* A row that breaks a constraint of its table was written by another program, and is read as every odd row (rows.h).
 * SQLite's pragma.c says "CHECK constraint failed in runs", and "NULL value in runs.count", or NUMERIC, TEXT or non-INT
 * instead of NULL. Everything else is damage of the file. */
static bool is_of_value(const char *text)
{
    static const char check[] = "CHECK constraint failed in ";
    return strncmp(text, check, sizeof check - 1) == 0 || strstr(text, " value in ") != NULL;
}

static int sort_finding(void *arg, int columns, char **values, char **names)
{
    struct findings *const findings = arg;
    char *const text = values[0];
    (void)columns;
    (void)names;
    if (text == NULL) {
        return 0;
    }
    if (is_of_value(text)) {
        if (findings->odd_values++ == 0) {
            snprintf(findings->odd, sizeof findings->odd, "%s", text);
        }
    } else if (findings->damage[0] == '\0' && strcmp(text, "ok") != 0) {
        snprintf(findings->damage, sizeof findings->damage, "%s", one_line(text));
    }
    return 0;
}

/* Returns SQLite's result. The number of findings has no bound, so that no odd value hides damage that comes behind
 * it. */
static int find(sqlite3 *db, struct findings *findings)
{
    *findings = (struct findings){.odd_values = 0};
    return sqlite3_exec(db, "PRAGMA quick_check(2147483647)", sort_finding, findings, NULL) & 0xff;
}

static enum result judge(sqlite3 *db, const char *path, int code, const struct findings *findings, struct err *err)
{
    if (code != SQLITE_OK) {
        return sqlite_error(db, path, err);
    }
    if (findings->damage[0] != '\0') {
        return err_set(err, RESULT_STORE, "%s does not pass its check: %s", path, findings->damage);
    }
    if (findings->odd_values > 0) {
        log_warning("%s: values that are not as koneksi stores them are shown as such: %s (%zu in all)", path,
                    findings->odd, findings->odd_values);
    }
    return RESULT_OK;
}

enum result check_run(sqlite3 *db, const char *path, struct err *err)
{
    struct findings findings;
    const int code = find(db, &findings);
    return judge(db, path, code, &findings, err);
}

/* --- on a thread of its own --- */

struct check {
    const char *path;
    sqlite3 *db;
    pthread_t thread;
    bool runs; /* the thread */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* one of the two below, under `lock` */
    bool stops;
    bool ended;
    atomic_bool damaged;
    struct err damage; /* set before `damaged`, and never again */
};

/* Returns false when the check is to be stopped. */
static bool wait_to_go_on(struct check *check)
{
    const struct timespec until = clock_timespec(clock_now_ns() + PAUSE_NS);
    pthread_mutex_lock(&check->lock);
    while (!check->stops && pthread_cond_timedwait(&check->changed, &check->lock, &until) == 0) {
    }
    const bool goes_on = !check->stops;
    pthread_mutex_unlock(&check->lock);
    return goes_on;
}

static void report(struct check *check, int code, const struct err *err)
{
    if (code != SQLITE_OK && code != SQLITE_CORRUPT && code != SQLITE_NOTADB) {
        log_warning("%s was not checked: %s", check->path, err->message);
        return;
    }
    check->damage = *err;
    atomic_store(&check->damaged, true);
    log_error("%s: nothing more is stored", err->message);
}

static void *check_on_thread(void *arg)
{
    struct check *const check = arg;
    struct findings findings;
    struct err err;
    int code = SQLITE_OK;
    (void)setpriority(PRIO_PROCESS, 0, LOWEST_PRIORITY); /* of this thread alone: setpriority(2), BUGS */
    do {
        code = find(check->db, &findings);
    } while (code == SQLITE_INTERRUPT && wait_to_go_on(check));
    if (code != SQLITE_INTERRUPT && judge(check->db, check->path, code, &findings, &err) != RESULT_OK) {
        report(check, code, &err);
    }
    pthread_mutex_lock(&check->lock);
    check->ended = true;
    pthread_cond_signal(&check->changed);
    pthread_mutex_unlock(&check->lock);
    return NULL;
}

enum result check_start(const char *path, struct check **check, struct err *err)
{
    struct check *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "checking the database: out of memory");
    }
    enum result result = sync_init(&new->lock, &new->changed, err);
    if (result != RESULT_OK) {
        free(new);
        return result;
    }
    long unused = 0;
    new->path = path;
    result = db_connection_configure(path, &new->db, err);
    if (result == RESULT_OK) { /* the first read opens the log */
        result = sqlite_ask_number(new->db, path, "PRAGMA schema_version", &unused, err);
    }
    if (result == RESULT_OK) {
        result = helper_thread_start(&new->thread, check_on_thread, new, "that checks the database", err);
        new->runs = result == RESULT_OK;
    }
    if (result != RESULT_OK) {
        check_stop(new);
        return result;
    }
    *check = new;
    return RESULT_OK;
}

void check_interrupt(struct check *check)
{
    sqlite3_interrupt(check->db);
}

enum result check_found(struct check *check, struct err *err)
{
    if (!atomic_load(&check->damaged)) {
        return RESULT_OK;
    }
    *err = check->damage;
    return err->code;
}

/* An interruption that comes before the statement has begun is lost. */
static void end_thread(struct check *check)
{
    pthread_mutex_lock(&check->lock);
    check->stops = true;
    pthread_cond_signal(&check->changed);
    while (!check->ended) {
        const struct timespec until = clock_timespec(clock_now_ns() + INTERRUPT_EVERY_NS);
        sqlite3_interrupt(check->db);
        pthread_cond_timedwait(&check->changed, &check->lock, &until);
    }
    pthread_mutex_unlock(&check->lock);
    pthread_join(check->thread, NULL);
}

void check_stop(struct check *check)
{
    if (check == NULL) {
        return;
    }
    if (check->runs) {
        end_thread(check);
    }
    sqlite3_close(check->db);
    sync_destroy(&check->lock, &check->changed);
    free(check);
}
