#include "server/lab/run/run_usage.h"

#include "base/clock.h"

#define LOOK_INTERVAL_NS (100 * NS_PER_MS)

enum result run_usage_open(struct run_usage *usage, bool own_server, struct err *err)
{
    usage_init(&usage->peak);
    return own_server ? usage_open("", &usage->reader, err) : RESULT_OK;
}

void run_usage_close(struct run_usage *usage)
{
    usage_close(usage->reader);
}

void run_usage_add(struct run_usage *usage, const struct group_usage *group, uint64_t began_us, uint64_t queue)
{
    if (usage->group_count == GROUP_USAGES_MAX) {
        return;
    }
    struct group_usage *const added = &usage->groups[usage->group_count++];
    struct usage *const server = &added->used[LIMIT_SIDE_SERVER];
    *added = *group;
    added->at_us += began_us;
    if (usage->reader != NULL) {
        usage_read(usage->reader, server);
        server->used[LIMIT_BACKLOG] = queue;
        if (group->phase != PHASE_START) { /* such a failure is none of the server's, and counting takes long */
            usage_count(usage->reader, server);
        }
        usage_raise(&usage->peak, server);
    }
}

void run_usage_look(struct run_usage *usage, uint64_t now_ns, uint64_t queue)
{
    struct usage now;
    if (usage->reader == NULL) {
        return;
    }
    usage_init(&now);
    if (now_ns - usage->looked_ns >= LOOK_INTERVAL_NS) {
        usage->looked_ns = now_ns;
        usage_read(usage->reader, &now);
    }
    now.used[LIMIT_BACKLOG] = queue;
    usage_raise(&usage->peak, &now);
}

void run_usage_describe(const struct run_usage *usage, const struct load_result *result, struct diagnose_case *facts)
{
    facts->usages = usage->groups;
    facts->usage_count = usage->group_count;
    facts->peak[LIMIT_SIDE_SERVER] = usage->peak;
    usage_init(&facts->peak[LIMIT_SIDE_CLIENT]);
    if (result != NULL) {
        facts->peak[LIMIT_SIDE_CLIENT] = result->peak;
    }
}
