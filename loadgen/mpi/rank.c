#include "loadgen/mpi/rank.h"

#include <stdio.h>
#include <string.h>

#include "loadgen/terminal/load_verdict.h"

static void take_start(struct rank *rank, const struct report_event *event)
{
    struct load_rank *const line = &rank->report.line;
    line->limit_count = event->start.limit_count;
    memcpy(line->limits, event->start.limits, sizeof line->limits);
    rank->source_addresses = event->start.source_addresses;
    counters_read("", &rank->before);
    rank->listener_before = listeners_there("", rank->reach->addresses);
}

static bool write_event(struct sink *sink, const struct report_event *event)
{
    struct rank *const rank = (struct rank *)sink;
    switch (event->type) {
    case REPORT_RESULT:
        memcpy(&rank->result, event->result, sizeof rank->result);
        return true;
    case REPORT_END:
        rank->report.line.status = event->end.status;
        return true;
    case REPORT_START:
        take_start(rank, event);
        break;
    case REPORT_USAGE:
        run_usage_add(&rank->usage, &event->usage, 0);
        break;
    case REPORT_SAMPLE:
    case REPORT_ERROR:
    case REPORT_LOG:
    case REPORT_RANK:
        break;
    }
    return rank->post(rank->argument, event, &sink->error_number);
}

void rank_init(struct rank *rank, const struct run_spec *spec, const struct reach_list *reach,
               const struct client_share *share, const struct load_rank *line, bool wants_details)
{
    rank->sink = (struct sink){.write = write_event, .wants_details = wants_details};
    rank->spec = spec;
    rank->reach = reach;
    rank->share = *share;
    run_usage_init(&rank->usage);
    rank->report.line = *line;
    rank->report.line.status = LOAD_END_FAILED; /* until its engine says how it ended */
    rank->report.line.totals.not_started = client_share_of(share, spec->count);
    rank->report.verdict = verdict_of_kind(VERDICT_NONE);
    usage_init(&rank->report.peak);
}

/* As the load generator alone would judge its share of the clients. */
static struct verdict judge(const struct rank *rank)
{
    struct counters after;
    struct run_spec spec = *rank->spec;
    spec.count = client_share_of(&rank->share, spec.count);
    spec.ranks = 1;
    struct load_facts facts = {.spec = &spec,
                               .result = &rank->result,
                               .limits = rank->report.line.limits,
                               .limit_count = rank->report.line.limit_count,
                               .usage = &rank->usage,
                               .listener_before = rank->listener_before,
                               .loopback = net_list_loopback(rank->reach->addresses),
                               .source_addresses = rank->source_addresses};
    facts.listener = listeners_look("", rank->reach->addresses, &rank->share, rank->spec->count, &facts.gone);
    counters_read("", &after);
    counters_risen(&rank->before, &after, facts.risen);
    return load_verdict(&facts);
}

static void take_result(struct rank_report *report, const struct load_result *result)
{
    report->line.totals = result->totals;
    report->line.peaks = result->peaks;
    report->duration_us = result->duration_us;
    report->failed = result->failed;
    report->start = result->start;
    report->cost = result->cost;
    report->peak = result->peak;
    report->group_count = result->group_count;
    memcpy(report->groups, result->groups, sizeof report->groups);
}

static void take_verdict(struct rank_report *report, const struct verdict *verdict)
{
    const char *const name = verdict_name(verdict);
    const char *const side = fact_side_name(verdict->side);
    report->verdict = *verdict;
    snprintf(report->line.verdict, sizeof report->line.verdict, "%s", name != NULL ? name : "");
    snprintf(report->line.side, sizeof report->line.side, "%s", name != NULL && side != NULL ? side : "");
}

/* Gives the clients the numbers that they would have, were there no other rank, as the rules compare them with how many
 * there are. */
static void number_alone(struct load_result *result, const struct client_share *share)
{
    result->failed.numbers = (result->failed.numbers - result->totals.failed * share->first) / share->stride;
    for (uint32_t i = 0; i < result->group_count; i++) {
        struct error_group *const group = &result->groups[i];
        group->first_client = (group->first_client - share->first) / share->stride;
        group->last_client = (group->last_client - share->first) / share->stride;
    }
}

/* Gives them the numbers of the whole run again. */
static void number_in_run(struct verdict *verdict, const struct client_share *share)
{
    for (size_t i = 0; i < verdict->fact_count; i++) {
        struct fact *const fact = &verdict->facts[i];
        if (fact->kind == FACT_ERRORS) {
            fact->numbers[1] = share->first + fact->numbers[1] * share->stride;
        }
    }
}

void rank_conclude(struct rank *rank, uint64_t late_ns, const struct err *failed)
{
    struct rank_report *const report = &rank->report;
    report->line.late_ns = late_ns;
    if (failed != NULL) {
        report->line.status = LOAD_END_FAILED;
        (void)err_set(&report->err, failed->code, "rank %u on host %s: %.220s", (unsigned)report->line.rank,
                      report->line.host, failed->message);
        report->err.error_number = failed->error_number;
        return;
    }
    take_result(report, &rank->result);
    number_alone(&rank->result, &rank->share);
    if (report->line.totals.failed > 0) {
        struct verdict verdict = judge(rank);
        number_in_run(&verdict, &rank->share);
        take_verdict(report, &verdict);
    }
}
