#include "db/store_import.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "db/database.h"
#include "db/file_identity.h"
#include "db/import_source.h"
#include "db/session.h"

#define DOING "importing"

enum kind { RUNS, EXPERIMENTS, KINDS };
static const char *const tables[KINDS] = {"runs", "experiments"};

/* Rows of one kind that the other database and the store have in common from now on, by their id in the other one, of
 * which they are in the order. */
struct id_pair {
    int64_t there, here;
    bool added;
};
struct id_pairs {
    struct id_pair *list;
    size_t count, room;
};

/* The import of one database. */
struct merging {
    const struct store_import *import;
    struct db_connection *writer, *reader;
    struct id_pairs pairs[KINDS];
    struct import_counts *counts;
    enum result result; /* of the row that was copied last */
    struct err *err;
};

/* --- ids --- */

static enum result add_pair(struct id_pairs *pairs, struct id_pair pair, struct err *err)
{
    if (pairs->count == pairs->room) {
        const size_t room = pairs->room == 0 ? 64 : 2 * pairs->room;
        struct id_pair *const more = reallocarray(pairs->list, room, sizeof *more);
        if (more == NULL) {
            return err_set(err, RESULT_NO_MEMORY, DOING ": out of memory");
        }
        pairs->list = more;
        pairs->room = room;
    }
    pairs->list[pairs->count++] = pair;
    return RESULT_OK;
}

static int compare_pairs(const void *first, const void *second)
{
    const int64_t one = ((const struct id_pair *)first)->there;
    const int64_t other = ((const struct id_pair *)second)->there;
    return (one > other) - (one < other);
}

/* NULL when the row was not taken over, or is not there. */
static const struct id_pair *find_pair(const struct id_pairs *pairs, int64_t there)
{
    const struct id_pair key = {.there = there};
    return pairs->count > 0 ? bsearch(&key, pairs->list, pairs->count, sizeof key, compare_pairs) : NULL;
}

static enum result run_for(struct db_connection *writer, enum query query, enum kind kind, struct err *err)
{
    struct statement statement = db_connection_statement(writer, query);
    bind_text(&statement, tables[kind]);
    return statement_run(&statement, DOING, err);
}

/* The id of a row that was deleted: like the old one, it is never given to another row. */
static enum result reserve(struct db_connection *writer, enum kind kind, int64_t *id, struct err *err)
{
    bool row = false;
    enum result result = run_for(writer, QUERY_IMPORT_RESERVE, kind, err);
    if (result == RESULT_OK && db_connection_changes(writer) == 0) {
        result = run_for(writer, QUERY_IMPORT_RESERVE_FIRST, kind, err);
    }
    if (result != RESULT_OK) {
        return result;
    }
    struct statement select = db_connection_statement(writer, QUERY_IMPORT_RESERVED);
    bind_text(&select, tables[kind]);
    result = statement_step(&select, DOING, &row, err);
    *id = row ? column_i64(&select) : 0;
    statement_done(&select);
    return result;
}

/* --- rows --- */

/* The id here of the row whose `identity` is the next column; 0: it is not here. */
static enum result find_here(struct db_connection *writer, enum query query, struct statement *row, int64_t *here,
                             struct err *err)
{
    bool found = false;
    struct statement select = db_connection_statement(writer, query);
    bind_column(&select, row);
    const enum result result = statement_step(&select, DOING, &found, err);
    *here = found ? column_i64(&select) : 0;
    statement_done(&select);
    return result;
}

/* The parameters that are left, from the columns that are left. */
static void bind_rest(struct statement *insert, struct statement *row)
{
    while ((size_t)insert->parameter < statement_parameters(insert)) {
        bind_column(insert, row);
    }
}

/* A part of a run: its rows are selected by the run and two numbers, and come with the parameters of their insertion
 * behind the run, in some after a column that is not inserted. */
static const struct part {
    enum query select, insert;
    int64_t numbers[2]; /* the position after which it begins, how many rows, how many rows later: all rows */
    bool begins_with_id;
} parts[] = {
    {QUERY_SAMPLES, QUERY_SAMPLE_INSERT, {INT64_MIN, -1}, false},
    {QUERY_GROUPS, QUERY_GROUP_INSERT, {0}, false},
    {QUERY_TRACES, QUERY_TRACE_INSERT, {INT64_MIN, -1}, false},
    {QUERY_LIMITS, QUERY_LIMIT_PUT, {0}, true},
    {QUERY_LATENCY_ROWS, QUERY_LATENCY_INSERT, {0}, false},
    {QUERY_LOGS, QUERY_LOG_INSERT, {-1, 0}, true},
    {QUERY_RANKS, QUERY_RANK_INSERT, {0}, true},
};

static enum result copy_part(struct merging *merging, const struct part *part, struct id_pair run)
{
    bool found = false;
    struct statement row = db_connection_statement(merging->reader, part->select);
    const size_t parameters = statement_parameters(&row);
    bind_i64(&row, run.there);
    for (size_t i = 0; i + 1 < parameters; i++) {
        bind_i64(&row, part->numbers[i]);
    }
    enum result result = statement_step(&row, DOING, &found, merging->err);
    while (result == RESULT_OK && found) {
        struct statement insert = db_connection_statement(merging->writer, part->insert);
        row.column = part->begins_with_id ? 1 : 0;
        bind_i64(&insert, run.here);
        bind_rest(&insert, &row);
        result = statement_run(&insert, DOING, merging->err);
        if (result == RESULT_OK) {
            result = statement_step(&row, DOING, &found, merging->err);
        }
    }
    statement_done(&row);
    return result;
}

static enum result copy_parts(struct merging *merging, struct id_pair run)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < COUNT_OF(parts) && result == RESULT_OK; i++) {
        result = copy_part(merging, &parts[i], run);
    }
    return result;
}

/* The row's next columns are what is inserted, in a run the experiment first. One that was deleted is none. */
static enum result insert_row(struct merging *merging, enum kind kind, struct statement *row, int64_t *here)
{
    struct statement insert =
        db_connection_statement(merging->writer, kind == RUNS ? QUERY_IMPORT_RUN_PUT : QUERY_IMPORT_EXPERIMENT_PUT);
    bind_column(&insert, row); /* the identity */
    if (kind == RUNS) {
        const struct id_pair *const experiment = find_pair(&merging->pairs[EXPERIMENTS], column_i64(row));
        bind_u64_unless(&insert, experiment != NULL ? (uint64_t)experiment->here : 0, 0);
    }
    bind_rest(&insert, row);
    const enum result result = statement_run(&insert, DOING, merging->err);
    *here = db_connection_inserted(merging->writer);
    return result;
}

/* Of a row that begins with id and identity. */
static enum result take_row(struct merging *merging, enum kind kind, struct statement *row)
{
    const enum query find = kind == RUNS ? QUERY_IMPORT_RUN_FIND : QUERY_IMPORT_EXPERIMENT_FIND;
    struct id_pair pair = {.there = column_i64(row)};
    enum result result = find_here(merging->writer, find, row, &pair.here, merging->err);
    pair.added = pair.here == 0;
    if (result == RESULT_OK && pair.added) {
        row->column--; /* the identity again */
        result = insert_row(merging, kind, row, &pair.here);
    }
    if (result == RESULT_OK && pair.added && kind == RUNS) {
        result = copy_parts(merging, pair);
    }
    return result == RESULT_OK ? add_pair(&merging->pairs[kind], pair, merging->err) : result;
}

static enum result check_stop(const struct store_import *import, struct err *err)
{
    return import->go_on == NULL || import->go_on(import->arg)
               ? RESULT_OK
               : err_set(err, RESULT_CONFLICT, "the import was stopped: nothing was changed");
}

static bool take_experiment(struct statement *row, void *arg)
{
    struct merging *const merging = arg;
    merging->result = take_row(merging, EXPERIMENTS, row);
    return merging->result == RESULT_OK;
}

static bool take_run(struct statement *row, void *arg)
{
    struct merging *const merging = arg;
    merging->result = check_stop(merging->import, merging->err);
    if (merging->result == RESULT_OK) {
        merging->result = take_row(merging, RUNS, row);
    }
    return merging->result == RESULT_OK;
}

/* --- ids within texts --- */

/* An id of kind `to` that stands in a text of a row of kind `of`. */
static const struct link {
    enum query select, update;
    enum kind of, to;
} links[] = {
    {QUERY_IMPORT_PROVED, QUERY_IMPORT_PROVED_PUT, EXPERIMENTS, RUNS},
    {QUERY_IMPORT_CANCELLED, QUERY_IMPORT_CANCELLED_PUT, EXPERIMENTS, RUNS},
    {QUERY_IMPORT_PROOFS, QUERY_IMPORT_PROOFS_PUT, RUNS, EXPERIMENTS},
};

struct linking {
    struct merging *merging;
    const struct link *link;
};

static enum result set_link(struct linking *linking, struct statement *row)
{
    struct merging *const merging = linking->merging;
    const struct link *const link = linking->link;
    const struct id_pair *const owner = find_pair(&merging->pairs[link->of], column_i64(row));
    const struct id_pair *const target = find_pair(&merging->pairs[link->to], column_i64(row));
    int64_t here = target != NULL ? target->here : 0;
    if (owner == NULL || !owner->added) {
        return RESULT_OK;
    }
    if (target == NULL && reserve(merging->writer, link->to, &here, merging->err) != RESULT_OK) {
        return merging->err->code;
    }
    struct statement update = db_connection_statement(merging->writer, link->update);
    bind_i64(&update, here);
    bind_i64(&update, owner->here);
    bind_rest(&update, row);
    return statement_run(&update, DOING, merging->err);
}

static bool take_link(struct statement *row, void *arg)
{
    struct linking *const linking = arg;
    linking->merging->result = set_link(linking, row);
    return linking->merging->result == RESULT_OK;
}

/* --- a database --- */

static enum result each_row(struct merging *merging, enum query query, bool (*take)(struct statement *row, void *arg),
                            void *arg)
{
    struct statement select = db_connection_statement(merging->reader, query);
    const enum result result = statement_each(&select, DOING, take, arg, merging->err);
    return merging->result != RESULT_OK ? merging->result : result;
}

static bool take_totals(struct statement *row, void *arg)
{
    struct merging *const merging = arg;
    struct import_counts *const counts = merging->counts;
    uint64_t added[KINDS] = {0};
    for (int kind = 0; kind < KINDS; kind++) {
        for (size_t i = 0; i < merging->pairs[kind].count; i++) {
            added[kind] += merging->pairs[kind].list[i].added;
        }
    }
    counts->experiments_added = added[EXPERIMENTS];
    counts->experiments_present = merging->pairs[EXPERIMENTS].count - added[EXPERIMENTS];
    counts->experiments_left = column_u64(row) - merging->pairs[EXPERIMENTS].count;
    counts->runs_added = added[RUNS];
    counts->runs_present = merging->pairs[RUNS].count - added[RUNS];
    counts->runs_left = column_u64(row) - merging->pairs[RUNS].count;
    return true;
}

static enum result merge(struct merging *merging)
{
    enum result result = each_row(merging, QUERY_IMPORT_EXPERIMENTS, take_experiment, merging);
    if (result == RESULT_OK) {
        result = each_row(merging, QUERY_IMPORT_RUNS, take_run, merging);
    }
    for (size_t i = 0; i < COUNT_OF(links) && result == RESULT_OK; i++) {
        struct linking linking = {merging, &links[i]};
        result = each_row(merging, links[i].select, take_link, &linking);
    }
    return result == RESULT_OK ? each_row(merging, QUERY_IMPORT_TOTALS, take_totals, merging) : result;
}

static enum result import_one(struct db_connection *writer, const struct store_import *import, size_t index,
                              struct err *err)
{
    struct import_source source = {
        .path = import->paths[index], .copy = import->copy, .go_on = import->go_on, .arg = import->arg};
    struct merging merging = {.import = import, .writer = writer, .counts = &import->counts[index], .err = err};
    enum result result = import_source_open(&source, err);
    if (result == RESULT_OK) {
        merging.reader = source.reader;
        result = merge(&merging);
    }
    for (int kind = 0; kind < KINDS; kind++) {
        free(merging.pairs[kind].list);
    }
    import_source_close(&source);
    return result;
}

static enum result import_all(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct store_import *const import = arg;
    enum result result = RESULT_OK;
    for (size_t i = 0; i < import->count && result == RESULT_OK; i++) {
        result = import_one(writer, import, i, err);
    }
    return result == RESULT_OK ? check_stop(import, err) : result;
}

/* By whatever path: two connections of this process to one file would undo each other's locks (file_identity.h). */
static enum result check_other(const struct store *store, const char *path, struct err *err)
{
    struct file_identity own;
    struct file_identity other;
    if (file_identity_note(database_path(store->database), &own, err) != RESULT_OK ||
        file_identity_note(path, &other, err) != RESULT_OK) {
        return err->code;
    }
    return own.device != other.device || own.inode != other.inode
               ? RESULT_OK
               : err_set(err, RESULT_CONFLICT, "%.200s is the database that is imported into", path);
}

enum result store_import(struct store *store, struct store_import *import, struct err *err)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < import->count && result == RESULT_OK; i++) {
        result = check_other(store, import->paths[i], err);
    }
    if (result != RESULT_OK) {
        return result;
    }
    atomic_fetch_add(&store->changed.moves, 1);
    return store_write(store, DOING, import_all, import, err);
}
