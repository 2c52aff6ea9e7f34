#include "loadgen/mpi/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/client_share.h"
#include "base/patience.h"
#include "loadgen/engine/kept.h"

/* A group of failures that the reader has been told of. */
struct seen {
    enum error_phase phase;
    char call[ERROR_CALL_SIZE];
    int error_number;
    uint32_t words;
    uint32_t traces;
    bool usage;
};

struct rank_state {
    struct patience silence;
    struct load_sample last;
    bool reported;
    struct rank_report report;
};

struct merge {
    size_t seen_count;
    struct seen seen[ERROR_GROUPS_MAX];
    struct verdict verdict;
    struct load_rank *lines;
    size_t ranks;
    struct rank_state states[];
};

struct merge *merge_create(uint64_t count, size_t ranks)
{
    struct merge *const merge = calloc(1, sizeof *merge + ranks * sizeof merge->states[0]);
    struct load_rank *const lines = calloc(ranks, sizeof *lines);
    if (merge == NULL || lines == NULL) {
        free(merge);
        free(lines);
        return NULL;
    }
    merge->ranks = ranks;
    merge->lines = lines;
    for (size_t i = 0; i < ranks; i++) {
        const struct client_share share = {.first = i, .stride = ranks};
        merge->states[i].last.totals.not_started = client_share_of(&share, count);
        merge->states[i].report.line.rank = i;
        patience_begin(&merge->states[i].silence);
    }
    return merge;
}

void merge_destroy(struct merge *merge)
{
    free(merge->lines);
    free(merge);
}

void merge_introduce(struct merge *merge, const struct load_rank *line)
{
    merge->states[line->rank].report.line = *line;
}

/* --- while it runs --- */

/* One that is not known yet is added; beyond the last all are one. */
static struct seen *find_seen(struct merge *merge, const struct seen *wanted)
{
    for (size_t i = 0; i < merge->seen_count; i++) {
        struct seen *const seen = &merge->seen[i];
        if (seen->phase == wanted->phase && seen->error_number == wanted->error_number &&
            seen->words == wanted->words && strcmp(seen->call, wanted->call) == 0) {
            return seen;
        }
    }
    if (merge->seen_count < ERROR_GROUPS_MAX) {
        merge->seen[merge->seen_count++] = *wanted;
    }
    return &merge->seen[merge->seen_count - 1];
}

static bool take_trace(struct merge *merge, const struct error_trace *trace)
{
    struct seen wanted = {.phase = trace->phase, .error_number = trace->error_number, .words = trace->words};
    memcpy(wanted.call, trace->call, sizeof wanted.call);
    return find_seen(merge, &wanted)->traces++ < TRACES_KEPT;
}

static bool take_usage(struct merge *merge, const struct group_usage *usage)
{
    struct seen wanted = {.phase = usage->phase, .error_number = usage->error_number, .words = usage->words};
    memcpy(wanted.call, usage->call, sizeof wanted.call);
    struct seen *const seen = find_seen(merge, &wanted);
    const bool first = !seen->usage;
    seen->usage = true;
    return first;
}

bool merge_take(struct merge *merge, size_t rank, const struct report_event *event)
{
    patience_begin(&merge->states[rank].silence);
    switch (event->type) {
    case REPORT_SAMPLE:
        merge->states[rank].last = event->sample;
        return false;
    case REPORT_ERROR:
        return take_trace(merge, &event->error);
    case REPORT_USAGE:
        return take_usage(merge, &event->usage);
    case REPORT_LOG:
        return true;
    case REPORT_START:
    case REPORT_RANK:
    case REPORT_RESULT:
    case REPORT_END:
        break;
    }
    return false;
}

bool merge_has_silent(struct merge *merge, uint64_t ns)
{
    bool found = false;
    for (size_t i = 0; i < merge->ranks; i++) {
        struct rank_state *const state = &merge->states[i];
        found = (!state->reported && patience_look(&state->silence) > ns) || found;
    }
    return found;
}

static void add_totals(struct load_totals *into, const struct load_totals *from)
{
    into->started += from->started;
    into->connected += from->connected;
    into->completed += from->completed;
    into->failed += from->failed;
    into->not_started += from->not_started;
}

void merge_sample(const struct merge *merge, struct load_sample *sample)
{
    *sample = (struct load_sample){.at_us = sample->at_us};
    for (size_t i = 0; i < merge->ranks; i++) {
        const struct load_sample *const last = &merge->states[i].last;
        add_totals(&sample->totals, &last->totals);
        sample->threads += last->threads;
        sample->processes += last->processes;
        sample->connections += last->connections;
        sample->fds += last->fds;
        sample->rss_bytes += last->rss_bytes;
        sample->cpu_us += last->cpu_us;
    }
}

/* --- its end --- */

void merge_report(struct merge *merge, const struct rank_report *report)
{
    struct rank_state *const state = &merge->states[report->line.rank];
    state->report = *report;
    state->reported = true;
}

bool merge_is_whole(const struct merge *merge)
{
    for (size_t i = 0; i < merge->ranks; i++) {
        if (!merge->states[i].reported) {
            return false;
        }
    }
    return true;
}

/* Its report is made from its last sample. */
static void lose(struct rank_state *state)
{
    const struct load_sample *const last = &state->last;
    struct rank_report *const report = &state->report;
    struct load_totals *const totals = &report->line.totals;
    *totals = last->totals;
    totals->failed = totals->started - totals->completed;
    report->line.status = LOAD_END_FAILED;
    report->duration_us = last->at_us;
    report->verdict = verdict_of_kind(VERDICT_NONE);
    usage_init(&report->peak);
    report->failed.numbers = report->failed.places = totals->failed > 0 ? LIMIT_UNKNOWN : 0;
    (void)err_set(&report->err, RESULT_SYSTEM, "rank %u on host %s (process %llu) was lost: it did not report its end",
                  (unsigned)report->line.rank, report->line.host, (unsigned long long)report->line.pid);
    report->group_count = totals->failed > 0 ? 1 : 0;
    report->groups[0] = (struct error_group){.phase = PHASE_RECEIVE,
                                             .count = totals->failed,
                                             .first_client = report->line.rank,
                                             .first_at_us = last->at_us,
                                             .last_at_us = last->at_us,
                                             .last_client = LIMIT_UNKNOWN,
                                             .answered = LIMIT_UNKNOWN,
                                             .cut = LIMIT_UNKNOWN,
                                             .resent = LIMIT_UNKNOWN};
    snprintf(report->groups[0].call, ERROR_CALL_SIZE, "%s", client_call_name(CALL_WAITPID));
    snprintf(report->groups[0].message, ERROR_MESSAGE_SIZE, "%s", report->err.message);
}

/* The group of the same failures; where there is none, a new one, or for want of room the last, which then has failures
 * of every further kind. */
static struct error_group *group_for(struct load_result *result, const struct error_group *from)
{
    for (uint32_t i = 0; i < result->group_count; i++) {
        struct error_group *const group = &result->groups[i];
        if (group->phase == from->phase && group->error_number == from->error_number && group->words == from->words &&
            strcmp(group->call, from->call) == 0 &&
            (client_call_from_name(group->call) != CALL_WAITPID || strcmp(group->message, from->message) == 0)) {
            return group;
        }
    }
    if (result->group_count < ERROR_GROUPS_MAX) {
        struct error_group *const group = &result->groups[result->group_count++];
        *group = *from;
        group->count = group->answered = group->cut = group->resent = 0;
        return group;
    }
    struct error_group *const rest = &result->groups[ERROR_GROUPS_MAX - 1];
    rest->error_number = 0;
    rest->words = 0;
    snprintf(rest->call, sizeof rest->call, "%s", client_call_name(CALL_OTHER));
    snprintf(rest->message, sizeof rest->message, "failures of further kinds");
    return rest;
}

/* What is not known of one rank is not known of the sum. */
static void add_known(uint64_t *sum, uint64_t more)
{
    *sum = *sum == LIMIT_UNKNOWN || more == LIMIT_UNKNOWN ? LIMIT_UNKNOWN : *sum + more;
}

static void add_group(struct load_result *result, const struct error_group *from)
{
    struct error_group *const group = group_for(result, from);
    group->count += from->count;
    group->last_client = from->last_client > group->last_client ? from->last_client : group->last_client;
    add_known(&group->answered, from->answered);
    add_known(&group->cut, from->cut);
    add_known(&group->resent, from->resent);
    const bool by_number = group->phase == PHASE_HOLD; /* scoreboard_cells.h */
    if (by_number ? from->first_client < group->first_client : from->first_at_us < group->first_at_us) {
        group->first_client = from->first_client;
    }
    group->first_at_us = from->first_at_us < group->first_at_us ? from->first_at_us : group->first_at_us;
    group->last_at_us = from->last_at_us > group->last_at_us ? from->last_at_us : group->last_at_us;
}

static uint64_t more(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The ranks connect side by side: clients that have the same place in each come one after another. */
static struct load_order order_of_failed(const struct merge *merge)
{
    struct load_order order = {0};
    for (size_t i = 0; i < merge->ranks; i++) {
        const struct rank_report *const report = &merge->states[i].report;
        const uint64_t connected = report->line.totals.connected - report->line.totals.completed;
        if (report->failed.numbers == LIMIT_UNKNOWN) {
            return (struct load_order){LIMIT_UNKNOWN, LIMIT_UNKNOWN};
        }
        order.numbers += report->failed.numbers;
        order.places += report->failed.places * merge->ranks + connected * i;
    }
    return order;
}

static void add_report(struct load_result *result, const struct rank_report *report)
{
    result->duration_us = more(result->duration_us, report->duration_us);
    add_totals(&result->totals, &report->line.totals);
    result->peaks.threads += report->line.peaks.threads;
    result->peaks.processes += report->line.peaks.processes;
    result->peaks.connections += report->line.peaks.connections;
    load_start_begin(&result->start, report->start.first_up_us);
    result->start.last_up_us = more(result->start.last_up_us, report->start.last_up_us);
    result->start.peak_clients += report->start.peak_clients;
    result->cost.cpu_us += report->cost.cpu_us;
    result->cost.memory_bytes += report->cost.memory_bytes;
    usage_raise(&result->peak, &report->peak);
    for (uint32_t i = 0; i < report->group_count; i++) {
        add_group(result, &report->groups[i]);
    }
}

/* A sum without the part of a rank that had clients would be too small. */
static void forget_unknown_cost(const struct merge *merge, struct load_cost *cost)
{
    for (size_t i = 0; i < merge->ranks; i++) {
        const struct rank_report *const report = &merge->states[i].report;
        const bool carried = report->line.totals.started > 0;
        cost->cpu_us = carried && report->cost.cpu_us == 0 ? 0 : cost->cpu_us;
        cost->memory_bytes = carried && report->cost.memory_bytes == 0 ? 0 : cost->memory_bytes;
    }
}

/* A limit of the user, of a control group, of the machine or of the server holds for several ranks together. */
static bool is_shared(const struct rank_report *report)
{
    const struct verdict *const verdict = &report->verdict;
    const struct limit_value *const value =
        limit_find(report->line.limits, report->line.limit_count, verdict->limit, LIMIT_SIDE_CLIENT);
    return verdict->kind == VERDICT_LIMIT &&
           (verdict->side == FACT_SIDE_SERVER || (value != NULL && value->scope != LIMIT_SCOPE_PROCESS));
}

/* What one rank reached, and would have needed, is then not what all of its host did. */
static void forget_share(struct merge *merge, const struct rank_report *chosen)
{
    const bool of_connections = verdict_counts_connections(chosen->verdict.limit);
    uint64_t reached = 0;
    size_t failed = 0;
    for (size_t i = 0; i < merge->ranks; i++) {
        const struct rank_report *const report = &merge->states[i].report;
        if (strcmp(report->line.host, chosen->line.host) == 0) {
            reached += of_connections ? report->line.peaks.connections : report->start.peak_clients;
            failed += report->line.totals.failed > 0;
        }
    }
    if (failed > 1) {
        merge->verdict.needed = FACT_UNKNOWN;
        merge->verdict.reached =
            chosen->verdict.side == FACT_SIDE_CLIENT && reached > 0 ? reached : merge->verdict.reached;
    }
}

static void find_verdict(struct merge *merge)
{
    const struct rank_report *chosen = NULL;
    uint64_t most = 0;
    merge->verdict = verdict_of_kind(VERDICT_NONE);
    for (size_t i = 0; i < merge->ranks; i++) {
        const struct rank_report *const report = &merge->states[i].report;
        if (report->verdict.kind != VERDICT_NONE && report->line.totals.failed > most) {
            most = report->line.totals.failed;
            chosen = report;
            merge->verdict = report->verdict;
            merge->verdict.rank = i;
            merge->verdict.of_rank = load_ranks_share_host(merge->lines, merge->ranks);
            snprintf(merge->verdict.host, sizeof merge->verdict.host, "%s",
                     merge->verdict.of_rank ? "" : report->line.host);
        }
    }
    if (chosen != NULL && is_shared(chosen)) {
        forget_share(merge, chosen);
    }
}

void merge_end(struct merge *merge, struct load_result *result)
{
    usage_init(&result->peak);
    for (size_t i = 0; i < merge->ranks; i++) {
        struct rank_state *const state = &merge->states[i];
        if (!state->reported) {
            lose(state);
        }
        add_report(result, &state->report);
        merge->lines[i] = state->report.line;
    }
    result->failed = order_of_failed(merge);
    forget_unknown_cost(merge, &result->cost);
    find_verdict(merge);
}

const struct load_rank *merge_lines(const struct merge *merge)
{
    return merge->lines;
}

enum load_end merge_status(const struct merge *merge, struct err *err)
{
    enum load_end status = LOAD_END_COMPLETED;
    for (size_t i = 0; i < merge->ranks; i++) {
        const struct rank_report *const report = &merge->states[i].report;
        if (report->line.status == LOAD_END_FAILED) {
            *err = report->err;
            return LOAD_END_FAILED;
        }
        status = report->line.status == LOAD_END_CANCELLED ? LOAD_END_CANCELLED : status;
    }
    return status;
}

const struct verdict *merge_verdict(const struct merge *merge)
{
    return &merge->verdict;
}

uint64_t merge_dropped(const struct merge *merge)
{
    uint64_t dropped = 0;
    for (size_t i = 0; i < merge->ranks; i++) {
        dropped += merge->states[i].report.dropped;
    }
    return dropped;
}
