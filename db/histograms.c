#include "db/histograms.h"

#include <stdlib.h>

#include "base/json.h"
#include "db/rows.h"
#include "db/session.h"
#include "db/store_parts.h"

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
        bind_text(&insert, histograms->texts[kind]);
        row_bind_latency(&insert, (enum latency_kind)kind, &histograms->latency[kind]);
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
        return err_set(err, RESULT_NO_MEMORY, "reading a histogram: out of memory");
    }
    if (json == NULL || hist_from_json(hist, json, &reason) != RESULT_OK) {
        result = err_set(err, RESULT_INVALID, "reading a histogram: %s", json == NULL ? "not JSON" : reason.message);
        hist_init(hist);
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

/* Of two errors that concern one kind each, damage is the one to report. */
static bool is_worse(enum result result, enum result worst)
{
    return result == RESULT_INVALID || (result != RESULT_OK && worst == RESULT_OK);
}

enum result store_histogram_get(struct store *store, int64_t id, struct hist latency[LATENCY_COUNT], struct err *err)
{
    enum result worst = RESULT_OK;
    struct db_connection *reader = store_reader(store);
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        struct err why;
        const enum result result = read_histogram(reader, id, (enum latency_kind)kind, &latency[kind], &why);
        const bool of_store = result == RESULT_STORE || result == RESULT_NO_MEMORY;
        if (of_store || is_worse(result, worst)) {
            worst = result;
            *err = why;
        }
        if (of_store) {
            break;
        }
    }
    db_connection_unlock(reader);
    return worst;
}
