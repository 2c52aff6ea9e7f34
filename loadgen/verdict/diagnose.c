#include "loadgen/verdict/diagnose.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

#include "base/table.h"
#include "loadgen/verdict/explain_rules.h"

/* In the order in which they are looked at: the first that holds is the verdict. A quota comes before the queues, which
 * fill because of it. */
static explain_rule *const rules[] = {
    explain_rejected, /* before a lack of permission, which gives one of its errors */
    explain_not_permitted,
    explain_only_cause,
    explain_waiting,
    explain_killed,
    explain_tasks,
    explain_memory,
    explain_server_killed,
    explain_refused,
    explain_other_server,
    explain_no_thread,
    explain_workers,
    explain_full_server,
    explain_watched_descriptors,
    explain_watched_tasks,
    explain_conntrack,
    explain_stopped,
    explain_quota,
    explain_lost,
    explain_own_cap,
    explain_full_queue,
    explain_side,
};

/* Whether the group has failures of every kind for which there was no group left. */
static bool is_overflow(const struct error_group *group)
{
    return client_call_from_name(group->call) == CALL_OTHER;
}

/* The failures that count: those of a cancel explain nothing, and those of many kinds only where there are no others.
 */
static const struct error_group *largest_group(const struct diagnose_case *facts)
{
    const struct error_group *largest = NULL;
    for (uint32_t i = 0; i < facts->group_count; i++) {
        const struct error_group *const group = &facts->groups[i];
        const bool is_larger = largest == NULL || (is_overflow(largest) && !is_overflow(group)) ||
                               (group->count > largest->count && is_overflow(largest) == is_overflow(group));
        if (group->error_number != ECANCELED && is_larger) {
            largest = group;
        }
    }
    return largest;
}

static struct failure failure_of(const struct error_group *group)
{
    return (struct failure){group->phase,        client_call_from_name(group->call),
                            group->error_number, group->message,
                            group->words,        group->count,
                            group->first_at_us,  group->last_at_us,
                            group->answered,     group->cut,
                            group->resent};
}

const struct group_usage *diagnose_usage(const struct diagnose_case *facts)
{
    const struct error_group *const group = largest_group(facts);
    if (group == NULL) {
        return NULL;
    }
    const struct failure failure = failure_of(group);
    return explain_usage(facts, &failure);
}

static struct fact fact_of(enum fact_kind kind, const struct failure *failure)
{
    struct fact fact = fact_of_kind(kind);
    fact.about.error.phase = failure->phase;
    fact.about.error.call = failure->call;
    fact.about.error.error_number = failure->error_number;
    return fact;
}

static bool was_changed(const struct limit_value *value, const struct group_usage *usage)
{
    const uint64_t bound = usage->used[value->side].bounds[value->id];
    return bound != LIMIT_UNKNOWN && bound != value->value;
}

/* Gives the limits the values that they had when the first of these clients failed: others may have changed them since
 * the run began. `values` must outlive the facts. */
static struct diagnose_case facts_at(const struct diagnose_case *facts, const struct failure *failure,
                                     struct limit_value values[2 * LIMIT_COUNT])
{
    const struct group_usage *const usage = explain_usage(facts, failure);
    struct diagnose_case then = *facts;
    if (usage == NULL || facts->count > 2 * (size_t)LIMIT_COUNT) {
        return then;
    }
    then.values = values;
    for (size_t i = 0; i < facts->count; i++) {
        values[i] = facts->values[i];
        if (was_changed(&values[i], usage)) {
            values[i].value = usage->used[values[i].side].bounds[values[i].id];
        }
    }
    return then;
}

/* Says so of the limit that the verdict names. */
static void add_changed(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct group_usage *const usage = explain_usage(facts, failure);
    const struct limit_value *const value = verdict->kind == VERDICT_LIMIT && verdict->side <= FACT_SIDE_SERVER
                                                ? explain_find(facts, verdict->limit, (enum limit_side)verdict->side)
                                                : NULL;
    if (usage != NULL && value != NULL && was_changed(value, usage)) {
        const uint64_t before = value->value != LIMIT_UNLIMITED ? value->value : FACT_UNKNOWN;
        verdict_add(verdict, explain_about(FACT_CHANGED, value, before, FACT_UNKNOWN));
    }
}

/* False: something else than a limit killed it, and its clients may have failed before. */
static bool explain_generator(const struct diagnose_case *facts, struct verdict *verdict)
{
    const enum client_call call = facts->signal == SIGKILL  ? CALL_SIGKILL
                                  : facts->signal == SIGSYS ? CALL_SIGSYS
                                                            : CALL_OTHER;
    const struct failure killed = {.phase = PHASE_START, .call = call, .message = ""};
    *verdict = verdict_of_kind(VERDICT_UNKNOWN);
    verdict->side = FACT_SIDE_CLIENT;
    explain_add(verdict, FACT_KILLED, (uint64_t)facts->signal, facts->client_cpu_us / 1000, FACT_UNKNOWN);
    struct limit_value values[2 * LIMIT_COUNT];
    const struct diagnose_case then = facts_at(facts, &killed, values);
    const bool explained = explain_not_permitted(&then, &killed, verdict) || explain_killed(&then, &killed, verdict) ||
                           explain_cpu_time(&then, &killed, verdict);
    add_changed(facts, &killed, verdict);
    return explained;
}

/* Where each client has several requests, a failure hides those that were answered. */
static void add_answered(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const uint64_t requests = facts->run.spec->requests;
    const bool asked = failure->call == CALL_SEND || failure->call == CALL_RECV;
    if (requests > 1 && asked && failure->answered != LIMIT_UNKNOWN) {
        explain_add(verdict, FACT_ANSWERED, failure->answered, failure->count * requests, FACT_UNKNOWN);
    }
}

static struct verdict explain(const struct diagnose_case *facts, const struct failure *failure, struct fact fact)
{
    struct limit_value values[2 * LIMIT_COUNT];
    const struct diagnose_case then = facts_at(facts, failure, values);
    struct verdict verdict = verdict_of_kind(VERDICT_UNKNOWN);
    verdict_add(&verdict, fact);
    add_answered(facts, failure, &verdict);
    for (size_t i = 0; i < COUNT_OF(rules) && !rules[i](&then, failure, &verdict); i++) {
    }
    add_changed(facts, failure, &verdict);
    if (verdict.kind != VERDICT_UNKNOWN) {
        verdict_drop(&verdict, FACT_CANDIDATE); /* of a rule that found none */
    }
    return verdict;
}

static struct verdict explain_group(const struct diagnose_case *facts, const struct error_group *group)
{
    const struct failure failure = failure_of(group);
    struct fact fact = fact_of(FACT_ERRORS, &failure);
    fact.numbers[0] = group->count;
    fact.numbers[1] = group->first_client;
    return explain(facts, &failure, fact);
}

/* Notes that the limit that `other` names stopped so many clients as well. */
static void add_other(struct verdict *verdict, const struct verdict *other, uint64_t clients)
{
    const bool is_new = other->kind == VERDICT_LIMIT && other->side <= FACT_SIDE_SERVER &&
                        !verdict_names(verdict, other->limit, (enum limit_side)other->side);
    struct fact fact = fact_of_kind(FACT_ALSO);
    if (!is_new) {
        return;
    }
    for (size_t i = 0; i < verdict->fact_count; i++) {
        struct fact *const known = &verdict->facts[i];
        if (known->kind == FACT_ALSO && known->about.limit.id == other->limit &&
            known->about.limit.side == (enum limit_side)other->side) {
            known->numbers[0] += clients;
            return;
        }
    }
    fact.about.limit.id = other->limit;
    fact.about.limit.side = (enum limit_side)other->side;
    fact.numbers[0] = clients;
    fact.numbers[1] = other->value;
    fact.numbers[2] = other->certainty == CERTAINTY_PROVED;
    verdict_add(verdict, fact);
}

static const struct limit_value *limit_of(const struct diagnose_case *facts, const struct verdict *verdict)
{
    return verdict->kind == VERDICT_LIMIT ? explain_find(facts, verdict->limit, (enum limit_side)verdict->side) : NULL;
}

static bool is_same_cause(const struct diagnose_case *facts, const struct verdict *one, const struct verdict *other)
{
    const struct limit_value *const limits[] = {limit_of(facts, one), limit_of(facts, other)};
    if (limits[0] != NULL && limits[1] != NULL) {
        return explain_is_same_limit(facts, limits[0], limits[1]);
    }
    return one->kind == other->kind && one->limit == other->limit && one->reason == other->reason &&
           one->side == other->side;
}

/* Clients that failed otherwise than most may have met another limit. Unless all failed for the same cause it is not
 * known that more of this limit would have sufficed for all of them. */
static void add_others(const struct diagnose_case *facts, const struct error_group *largest, struct verdict *verdict)
{
    for (uint32_t i = 0; i < facts->group_count; i++) {
        const struct error_group *const group = &facts->groups[i];
        if (group == largest || group->error_number == ECANCELED) {
            continue;
        }
        const struct verdict other =
            is_overflow(group) ? verdict_of_kind(VERDICT_UNKNOWN) : explain_group(facts, group);
        add_other(verdict, &other, group->count);
        if (!is_same_cause(facts, verdict, &other)) {
            verdict->needed = FACT_UNKNOWN;
        }
    }
}

uint64_t diagnose_served(const struct diagnose_case *facts, uint64_t seen)
{
    const struct run_spec *const spec = facts->run.spec;
    /* Of these exchanges a connection may wait in the accept queue, or be closed, and its client complete. */
    const bool was_open = spec->exchange != EXCHANGE_TIME && spec->exchange != EXCHANGE_CONNECT;
    const uint64_t held = facts->run.server.watched && spec->hold && was_open ? facts->completed : 0;
    const uint64_t most = held > seen ? held : seen;
    /* One that is reset for want of a thread is counted as open until then. */
    const uint64_t open = facts->run.server.live + facts->server_accepted - facts->refused;
    return facts->refused > 0 && facts->refused <= facts->server_accepted && open < most ? open : most;
}

struct verdict diagnose(const struct diagnose_case *facts)
{
    const struct error_group *const group = largest_group(facts);
    const enum client_call call = group != NULL ? client_call_from_name(group->call) : CALL_COUNT;
    const bool is_without = group == NULL && facts->completed < facts->run.spec->count;
    struct verdict verdict;
    /* clients of which nothing more is known than that their generator died are lost, see outcome.c */
    if (facts->signal != 0 && (explain_generator(facts, &verdict) || is_without || call == CALL_WAITPID)) {
        return verdict;
    }
    if (group != NULL) {
        verdict = explain_group(facts, group);
        add_others(facts, group, &verdict);
        return verdict;
    }
    if (facts->start_errno != 0) {
        const struct failure failure = {PHASE_START, CALL_OTHER, facts->start_errno, "", 0, 0, 0, 0, 0, 0, 0};
        return explain(facts, &failure, fact_of(FACT_START_FAILED, &failure));
    }
    verdict = verdict_of_kind(VERDICT_NONE);
    (void)explain_waiting(facts, &(struct failure){.call = CALL_OTHER}, &verdict);
    return verdict;
}
