#include "server/lab/run/traces.h"

#include <stdlib.h>
#include <string.h>

struct traces {
    uint32_t group_count;
    struct error_group groups[ERROR_GROUPS_MAX];
    size_t count;
    /* Room for all traces that are ever kept, so that none is lost while the store fails. Unused pages are never
     * touched. */
    struct error_trace rows[ERROR_GROUPS_MAX * TRACES_PER_GROUP_MAX];
};

struct traces *traces_create(void)
{
    return calloc(1, sizeof(struct traces));
}

void traces_destroy(struct traces *traces)
{
    free(traces);
}

static struct error_group *group_of(struct traces *traces, const struct error_trace *trace)
{
    for (uint32_t i = 0; i < traces->group_count; i++) {
        struct error_group *const group = &traces->groups[i];
        if (group->phase == trace->phase && group->error_number == trace->error_number &&
            group->words == trace->words && strcmp(group->call, trace->call) == 0) {
            return group;
        }
    }
    if (traces->group_count == ERROR_GROUPS_MAX) {
        return NULL;
    }
    struct error_group *const group = &traces->groups[traces->group_count++];
    *group = (struct error_group){.phase = trace->phase,
                                  .error_number = trace->error_number,
                                  .words = trace->words,
                                  .first_client = trace->client,
                                  .first_at_us = trace->at_us,
                                  .last_client = LIMIT_UNKNOWN,
                                  .answered = LIMIT_UNKNOWN,
                                  .cut = LIMIT_UNKNOWN,
                                  .resent = LIMIT_UNKNOWN};
    memcpy(group->call, trace->call, sizeof group->call);
    memcpy(group->message, trace->message, sizeof group->message);
    return group;
}

bool traces_add(struct traces *traces, const struct error_trace *trace)
{
    struct error_group *const group = group_of(traces, trace);
    if (group == NULL) {
        return false;
    }
    if (group->count < TRACES_PER_GROUP_MAX) {
        traces->rows[traces->count++] = *trace;
    }
    group->count++;
    group->last_at_us = trace->at_us;
    return group->count == 1;
}

const struct error_group *traces_groups(const struct traces *traces, uint32_t *count)
{
    *count = traces->group_count;
    return traces->groups;
}

const struct error_trace *traces_rows(const struct traces *traces, size_t *count)
{
    *count = traces->count;
    return traces->rows;
}

void traces_stored(struct traces *traces, size_t count)
{
    traces->count -= count;
    memmove(traces->rows, traces->rows + count, traces->count * sizeof *traces->rows);
}
