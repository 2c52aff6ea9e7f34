#include "db/store_parts.h"

#include <stdlib.h>

#include "base/json.h"
#include "db/rows.h"
#include "db/store_private.h"

/* A batch of one kind of part. */
struct batch {
    int64_t run;
    const void *items;
    size_t count;
};

/* The highest position of a run's part; new ones go behind it. */
static enum result last_position(struct db_connection *writer, enum query query, int64_t run, int64_t *last,
                                 struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(writer, query);
    bind_i64(&select, run);
    const enum result result = statement_step(&select, "storing a run's parts", &row, err);
    *last = row ? column_i64(&select) : 0;
    statement_done(&select);
    return result;
}

static enum result put_limits(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct batch *batch = arg;
    const struct limit_value *values = batch->items;
    enum result result = RESULT_OK;
    for (size_t i = 0; i < batch->count && result == RESULT_OK; i++) {
        struct statement put = db_connection_statement(writer, QUERY_LIMIT_PUT);
        bind_i64(&put, batch->run);
        row_bind_limit(&put, &values[i]);
        result = statement_run(&put, "storing limits", err);
    }
    return result;
}

enum result store_limits_put(struct store *store, int64_t id, const struct limit_value *values, size_t count,
                             struct err *err)
{
    const struct batch batch = {id, values, count};
    return store_write(store, "storing limits", put_limits, &batch, err);
}

static enum result add_samples(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct batch *batch = arg;
    const struct run_sample *samples = batch->items;
    int64_t last = 0;
    enum result result = last_position(writer, QUERY_SAMPLE_LAST, batch->run, &last, err);
    for (size_t i = 0; i < batch->count && result == RESULT_OK; i++) {
        struct statement insert = db_connection_statement(writer, QUERY_SAMPLE_INSERT);
        bind_i64(&insert, batch->run);
        bind_i64(&insert, ++last);
        row_bind_sample(&insert, &samples[i]);
        result = statement_run(&insert, "storing samples", err);
    }
    return result;
}

enum result store_samples_add(struct store *store, int64_t id, const struct run_sample *samples, size_t count,
                              struct err *err)
{
    const struct batch batch = {id, samples, count};
    return store_write(store, "storing samples", add_samples, &batch, err);
}

static enum result add_trace(struct db_connection *writer, int64_t run, int64_t position,
                             const struct error_trace *trace, struct err *err)
{
    char *frames = row_frames_text(trace);
    if (frames == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "storing error traces: out of memory");
    }
    struct statement insert = db_connection_statement(writer, QUERY_TRACE_INSERT);
    bind_i64(&insert, run);
    bind_i64(&insert, position);
    row_bind_trace(&insert, trace, frames);
    const enum result result = statement_run(&insert, "storing error traces", err);
    free(frames);
    return result;
}

static enum result add_traces(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct batch *batch = arg;
    const struct error_trace *traces = batch->items;
    int64_t last = 0;
    enum result result = last_position(writer, QUERY_TRACE_LAST, batch->run, &last, err);
    for (size_t i = 0; i < batch->count && result == RESULT_OK; i++) {
        result = add_trace(writer, batch->run, ++last, &traces[i], err);
    }
    return result;
}

enum result store_traces_add(struct store *store, int64_t id, const struct error_trace *traces, size_t count,
                             struct err *err)
{
    const struct batch batch = {id, traces, count};
    return store_write(store, "storing error traces", add_traces, &batch, err);
}

static enum result add_logs(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct batch *batch = arg;
    const struct run_log *logs = batch->items;
    enum result result = RESULT_OK;
    for (size_t i = 0; i < batch->count && result == RESULT_OK; i++) {
        struct statement insert = db_connection_statement(writer, QUERY_LOG_INSERT);
        bind_i64(&insert, batch->run);
        row_bind_log(&insert, &logs[i]);
        result = statement_run(&insert, "storing the transcript", err);
    }
    return result;
}

enum result store_logs_add(struct store *store, int64_t id, const struct run_log *logs, size_t count, struct err *err)
{
    const struct batch batch = {id, logs, count};
    return store_write(store, "storing the transcript", add_logs, &batch, err);
}

enum result store_samples_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                               bool (*each)(int64_t position, const struct run_sample *sample, void *arg), void *arg,
                               struct err *err)
{
    bool row = false;
    struct run_sample sample;
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_SAMPLES);
    bind_i64(&select, id);
    bind_i64(&select, after);
    bind_i64(&select, limit);
    enum result result = statement_step(&select, "reading samples", &row, err);
    while (row) {
        const int64_t position = column_i64(&select);
        row_read_sample(&select, &sample);
        if (!each(position, &sample, arg)) {
            break;
        }
        result = statement_step(&select, "reading samples", &row, err);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

enum result store_traces_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                              bool (*each)(int64_t position, const struct error_trace *trace, void *arg), void *arg,
                              struct err *err)
{
    bool row = false;
    struct error_trace trace;
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_TRACES);
    bind_i64(&select, id);
    bind_i64(&select, after);
    bind_i64(&select, limit);
    enum result result = statement_step(&select, "reading error traces", &row, err);
    while (row) {
        const int64_t position = column_i64(&select);
        if (!row_read_trace(&select, &trace)) {
            result = err_set(err, RESULT_NO_MEMORY, "no memory for an error trace");
            break;
        }
        if (!each(position, &trace, arg)) {
            break;
        }
        result = statement_step(&select, "reading error traces", &row, err);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

enum result store_logs_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                            bool (*each)(int64_t position, const struct run_log *log, void *arg), void *arg,
                            struct err *err)
{
    bool row = false;
    struct run_log log;
    int64_t position = after > 0 ? after : 0;
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_LOGS);
    bind_i64(&select, id);
    bind_i64(&select, limit);
    bind_i64(&select, position);
    enum result result = statement_step(&select, "reading the transcript", &row, err);
    while (row) {
        row_read_log(&select, &log);
        if (!each(++position, &log, arg)) {
            break;
        }
        result = statement_step(&select, "reading the transcript", &row, err);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

enum result store_limits_each(struct store *store, int64_t id, bool (*each)(const struct limit_value *value, void *arg),
                              void *arg, struct err *err)
{
    bool row = false;
    struct limit_value value;
    struct db_connection *reader = store_reader(store);
    struct statement select = db_connection_statement(reader, QUERY_LIMITS);
    bind_i64(&select, id);
    enum result result = statement_step(&select, "reading limits", &row, err);
    while (row) {
        if (row_read_limit(&select, &value) && !each(&value, arg)) {
            break;
        }
        result = statement_step(&select, "reading limits", &row, err);
    }
    statement_done(&select);
    db_connection_unlock(reader);
    return result;
}

/* --- histograms --- */

static char *histogram_text(const struct hist *hist)
{
    struct buf text = BUF_INIT;
    hist_write(hist, NULL, &text);
    return buf_take(&text);
}

enum result store_histograms_make(struct store_histograms *histograms, const struct hist latency[LATENCY_COUNT],
                                  struct err *err)
{
    uint64_t values = 0;
    *histograms = (struct store_histograms){0};
    for (int kind = 0; kind < LATENCY_COUNT && latency != NULL; kind++) {
        histograms->latency[kind] = hist_summary(&latency[kind]);
        values += histograms->latency[kind].count;
    }
    for (int kind = 0; kind < LATENCY_COUNT && values > 0; kind++) {
        histograms->texts[kind] = histogram_text(&latency[kind]);
        if (histograms->texts[kind] == NULL) {
            return err_set(err, RESULT_NO_MEMORY, "storing histograms: out of memory");
        }
    }
    return RESULT_OK;
}

void store_histograms_free(struct store_histograms *histograms)
{
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        free(histograms->texts[kind]);
        histograms->texts[kind] = NULL;
    }
}

enum result store_histograms_insert(struct db_connection *writer, int64_t id, const struct store_histograms *histograms,
                                    struct err *err)
{
    enum result result = RESULT_OK;
    for (int kind = 0; kind < LATENCY_COUNT && histograms->texts[kind] != NULL && result == RESULT_OK; kind++) {
        struct statement insert = db_connection_statement(writer, QUERY_LATENCY_INSERT);
        bind_i64(&insert, id);
        row_bind_latency(&insert, (enum latency_kind)kind, &histograms->latency[kind]);
        bind_text(&insert, histograms->texts[kind]);
        result = statement_run(&insert, "storing histograms", err);
    }
    return result;
}

static enum result parse_histogram(const char *text, struct hist *hist, struct err *err)
{
    cJSON *json = NULL;
    struct err reason;
    enum result result = RESULT_OK;
    if (!json_read_stored(text, &json)) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a histogram");
    }
    if (json == NULL || hist_from_json(hist, json, &reason) != RESULT_OK) {
        result = err_set(err, RESULT_STORE, "reading a histogram: %s", json == NULL ? "not JSON" : reason.message);
    }
    cJSON_Delete(json);
    return result;
}

static enum result read_histogram(struct db_connection *reader, int64_t id, enum latency_kind kind, struct hist *hist,
                                  struct err *err)
{
    bool row = false;
    struct statement select = db_connection_statement(reader, QUERY_HISTOGRAM);
    bind_i64(&select, id);
    bind_text(&select, latency_kind_name(kind));
    enum result result = statement_step(&select, "reading a histogram", &row, err);
    if (result == RESULT_OK && row) {
        result = parse_histogram(column_text(&select), hist, err);
    } else if (result == RESULT_OK) {
        result = err_set(err, RESULT_NOT_FOUND, "run %lld has no histograms", (long long)id);
    }
    statement_done(&select);
    return result;
}

enum result store_histogram_get(struct store *store, int64_t id, struct hist latency[LATENCY_COUNT], struct err *err)
{
    enum result result = RESULT_OK;
    struct db_connection *reader = store_reader(store);
    for (int kind = 0; kind < LATENCY_COUNT && result == RESULT_OK; kind++) {
        result = read_histogram(reader, id, (enum latency_kind)kind, &latency[kind], err);
    }
    db_connection_unlock(reader);
    return result;
}
