#include "db/run.h"

#include "base/table.h"
#include "db/run_parts.h"

static const char *const status_names[] = {
#define RUN_STATUS(NAME, name, is_over) #name,
#include "db/run_statuses.def"
#undef RUN_STATUS
};
static const bool is_over[] = {
#define RUN_STATUS(NAME, name, is_over) is_over,
#include "db/run_statuses.def"
#undef RUN_STATUS
};
static const char *const side_names[RUN_SIDE_COUNT] = {"client", "server"};

const char *run_status_name(enum run_status status)
{
    return status < RUN_STATUS_COUNT ? status_names[status] : "unknown";
}

enum run_status run_status_from_name(const char *name)
{
    return (enum run_status)table_find(status_names, RUN_STATUS_COUNT, name);
}

bool run_status_is_over(enum run_status status)
{
    return status < RUN_STATUS_COUNT && is_over[status];
}

const char *run_side_name(enum run_side side)
{
    return side < RUN_SIDE_COUNT ? side_names[side] : "unknown";
}

enum run_side run_side_from_name(const char *name)
{
    return (enum run_side)table_find(side_names, RUN_SIDE_COUNT, name);
}
