#include "web/http/router.h"

#include <stdio.h>
#include <string.h>

#include "web/http/assets.h"
#include "web/http/query.h"
#include "web/http/resources.h"

static const char *const run_list_parameters[] = {"limit",      "before", "mode",  "status", "q",
                                                  "experiment", "sort",   "order", "offset", NULL};
static const char *const page_parameters[] = {"limit", "after", NULL};
static const char *const compare_parameters[] = {"runs", "experiment", NULL};
static const char *const experiment_parameters[] = {"limit", "before", NULL};
static const char *const event_parameters[] = {"last_event_id", NULL};
static const char *const limit_parameters[] = {
    "model",      "mode",      "count",  "pool_size",     "hold",         "requests",      "rate", "request",
    "timeout_ms", "stack_kib", "target", "limits.nofile", "limits.nproc", "limits.as_mib", NULL};

static const struct route table[] = {
    {"GET", "/", assets_get, NULL, ROUTE_FILE},
    {"GET", "/compare", compare_get, compare_parameters, ROUTE_TOKEN},
    {"GET", "/compare.csv", compare_csv, compare_parameters, ROUTE_TOKEN},
    {"GET", "/events", events_get, event_parameters, ROUTE_TOKEN},
    {"GET", "/experiments", experiments_list, experiment_parameters, ROUTE_TOKEN},
    {"POST", "/experiments", experiments_create, NULL, ROUTE_TOKEN},
    {"GET", "/experiments/{id}", experiments_get, NULL, ROUTE_TOKEN},
    {"POST", "/experiments/{id}/cancel", experiments_post_cancel, NULL, ROUTE_TOKEN},
    {"GET", "/healthz", health_get, NULL, ROUTE_PUBLIC},
    {"GET", "/limits", limits_get, limit_parameters, ROUTE_TOKEN},
    {"GET", "/metrics", metrics_get, NULL, ROUTE_TOKEN},
    {"GET", "/openapi.json", assets_get, NULL, ROUTE_FILE},
    {"GET", "/report", assets_get, NULL, ROUTE_FILE},
    {"GET", "/runs", runs_list, run_list_parameters, ROUTE_TOKEN},
    {"POST", "/runs", runs_create, NULL, ROUTE_TOKEN},
    {"GET", "/runs.csv", runs_csv, run_list_parameters, ROUTE_TOKEN},
    {"GET", "/runs/{id}", runs_get, NULL, ROUTE_TOKEN},
    {"PATCH", "/runs/{id}", runs_patch, NULL, ROUTE_TOKEN},
    {"DELETE", "/runs/{id}", runs_delete, NULL, ROUTE_TOKEN},
    {"POST", "/runs/{id}/cancel", runs_cancel, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/errors", run_errors_get, page_parameters, ROUTE_TOKEN},
    {"GET", "/runs/{id}/errors.csv", run_errors_csv, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/events", run_events_get, event_parameters, ROUTE_TOKEN},
    {"GET", "/runs/{id}/histogram", run_histogram_get, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/limits", run_limits_get, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/samples", run_samples_get, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/samples.csv", run_samples_csv, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/transcript", run_transcript_get, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/transcript.txt", run_transcript_text, NULL, ROUTE_TOKEN},
    {"GET", "/server", server_get, NULL, ROUTE_TOKEN},
    {"PATCH", "/server", server_patch, NULL, ROUTE_TOKEN},
    {NULL, NULL, NULL, NULL, ROUTE_TOKEN},
};

static const struct route file_route = {"GET", "/{file}", assets_get, NULL, ROUTE_FILE};

const struct route *router_table(void)
{
    return table;
}

/* Whether `path` is of the form of `pattern`; takes the number where {id} stands. */
static bool matches(const char *pattern, const char *path, int64_t *id)
{
    static const char hole[] = "{id}";
    const char *const brace = strstr(pattern, hole);
    if (brace == NULL) {
        return strcmp(pattern, path) == 0;
    }
    const size_t before = (size_t)(brace - pattern);
    if (strncmp(pattern, path, before) != 0) {
        return false;
    }
    const char *const digits = path + before;
    const size_t length = strcspn(digits, "/");
    uint64_t value = 0;
    if (*digits == '0' || !query_digits(digits, length, &value) || value > INT64_MAX ||
        strcmp(brace + sizeof hole - 1, digits + length) != 0) {
        return false;
    }
    *id = (int64_t)value;
    return true;
}

const struct route *router_find(const char *method, const char *path, int64_t *id)
{
    const char *const wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    for (const struct route *row = table; row->method != NULL; row++) {
        if (strcmp(row->method, wanted) == 0 && matches(row->pattern, path, id)) {
            return row;
        }
    }
    return strcmp(wanted, "GET") == 0 && assets_find(path) != NULL ? &file_route : NULL;
}

bool router_allow(const char *path, char allow[ROUTER_ALLOW_SIZE])
{
    int64_t id = 0;
    size_t used = 0;
    allow[0] = '\0';
    for (const struct route *row = table; row->method != NULL; row++) {
        if (matches(row->pattern, path, &id)) {
            const char *const also = strcmp(row->method, "GET") == 0 ? ", HEAD" : "";
            used += (size_t)snprintf(allow + used, ROUTER_ALLOW_SIZE - used, "%s%s, ", row->method, also);
        }
    }
    if (used == 0 && assets_find(path) != NULL) {
        used = (size_t)snprintf(allow, ROUTER_ALLOW_SIZE, "GET, HEAD, ");
    }
    snprintf(allow + used, ROUTER_ALLOW_SIZE - used, "OPTIONS");
    return used > 0;
}
