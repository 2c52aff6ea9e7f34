#include "db/run.h"

#include <string.h>

static const struct {
    const char *name;
    bool is_over;
} statuses[] = {
#define RUN_STATUS(NAME, name, is_over) {#name, is_over},
#include "db/run_statuses.def"
#undef RUN_STATUS
};

const char *run_status_name(enum run_status status)
{
    return status < RUN_STATUS_COUNT ? statuses[status].name : "?";
}

enum run_status run_status_from_name(const char *name)
{
    enum run_status status = 0;
    while (status < RUN_STATUS_COUNT && strcmp(statuses[status].name, name) != 0) {
        status++;
    }
    return status;
}

bool run_status_is_over(enum run_status status)
{
    return status < RUN_STATUS_COUNT && statuses[status].is_over;
}

const char *run_side_name(enum run_side side)
{
    switch (side) {
    case RUN_SIDE_CLIENT:
        return "client";
    case RUN_SIDE_SERVER:
        return "server";
    }
    return "?";
}

enum run_side run_side_from_name(const char *name)
{
    return strcmp(name, run_side_name(RUN_SIDE_SERVER)) == 0 ? RUN_SIDE_SERVER : RUN_SIDE_CLIENT;
}
