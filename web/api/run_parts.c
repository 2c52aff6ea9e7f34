/* The parts of a run that fit into one answer: its errors (groups, and a page of traces), limits, histograms and hosts.
 */
#include <stdlib.h>

#include "base/json.h"
#include "db/store_parts.h"
#include "loadgen/limits/limit_json.h"
#include "server/lab/json/ranks_json.h"
#include "server/lab/json/run_json.h"
#include "web/api/query_language.h"
#include "web/api/resources.h"
#include "web/http/respond.h"

#define DEFAULT_TRACES 100
#define TRACES_MAX 1000

/* Collects the rows of a callback in a JSON array; `failed`: memory ran out. */
struct rows {
    cJSON *list;
    uint64_t wanted;
    uint64_t count;
    int64_t last; /* position of the last row that is in the list */
    enum language language;
    bool failed;
};

/* --- GET /runs/17/errors --- */

/* One trace more than wanted is read when there is a next page. */
static bool add_trace(int64_t position, const struct error_trace *trace, void *arg)
{
    struct rows *const rows = arg;
    if (++rows->count > rows->wanted) {
        return false;
    }
    rows->last = position;
    rows->failed = !json_append(rows->list, run_trace_to_json(trace));
    return !rows->failed;
}

/* Moves the groups out of the run's own JSON. */
static bool add_groups(cJSON *json, const struct run *run)
{
    cJSON *const all = run_to_json(run, LANGUAGE_ENGLISH);
    cJSON *const groups = cJSON_DetachItemFromObjectCaseSensitive(all, "errors");
    cJSON_Delete(all);
    return json_add(json, "errors", groups);
}

static bool add_next(cJSON *json, const struct rows *rows)
{
    return rows->count > rows->wanted ? json_add_number(json, "next", (double)rows->last) : json_add_null(json, "next");
}

static enum result read_errors(const struct request *request, const struct run *run, cJSON *json, struct err *err)
{
    uint64_t limit = DEFAULT_TRACES;
    uint64_t after = 0;
    const bool from_first = query_get(&request->query, "after") == NULL;
    if (query_uint(&request->query, "limit", 1, TRACES_MAX, &limit, err) != RESULT_OK ||
        query_uint(&request->query, "after", 0, INT64_MAX, &after, err) != RESULT_OK) {
        return err->code;
    }
    if (!add_groups(json, run)) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    struct rows rows = {.list = cJSON_AddArrayToObject(json, "traces"), .wanted = limit};
    if (rows.list != NULL &&
        store_traces_each(request->app->store, request->id, from_first ? INT64_MIN : (int64_t)after,
                          (uint32_t)limit + 1, add_trace, &rows, err) != RESULT_OK) {
        return err->code;
    }
    if (rows.list == NULL || rows.failed || !add_next(json, &rows)) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    return RESULT_OK;
}

/* --- GET /runs/17/limits --- */

static bool add_limit(const struct run_limit *limit, void *arg)
{
    struct rows *const rows = arg;
    cJSON *const json = limit_to_json(&limit->limit, rows->language);
    const bool added = json != NULL && limit_add_number(json, "used_at_failure", limit->used_at_failure) &&
                       limit_add_number(json, "used_at_peak", limit->used_at_peak);
    rows->failed = !json_append(rows->list, json_if(added, json));
    return !rows->failed;
}

static enum result read_limits(const struct request *request, const struct run *run, cJSON *json, struct err *err)
{
    struct rows rows = {.list = cJSON_AddArrayToObject(json, "limits")};
    if (query_language(&request->query, &rows.language, err) != RESULT_OK) {
        return err->code;
    }
    if (rows.list != NULL && store_limits_each(request->app->store, run->id, add_limit, &rows, err) != RESULT_OK) {
        return err->code;
    }
    return rows.list == NULL || rows.failed ? err_set(err, RESULT_NO_MEMORY, "the panel is out of memory") : RESULT_OK;
}

/* --- GET /runs/17/histogram --- */

/* {"from_us":..,"to_us":..,"count":..} for each bucket that has counts. */
static bool add_buckets(cJSON *list, const struct hist *hist)
{
    for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
        const uint64_t count = hist_bucket_count(hist, bucket);
        if (count == 0) {
            continue;
        }
        cJSON *const row = cJSON_CreateObject();
        if (!json_append(list, row) || !json_add_number(row, "from_us", (double)hist_bucket_lower(bucket) / 1e3) ||
            !json_add_number(row, "to_us", (double)hist_bucket_upper(bucket) / 1e3) ||
            !json_add_uint(row, "count", count)) {
            return false;
        }
    }
    return true;
}

/* A run without measurements has empty lists; so has one that cannot be read, and `message` says so. */
static enum result read_histogram(const struct request *request, const struct run *run, cJSON *json, struct err *err)
{
    struct hist *const latency = calloc(LATENCY_COUNT, sizeof *latency);
    enum result result = RESULT_OK;
    if (latency == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    const enum result read = store_histogram_get(request->app->store, run->id, latency, err);
    if (read != RESULT_OK && read != RESULT_NOT_FOUND && read != RESULT_INVALID) {
        result = read;
        goto out;
    }
    cJSON *const kinds = cJSON_AddObjectToObject(json, "histogram");
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        cJSON *const list = cJSON_AddArrayToObject(kinds, latency_kind_name(kind));
        if (list == NULL || !add_buckets(list, &latency[kind])) {
            result = err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
            goto out;
        }
    }
    if (read == RESULT_INVALID && !json_add_text(json, "message", err->message)) {
        result = err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
out:
    free(latency);
    return result;
}

/* --- GET /runs/17/hosts --- */

struct rank_list {
    struct load_rank *rows;
    size_t count;
    bool failed;
};

static bool keep_rank(const struct load_rank *rank, void *arg)
{
    struct rank_list *const list = arg;
    struct load_rank *const more = reallocarray(list->rows, list->count + 1, sizeof *more);
    list->failed = more == NULL;
    if (more != NULL) {
        list->rows = more;
        list->rows[list->count++] = *rank;
    }
    return !list->failed;
}

static enum result read_hosts(const struct request *request, const struct run *run, cJSON *json, struct err *err)
{
    enum language language = LANGUAGE_ENGLISH;
    struct rank_list list = {.rows = NULL};
    if (query_language(&request->query, &language, err) != RESULT_OK) {
        return err->code;
    }
    enum result result = store_ranks_each(request->app->store, run->id, keep_rank, &list, err);
    if (result == RESULT_OK && (list.failed || !ranks_add_json(json, run, list.rows, list.count, language))) {
        result = err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    free(list.rows);
    return result;
}

/* --- all of them --- */

typedef enum result part_reader(const struct request *request, const struct run *run, cJSON *json, struct err *err);

static enum MHD_Result respond_part(struct request *request, part_reader *read)
{
    struct err err;
    struct run run;
    if (store_run_get(request->app->store, request->id, &run, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    cJSON *const json = cJSON_CreateObject();
    if (json == NULL) {
        return respond_no_memory(request);
    }
    if (read(request, &run, json, &err) != RESULT_OK) {
        cJSON_Delete(json);
        return respond_err(request, &err);
    }
    return respond_json(request, MHD_HTTP_OK, json);
}

enum MHD_Result run_errors_get(struct request *request)
{
    return respond_part(request, read_errors);
}

enum MHD_Result run_limits_get(struct request *request)
{
    return respond_part(request, read_limits);
}

enum MHD_Result run_histogram_get(struct request *request)
{
    return respond_part(request, read_histogram);
}

enum MHD_Result run_hosts_get(struct request *request)
{
    return respond_part(request, read_hosts);
}
