/* Every route of the API, sorted by pattern, each with the query parameters that it knows. */
#include <stddef.h>

#include "db/run_filters.def"
#include "web/api/resources.h"
#include "web/http/assets.h"
#include "web/http/router.h"

#define FILTER_NAME(KIND, name, ...) #name,
#define PAGE_NAMES "limit", "before", "sort", "order", "offset", "after"
static const char *const run_list_parameters[] = {RUN_FILTERS(FILTER_NAME) PAGE_NAMES, "fold", "lang", NULL};
static const char *const run_csv_parameters[] = {RUN_FILTERS(FILTER_NAME) PAGE_NAMES, NULL};
static const char *const run_count_parameters[] = {RUN_FILTERS(FILTER_NAME) NULL};
static const char *const page_parameters[] = {"limit", "after", NULL};
static const char *const compare_parameters[] = {"runs", "experiment", "lang", NULL};
static const char *const compare_csv_parameters[] = {"runs", "experiment", NULL};
static const char *const experiment_parameters[] = {"limit", "before", "ids", "lang", NULL};
static const char *const language_parameters[] = {"lang", NULL};
static const char *const wait_parameters[] = {"wait", NULL};
static const char *const event_parameters[] = {"last_event_id", NULL};
static const char *const limit_parameters[] = {"model",
#define FIELD(member, name, help) name,
#include "loadgen/contract/run_fields.def"
#define KEY(key) "what_if." key,
#define NO_KEY
#define LIMIT(NAME, COST, REFUSES, error, name, key, ...) key
#include "loadgen/limits/limits.def"
#undef LIMIT
                                               NULL};

const struct route api_routes[] = {
    {"GET", "/", assets_get, NULL, ROUTE_FILE},
    {"GET", "/compare", compare_get, compare_parameters, ROUTE_TOKEN},
    {"GET", "/compare.csv", compare_csv, compare_csv_parameters, ROUTE_TOKEN},
    {"GET", "/events", events_get, event_parameters, ROUTE_TOKEN},
    {"GET", "/experiments", experiments_list, experiment_parameters, ROUTE_TOKEN},
    {"POST", "/experiments", experiments_create, wait_parameters, ROUTE_TOKEN},
    {"GET", "/experiments.csv", experiments_csv, NULL, ROUTE_TOKEN},
    {"POST", "/experiments/plan", experiments_plan, NULL, ROUTE_TOKEN},
    {"GET", "/experiments/{id}", experiments_get, language_parameters, ROUTE_TOKEN},
    {"PATCH", "/experiments/{id}", experiments_patch, NULL, ROUTE_TOKEN},
    {"DELETE", "/experiments/{id}", experiments_delete_one, NULL, ROUTE_TOKEN},
    {"POST", "/experiments/{id}/cancel", experiments_post_cancel, NULL, ROUTE_TOKEN},
    {"GET", "/export.db", export_get, NULL, ROUTE_TOKEN},
    {"GET", "/healthz", health_get, NULL, ROUTE_PUBLIC},
    {"GET", "/limits", limits_get, limit_parameters, ROUTE_TOKEN},
    {"GET", "/listeners", listeners_get, NULL, ROUTE_TOKEN},
    {"GET", "/metrics", metrics_get, NULL, ROUTE_TOKEN},
    {"GET", "/openapi.json", assets_get, NULL, ROUTE_FILE},
    {"GET", "/report", assets_get, NULL, ROUTE_FILE},
    {"GET", "/runs", runs_list, run_list_parameters, ROUTE_TOKEN},
    {"POST", "/runs", runs_create, wait_parameters, ROUTE_TOKEN},
    {"GET", "/runs.csv", runs_csv, run_csv_parameters, ROUTE_TOKEN},
    {"GET", "/runs/count", runs_count, run_count_parameters, ROUTE_TOKEN},
    {"GET", "/runs/{id}", runs_get, language_parameters, ROUTE_TOKEN},
    {"PATCH", "/runs/{id}", runs_patch, NULL, ROUTE_TOKEN},
    {"DELETE", "/runs/{id}", runs_delete, NULL, ROUTE_TOKEN},
    {"POST", "/runs/{id}/cancel", runs_cancel, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/errors", run_errors_get, page_parameters, ROUTE_TOKEN},
    {"GET", "/runs/{id}/errors.csv", run_errors_csv, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/events", run_events_get, event_parameters, ROUTE_TOKEN},
    {"GET", "/runs/{id}/histogram", run_histogram_get, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/hosts", run_hosts_get, language_parameters, ROUTE_TOKEN},
    {"GET", "/runs/{id}/limits", run_limits_get, language_parameters, ROUTE_TOKEN},
    {"GET", "/runs/{id}/samples", run_samples_get, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/samples.csv", run_samples_csv, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/transcript", run_transcript_get, NULL, ROUTE_TOKEN},
    {"GET", "/runs/{id}/transcript.txt", run_transcript_text, NULL, ROUTE_TOKEN},
    {"GET", "/server", server_get, NULL, ROUTE_TOKEN},
    {"PATCH", "/server", server_patch, NULL, ROUTE_TOKEN},
    {NULL, NULL, NULL, NULL, ROUTE_TOKEN},
};
