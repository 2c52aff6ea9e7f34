#include "db/store_parts.h"

#include <stdlib.h>

#include "db/rows.h"
#include "db/session.h"

/* --- writing --- */

/* A batch of one kind of part. */
struct batch {
    int64_t run;
    const void *items;
    size_t count;
    size_t size; /* of an item */
    enum query insert;
    enum query last; /* finds the highest position of the run's parts; QUERY_COUNT: they have none */
    const char *doing;
    void (*bind)(struct statement *insert, const void *item);
};

static enum result find_last(struct db_connection *writer, const struct batch *batch, int64_t *last, struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(writer, batch->last);
    bind_i64(&select, batch->run);
    const enum result result = statement_step(&select, batch->doing, &row, err);
    *last = row ? column_i64(&select) : 0;
    statement_done(&select);
    return result;
}

static enum result put_batch(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct batch *const batch = arg;
    int64_t position = 0;
    enum result result = batch->last != QUERY_COUNT ? find_last(writer, batch, &position, err) : RESULT_OK;
    for (size_t i = 0; i < batch->count && result == RESULT_OK; i++) {
        struct statement insert = db_connection_statement(writer, batch->insert);
        bind_i64(&insert, batch->run);
        if (batch->last != QUERY_COUNT) {
            bind_i64(&insert, ++position);
        }
        batch->bind(&insert, (const char *)batch->items + i * batch->size);
        result = statement_run(&insert, batch->doing, err);
    }
    return result;
}

static void bind_limit(struct statement *insert, const void *item)
{
    row_bind_limit(insert, item);
}

enum result store_limits_put(struct store *store, int64_t id, const struct run_limit *limits, size_t count,
                             struct err *err)
{
    const struct batch batch = {id,          limits,           count,     sizeof *limits, QUERY_LIMIT_PUT,
                                QUERY_COUNT, "storing limits", bind_limit};
    return store_write(store, batch.doing, put_batch, &batch, err);
}

static void bind_rank(struct statement *insert, const void *item)
{
    row_bind_rank(insert, item);
}

enum result store_ranks_add(struct store *store, int64_t id, const struct load_rank *ranks, size_t count,
                            struct err *err)
{
    const struct batch batch = {id,          ranks,           count,    sizeof *ranks, QUERY_RANK_INSERT,
                                QUERY_COUNT, "storing ranks", bind_rank};
    return store_write(store, batch.doing, put_batch, &batch, err);
}

static void bind_sample(struct statement *insert, const void *item)
{
    row_bind_sample(insert, item);
}

enum result store_samples_add(struct store *store, int64_t id, const struct run_sample *samples, size_t count,
                              struct err *err)
{
    const struct batch batch = {
        id, samples, count, sizeof *samples, QUERY_SAMPLE_INSERT, QUERY_SAMPLE_LAST, "storing samples", bind_sample};
    return store_write(store, batch.doing, put_batch, &batch, err);
}

static void bind_trace(struct statement *insert, const void *item)
{
    row_bind_trace(insert, item);
}

enum result store_traces_add(struct store *store, int64_t id, const struct error_trace *traces, size_t count,
                             struct err *err)
{
    const struct batch batch = {
        id, traces, count, sizeof *traces, QUERY_TRACE_INSERT, QUERY_TRACE_LAST, "storing error traces", bind_trace};
    return store_write(store, batch.doing, put_batch, &batch, err);
}

static void bind_log(struct statement *insert, const void *item)
{
    row_bind_log(insert, item);
}

enum result store_logs_add(struct store *store, int64_t id, const struct run_log *logs, size_t count, struct err *err)
{
    const struct batch batch = {
        id, logs, count, sizeof *logs, QUERY_LOG_INSERT, QUERY_COUNT, "storing the transcript", bind_log};
    return store_write(store, batch.doing, put_batch, &batch, err);
}

/* --- reading --- */

/* Who gets the rows, and how the reading went on this side of SQLite. */
struct reading {
    union {
        bool (*sample)(int64_t position, const struct run_sample *sample, void *arg);
        bool (*trace)(int64_t position, const struct error_trace *trace, void *arg);
        bool (*log)(int64_t position, const struct run_log *log, void *arg);
        bool (*limit)(const struct run_limit *limit, void *arg);
        bool (*rank)(const struct load_rank *rank, void *arg);
    } each;
    void *arg;
    int64_t position; /* of the last log line */
    bool out_of_memory;
};

static bool give_sample(struct statement *row, void *arg)
{
    const struct reading *const reading = arg;
    struct run_sample sample;
    const int64_t position = column_i64(row);
    row_read_sample(row, &sample);
    return reading->each.sample(position, &sample, reading->arg);
}

enum result store_samples_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                               bool (*each)(int64_t position, const struct run_sample *sample, void *arg), void *arg,
                               struct err *err)
{
    struct reading reading = {.each.sample = each, .arg = arg};
    const struct listing listing = {QUERY_SAMPLES, "reading samples", {id, after, limit}, give_sample, &reading};
    return store_each(store, &listing, err);
}

static bool give_trace(struct statement *row, void *arg)
{
    struct reading *const reading = arg;
    struct error_trace trace;
    const int64_t position = column_i64(row);
    reading->out_of_memory = !row_read_trace(row, &trace);
    return !reading->out_of_memory && reading->each.trace(position, &trace, reading->arg);
}

enum result store_traces_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                              bool (*each)(int64_t position, const struct error_trace *trace, void *arg), void *arg,
                              struct err *err)
{
    struct reading reading = {.each.trace = each, .arg = arg};
    const struct listing listing = {QUERY_TRACES, "reading error traces", {id, after, limit}, give_trace, &reading};
    const enum result result = store_each(store, &listing, err);
    return reading.out_of_memory ? err_set(err, RESULT_NO_MEMORY, "%s: out of memory", listing.doing) : result;
}

static bool give_log(struct statement *row, void *arg)
{
    struct reading *const reading = arg;
    struct run_log log;
    (void)column_i64(row); /* the id */
    row_read_log(row, &log);
    return reading->each.log(++reading->position, &log, reading->arg);
}

enum result store_logs_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                            bool (*each)(int64_t position, const struct run_log *log, void *arg), void *arg,
                            struct err *err)
{
    struct reading reading = {.each.log = each, .arg = arg, .position = after > 0 ? after : 0};
    const struct listing listing = {
        QUERY_LOGS, "reading the transcript", {id, limit, reading.position}, give_log, &reading};
    return store_each(store, &listing, err);
}

static bool give_limit(struct statement *row, void *arg)
{
    const struct reading *const reading = arg;
    struct run_limit limit;
    (void)column_i64(row); /* the id */
    row_read_limit(row, &limit);
    return reading->each.limit(&limit, reading->arg);
}

enum result store_limits_each(struct store *store, int64_t id, bool (*each)(const struct run_limit *limit, void *arg),
                              void *arg, struct err *err)
{
    struct reading reading = {.each.limit = each, .arg = arg};
    const struct listing listing = {QUERY_LIMITS, "reading limits", {id}, give_limit, &reading};
    return store_each(store, &listing, err);
}

static bool give_rank(struct statement *row, void *arg)
{
    struct reading *const reading = arg;
    struct load_rank rank;
    (void)column_i64(row); /* the run */
    reading->out_of_memory = !row_read_rank(row, &rank);
    return !reading->out_of_memory && reading->each.rank(&rank, reading->arg);
}

enum result store_ranks_each(struct store *store, int64_t id, bool (*each)(const struct load_rank *rank, void *arg),
                             void *arg, struct err *err)
{
    struct reading reading = {.each.rank = each, .arg = arg};
    const struct listing listing = {QUERY_RANKS, "reading ranks", {id}, give_rank, &reading};
    const enum result result = store_each(store, &listing, err);
    return reading.out_of_memory ? err_set(err, RESULT_NO_MEMORY, "%s: out of memory", listing.doing) : result;
}
