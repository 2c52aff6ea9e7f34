#include "server/lab/run/outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t sum_groups(const struct error_group *groups, uint32_t count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        /* A sum that wraps could look right: one group beyond every count makes it wrong for good. */
        sum = groups[i].count > UINT64_MAX - sum ? UINT64_MAX : sum + groups[i].count;
    }
    return sum;
}

/* Each subtraction is guarded: the numbers come from another process. */
static bool totals_add_up(const struct load_totals *totals, uint64_t count)
{
    return totals->started <= count && totals->not_started == count - totals->started &&
           totals->completed <= totals->started && totals->failed == totals->started - totals->completed &&
           totals->connected <= totals->started;
}

static bool result_adds_up(const struct load_result *result, uint64_t count)
{
    return totals_add_up(&result->totals, count) && result->group_count <= ERROR_GROUPS_MAX &&
           sum_groups(result->groups, result->group_count) == result->totals.failed;
}

static void explain_sum(const struct load_result *result, uint64_t count, char *message, size_t size)
{
    const struct load_totals *const totals = &result->totals;
    snprintf(message, size,
             "the load generator's result does not add up: count %" PRIu64 ", started %" PRIu64 ", connected %" PRIu64
             ", completed %" PRIu64 ", failed %" PRIu64 ", not started %" PRIu64 ", in error groups %" PRIu64,
             count, totals->started, totals->connected, totals->completed, totals->failed, totals->not_started,
             sum_groups(result->groups, result->group_count));
}

static void take_result(const struct outcome_evidence *evidence, struct run *run)
{
    const struct load_result *const result = evidence->result;
    run->totals = result->totals;
    run->duration_us = result->duration_us;
    run->peaks = result->peaks;
    run->start = result->start;
    run->cost = result->cost;
    run->group_count = result->group_count;
    memcpy(run->groups, result->groups, result->group_count * sizeof *run->groups);
    for (size_t kind = 0; kind < LATENCY_COUNT; kind++) {
        run->latency[kind] = hist_summary(&result->latency[kind]);
    }
}

/* The clients that were under way and of which nothing more is known. */
static void add_lost(const struct outcome_evidence *evidence, struct run *run, uint64_t lost)
{
    struct error_group *const group = &run->groups[run->group_count++];
    *group = (struct error_group){
        .phase = PHASE_RECEIVE, .count = lost, .first_at_us = evidence->elapsed_us, .last_at_us = evidence->elapsed_us};
    snprintf(group->call, sizeof group->call, "waitpid");
    snprintf(group->message, sizeof group->message, "the load generator %.120s", evidence->how);
}

/* Without a result: what the newest sample and the traces tell, made to add up; the rest is lost. */
static void take_remains(const struct outcome_evidence *evidence, struct run *run)
{
    const uint64_t count = run->spec.count;
    struct load_totals *const totals = &run->totals;
    *totals = evidence->last;
    totals->started = totals->started < count ? totals->started : count;
    totals->completed = totals->completed < totals->started ? totals->completed : totals->started;
    uint32_t kept = evidence->seen_count < ERROR_GROUPS_MAX ? evidence->seen_count : ERROR_GROUPS_MAX - 1;
    uint64_t seen = sum_groups(evidence->seen, kept);
    if (seen > count - totals->completed) {
        seen = kept = 0; /* more failures than clients: not to be believed */
    }
    if (seen > totals->started - totals->completed) {
        totals->started = totals->completed + seen; /* traces newer than the sample */
    }
    totals->failed = totals->started - totals->completed;
    totals->not_started = count - totals->started;
    totals->connected = totals->connected < totals->started ? totals->connected : totals->started;
    run->duration_us = evidence->elapsed_us;
    run->peaks = evidence->peaks;
    run->group_count = kept;
    if (kept > 0) {
        memcpy(run->groups, evidence->seen, kept * sizeof *run->groups);
    }
    if (totals->failed > seen) {
        add_lost(evidence, run, totals->failed - seen);
    }
}

static void explain_failure(const struct outcome_evidence *evidence, struct run *run)
{
    const bool adds_up = evidence->result != NULL && result_adds_up(evidence->result, run->spec.count);
    if (evidence->result != NULL && !adds_up) {
        explain_sum(evidence->result, run->spec.count, run->message, sizeof run->message);
    } else if (evidence->end_seen && evidence->end == LOAD_END_FAILED) {
        const bool told = evidence->end_message[0] != '\0';
        snprintf(run->message, sizeof run->message, "%s",
                 told ? evidence->end_message : "the load generator failed without saying why");
    } else if (evidence->end_seen && !evidence->lost) {
        snprintf(run->message, sizeof run->message, "the load generator ended without a result");
    } else {
        snprintf(run->message, sizeof run->message, "the load generator %s", evidence->how);
    }
}

void outcome_of(const struct outcome_evidence *evidence, struct run *run)
{
    const bool good = evidence->result != NULL && result_adds_up(evidence->result, run->spec.count);
    const bool reached_end = good && evidence->end_seen && evidence->end == LOAD_END_COMPLETED;
    run->message[0] = '\0';
    if (good) {
        take_result(evidence, run);
    } else {
        take_remains(evidence, run);
    }
    if (reached_end) {
        run->status = RUN_STATUS_COMPLETED;
    } else if (evidence->interrupted) {
        run->status = RUN_STATUS_INTERRUPTED;
        snprintf(run->message, sizeof run->message, "the panel was stopped");
    } else if (evidence->cancelled ||
               (good && evidence->end_seen && evidence->end == LOAD_END_CANCELLED && !evidence->lost)) {
        run->status = RUN_STATUS_CANCELLED;
    } else {
        run->status = RUN_STATUS_FAILED;
        explain_failure(evidence, run);
    }
}
