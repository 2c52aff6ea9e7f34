/* The table of routes.def, with the query parameters that each knows. */
#include <stddef.h>

#include "db/run_filters.def"
#include "web/api/resources.h"
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
#define ROUTE(method, pattern, handler, parameters, access) {method, pattern, handler, parameters, ROUTE_##access},
#include "web/api/routes.def"
#undef ROUTE
    {NULL, NULL, NULL, NULL, ROUTE_TOKEN},
};
