#include "tests/faults/failing_sqlite.h"

#include <dlfcn.h>
#include <sqlite3.h>
#include <stddef.h>

#include "tests/faults/faults.h"

static struct faults *faults;
static sqlite3_mem_methods memory;

/* The call of SQLite's interface that is under way: it makes others, in which it goes on. */
static struct {
    unsigned depth;
    bool asked; /* for memory */
    bool refused;
} call;

static void begin(void)
{
    if (call.depth++ == 0) {
        call.asked = call.refused = false;
    }
}

static void end(void)
{
    call.depth--;
}

/* Calls that ask for no memory are not counted. */
static bool is_refused(void)
{
    if (call.depth > 0 && !call.asked) {
        call.asked = true;
        call.refused = faults_hit(faults, FAULT_SQLITE);
        faults->injected += call.refused ? 1 : 0;
    }
    return call.depth > 0 && call.refused;
}

/* What SQLite gets it gets, also while the program's own memory is refused. */
static uint64_t spare(void)
{
    const uint64_t kinds = faults->kinds;
    faults->kinds = kinds & ~(uint64_t)FAULT_MEMORY;
    return kinds;
}

static void *give(int size)
{
    if (is_refused()) {
        return NULL;
    }
    const uint64_t kinds = spare();
    void *const given = memory.xMalloc(size);
    faults->kinds = kinds;
    return given;
}

static void *give_more(void *old, int size)
{
    if (is_refused()) {
        return NULL;
    }
    const uint64_t kinds = spare();
    void *const given = memory.xRealloc(old, size);
    faults->kinds = kinds;
    return given;
}

int failing_sqlite_install(struct faults *asked)
{
    faults = asked;
    int code = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory);
    sqlite3_mem_methods failing = memory;
    failing.xMalloc = give;
    failing.xRealloc = give_more;
    if (code == SQLITE_OK) {
        code = sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
    }
    /* small pieces come from the allocator, too */
    return code == SQLITE_OK ? sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) : code;
}

/* --- the calls whose memory can be refused: the linker finds these before the library's own --- */

/* dlsym(3) has its result as void *, POSIX that it can be a function */
#define CALL(type, name, parameters, arguments)                                                                        \
    type name parameters                                                                                               \
    {                                                                                                                  \
        static __typeof__(&(name)) real;                                                                               \
        if (real == NULL) {                                                                                            \
            *(void **)&real = dlsym(RTLD_NEXT, #name);                                                                 \
        }                                                                                                              \
        begin();                                                                                                       \
        type const result = real arguments;                                                                            \
        end();                                                                                                         \
        return result;                                                                                                 \
    }

CALL(int, sqlite3_open_v2, (const char *path, sqlite3 **db, int flags, const char *vfs), (path, db, flags, vfs))
CALL(int, sqlite3_exec,
     (sqlite3 * db, const char *sql, int (*each)(void *, int, char **, char **), void *arg, char **message),
     (db, sql, each, arg, message))
CALL(int, sqlite3_prepare_v2, (sqlite3 * db, const char *sql, int size, sqlite3_stmt **statement, const char **rest),
     (db, sql, size, statement, rest))
CALL(int, sqlite3_prepare_v3,
     (sqlite3 * db, const char *sql, int size, unsigned flags, sqlite3_stmt **statement, const char **rest),
     (db, sql, size, flags, statement, rest))
CALL(int, sqlite3_step, (sqlite3_stmt * statement), (statement))
CALL(const unsigned char *, sqlite3_column_text, (sqlite3_stmt * statement, int column), (statement, column))
CALL(sqlite3_backup *, sqlite3_backup_init, (sqlite3 * to, const char *name, sqlite3 *from, const char *from_name),
     (to, name, from, from_name))
CALL(int, sqlite3_backup_step, (sqlite3_backup * backup, int pages), (backup, pages))
