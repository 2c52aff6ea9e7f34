#include "run.h"

#include <string.h>

static const struct {
    const char *name;
    bool is_over;
} statuses[] = {
#define RUN_STATUS(NAME, name, is_over) {#name, is_over},
#include "run_statuses.def"
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
