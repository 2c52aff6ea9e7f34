#include "server/lab/run/run_record.h"

#include <stdlib.h>

#include "db/store_parts.h"

enum { SAMPLES_MAX = 6000 }; /* ten minutes of a store that fails */

enum result run_record_init(struct run_record *record, struct err *err)
{
    record->traces = traces_create();
    record->samples = calloc(SAMPLES_MAX, sizeof *record->samples);
    return record->traces != NULL && record->samples != NULL ? RESULT_OK
                                                             : err_set(err, RESULT_NO_MEMORY, "no memory for a run");
}

void run_record_free(struct run_record *record)
{
    transcript_destroy(record->transcript);
    traces_destroy(record->traces);
    free(record->samples);
    run_ranks_free(&record->ranks);
}

void run_record_add_sample(struct run_record *record, const struct run_sample *sample)
{
    if (record->sample_count < SAMPLES_MAX) {
        record->samples[record->sample_count++] = *sample;
    }
}

void run_record_set_limits(struct run_record *record, enum limit_side side, const struct limit_value *values,
                           size_t count)
{
    struct run_limit *const limits = record->limits[side];
    record->limit_count[side] = count < LIMIT_COUNT ? count : LIMIT_COUNT;
    for (size_t i = 0; i < record->limit_count[side]; i++) {
        limits[i] = (struct run_limit){values[i], LIMIT_UNKNOWN, LIMIT_UNKNOWN};
        limits[i].limit.side = side;
    }
}

void run_record_set_use(struct run_record *record, const struct usage at_failure[LIMIT_SIDE_COUNT],
                        const struct usage peak[LIMIT_SIDE_COUNT])
{
    for (enum limit_side side = 0; side < LIMIT_SIDE_COUNT; side++) {
        for (size_t i = 0; i < record->limit_count[side]; i++) {
            struct run_limit *const limit = &record->limits[side][i];
            limit->used_at_failure = at_failure != NULL ? at_failure[side].used[limit->limit.id] : LIMIT_UNKNOWN;
            limit->used_at_peak =
                usage_more(peak[side].used[limit->limit.id], usage_more(limit->limit.used, limit->used_at_failure));
        }
        record->limits_stored[side] = false;
    }
}

size_t run_record_limits(const struct run_record *record, struct limit_value values[2 * LIMIT_COUNT])
{
    size_t count = 0;
    for (enum limit_side side = 0; side < LIMIT_SIDE_COUNT; side++) {
        for (size_t i = 0; i < record->limit_count[side]; i++) {
            values[count++] = record->limits[side][i].limit;
        }
    }
    return count;
}

static enum result flush_limits(struct run_record *record, struct store *store, int64_t id, struct err *err)
{
    for (size_t side = 0; side < LIMIT_SIDE_COUNT; side++) {
        if (record->limit_count[side] == 0 || record->limits_stored[side]) {
            continue;
        }
        if (store_limits_put(store, id, record->limits[side], record->limit_count[side], err) != RESULT_OK) {
            return err->code;
        }
        record->limits_stored[side] = true;
    }
    return RESULT_OK;
}

static enum result flush_logs(struct run_record *record, struct store *store, int64_t id, struct err *err)
{
    size_t count = 0;
    if (record->transcript == NULL) {
        return RESULT_OK;
    }
    const struct run_log *const rows = transcript_rows(record->transcript, &count);
    if (count > 0 && store_logs_add(store, id, rows, count, err) != RESULT_OK) {
        return err->code;
    }
    transcript_stored(record->transcript, count);
    return RESULT_OK;
}

static enum result flush_traces(struct run_record *record, struct store *store, int64_t id, struct err *err)
{
    size_t count = 0;
    const struct error_trace *const rows = traces_rows(record->traces, &count);
    if (count > 0 && store_traces_add(store, id, rows, count, err) != RESULT_OK) {
        return err->code;
    }
    traces_stored(record->traces, count);
    return RESULT_OK;
}

enum result run_record_flush(struct run_record *record, struct store *store, int64_t id, struct err *err)
{
    enum result result = flush_limits(record, store, id, err);
    if (result == RESULT_OK && record->sample_count > 0) {
        result = store_samples_add(store, id, record->samples, record->sample_count, err);
        record->sample_count = result == RESULT_OK ? 0 : record->sample_count;
    }
    if (result == RESULT_OK) {
        result = flush_traces(record, store, id, err);
    }
    if (result == RESULT_OK) {
        result = run_ranks_flush(&record->ranks, store, id, err);
    }
    return result == RESULT_OK ? flush_logs(record, store, id, err) : result;
}
