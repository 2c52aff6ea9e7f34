#include "loadgen/watch/run_usage.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define LOOK_INTERVAL_NS (100 * NS_PER_MS)

/* They are counted once, process by process; from then on the server's own threads tell how many there are. */
static void count_others(struct run_usage *usage)
{
    struct usage now;
    const uint64_t threads = foreign_server_use(usage->foreign)->threads;
    usage_init(&now);
    usage_count(usage->reader, &now);
    if (now.used[LIMIT_NPROC] != LIMIT_UNKNOWN && threads <= now.used[LIMIT_NPROC]) {
        usage->others = now.used[LIMIT_NPROC] - threads;
    }
}

void run_usage_init(struct run_usage *usage)
{
    memset(usage, 0, sizeof *usage);
    usage_init(&usage->peak);
    usage_init(&usage->seen);
    usage->others = LIMIT_UNKNOWN;
}

enum result run_usage_open(struct run_usage *usage, struct foreign_server *foreign, bool own_server, struct err *err)
{
    run_usage_init(usage);
    usage->foreign = foreign;
    if (foreign == NULL || foreign_server_process(foreign) == 0) {
        return own_server ? usage_open("", &usage->reader, err) : RESULT_OK;
    }
    if (usage_open_process("", foreign_server_process(foreign), &usage->reader, err) != RESULT_OK) {
        return err->code;
    }
    count_others(usage);
    return RESULT_OK;
}

void run_usage_close(struct run_usage *usage)
{
    usage_close(usage->reader);
}

/* What the watcher sees of a foreign server, of all its processes. */
static void take_foreign(const struct run_usage *usage, struct usage *now)
{
    const struct foreign_use *const use = foreign_server_use(usage->foreign);
    now->used[LIMIT_NOFILE] = now->used[LIMIT_NR_OPEN] = use->most_fds;
    now->used[LIMIT_BACKLOG] = use->fullest_queue;
    if (usage->others != LIMIT_UNKNOWN && use->threads != LIMIT_UNKNOWN) {
        now->used[LIMIT_NPROC] = usage_more(now->used[LIMIT_NPROC], usage->others + use->threads);
    }
}

/* By the clock of the groups, of which the report of a group tells the present. */
static void note_queue(struct run_usage *usage, const struct group_usage *group)
{
    const uint64_t emptied_ns = foreign_server_use(usage->foreign)->emptied_ns;
    const uint64_t now_ns = clock_now_ns();
    if (group->phase == PHASE_TIMEOUT && usage->queue_empty_us == 0 && emptied_ns <= now_ns) {
        const uint64_t ago_us = (now_ns - emptied_ns) / NS_PER_US;
        usage->queue_empty_us = group->at_us > ago_us ? group->at_us - ago_us : 0;
    }
}

void run_usage_add(struct run_usage *usage, const struct group_usage *group, uint64_t queue)
{
    if (usage->group_count == GROUP_USAGES_MAX) {
        return;
    }
    struct group_usage *const added = &usage->groups[usage->group_count++];
    struct usage *const server = &added->used[LIMIT_SIDE_SERVER];
    *added = *group;
    if (usage->reader != NULL) {
        usage_read(usage->reader, server);
        server->used[LIMIT_BACKLOG] = queue;
        if (group->phase != PHASE_START) { /* such a failure is none of the server's, and counting takes long */
            usage_count(usage->reader, server);
            usage_read_bounds(usage->reader, server);
        }
    }
    if (usage->foreign != NULL) {
        foreign_server_look(usage->foreign, clock_now_ns(), group->phase != PHASE_START);
        take_foreign(usage, server);
        usage_raise(server, &usage->seen);
        note_queue(usage, group);
    }
    usage_raise(&usage->peak, server);
}

void run_usage_add_killed(struct run_usage *usage)
{
    struct usage_reader *reader = NULL;
    struct usage now;
    struct err err;
    if (usage->group_count == GROUP_USAGES_MAX || usage_open("", &reader, &err) != RESULT_OK) {
        return;
    }
    struct group_usage *const added = &usage->groups[usage->group_count++];
    *added = (struct group_usage){.phase = PHASE_START};
    snprintf(added->call, sizeof added->call, "%s", client_call_name(CALL_SIGKILL));
    usage_init(&now);
    usage_init(&added->used[LIMIT_SIDE_CLIENT]);
    usage_init(&added->used[LIMIT_SIDE_SERVER]);
    usage_read_bounds(reader, &now);
    usage_close(reader);
    added->used[LIMIT_SIDE_CLIENT].bounds[LIMIT_MEMORY_MAX] = now.bounds[LIMIT_MEMORY_MAX];
}

void run_usage_look(struct run_usage *usage, uint64_t now_ns, uint64_t queue)
{
    struct usage now;
    usage_init(&now);
    if (usage->reader != NULL && now_ns - usage->looked_ns >= LOOK_INTERVAL_NS) {
        usage->looked_ns = now_ns;
        usage_read(usage->reader, &now);
    }
    if (usage->foreign != NULL) {
        take_foreign(usage, &now);
        usage->seen = now;
    } else if (usage->reader != NULL) {
        now.used[LIMIT_BACKLOG] = queue;
    }
    usage_raise(&usage->peak, &now);
}

static void describe_foreign(const struct foreign_server *foreign, struct diagnose_case *facts)
{
    const struct foreign_use *const peak = foreign_server_peak(foreign);
    const struct foreign_use *const last = foreign_server_use(foreign);
    facts->server_gone = foreign_server_is_gone(foreign);
    facts->server_ended = foreign_server_ended(foreign);
    facts->watched =
        (struct server_peak){.processes = peak->processes,
                             .threads = peak->threads,
                             .descriptors = peak->fds,
                             .connections = peak->connections,
                             .threads_before = foreign_server_identity(foreign)->threads,
                             .stopped = peak->stopped,
                             .replaced = peak->replaced,
                             .others = last->connections < last->others ? last->connections : last->others};
}

void run_usage_describe(const struct run_usage *usage, const struct load_result *result, uint64_t server_fds,
                        struct diagnose_case *facts)
{
    struct usage counted;
    usage_init(&counted);
    counted.used[LIMIT_NOFILE] = counted.used[LIMIT_NR_OPEN] = server_fds;
    facts->usages = usage->groups;
    facts->usage_count = usage->group_count;
    facts->peak[LIMIT_SIDE_SERVER] = usage->peak;
    usage_raise(&facts->peak[LIMIT_SIDE_SERVER], &counted);
    usage_init(&facts->peak[LIMIT_SIDE_CLIENT]);
    if (result != NULL) {
        facts->peak[LIMIT_SIDE_CLIENT] = result->peak;
    }
    facts->queue_empty_us = usage->queue_empty_us;
    if (usage->foreign != NULL) {
        describe_foreign(usage->foreign, facts);
    }
}
