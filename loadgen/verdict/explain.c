#include "loadgen/verdict/explain.h"

/* In use of a limit that counts as exhausted: what a client costs of memory and maps is a mean. */
#define EXHAUSTED_PERCENT 98

const struct limit_value *explain_find(const struct diagnose_case *facts, enum limit_id id, enum limit_side side)
{
    return limit_find(facts->values, facts->count, id, side);
}

const struct limit_value *explain_descriptors(const struct diagnose_case *facts, enum limit_side side)
{
    const struct limit_value *const own = explain_find(facts, LIMIT_NOFILE, side);
    const struct limit_value *const most = explain_find(facts, LIMIT_NR_OPEN, side);
    return own != NULL && most != NULL && most->value <= own->value ? most : own;
}

bool explain_has_bound(const struct limit_value *value)
{
    return value != NULL && value->value != LIMIT_UNLIMITED;
}

/* --- facts --- */

struct fact explain_about(enum fact_kind kind, const struct limit_value *value, uint64_t first, uint64_t second)
{
    struct fact fact = fact_of_kind(kind);
    fact.about.limit.id = value->id;
    fact.about.limit.side = value->side;
    fact.numbers[0] = first;
    fact.numbers[1] = second;
    return fact;
}

void explain_add(struct verdict *verdict, enum fact_kind kind, uint64_t first, uint64_t second, uint64_t third)
{
    struct fact fact = fact_of_kind(kind);
    fact.numbers[0] = first;
    fact.numbers[1] = second;
    fact.numbers[2] = third;
    verdict_add(verdict, fact);
}

uint64_t explain_risen(const struct diagnose_case *facts, enum limit_side side, enum counter_id counter)
{
    const bool is_watched = side == LIMIT_SIDE_SERVER && facts->run.server.watched;
    if (side == LIMIT_SIDE_SERVER ? facts->run.server.elsewhere : facts->run.elsewhere) {
        return 0; /* this kernel's counters are not theirs */
    }
    return is_watched ? facts->server_risen[counter] : facts->risen[counter];
}

void explain_add_counter(const struct diagnose_case *facts, enum limit_side side, enum counter_id counter,
                         struct verdict *verdict)
{
    struct fact fact = fact_of_kind(FACT_COUNTER);
    fact.about.counter = counter;
    fact.numbers[0] = explain_risen(facts, side, counter);
    if (fact.numbers[0] > 0) {
        verdict_add(verdict, fact);
    }
}

uint64_t explain_connections(const struct diagnose_case *facts)
{
    const uint64_t most = facts->server_connections;
    const bool missed = most == 0 || (facts->run.spec->hold && most < facts->completed);
    return facts->run.server.watched && missed ? FACT_UNKNOWN : most;
}

void explain_add_watched(const struct diagnose_case *facts, struct verdict *verdict)
{
    const struct server_peak *const peak = &facts->watched;
    if (facts->run.server.watched) {
        const struct fact watched = {
            .kind = FACT_WATCHED,
            .numbers = {peak->processes, peak->threads, peak->descriptors, explain_connections(facts)}};
        verdict_add(verdict, watched);
    } else if (facts->run.server.unseen) {
        explain_add(verdict, FACT_UNSEEN, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
    }
}

/* --- what was in use --- */

const struct group_usage *explain_usage(const struct diagnose_case *facts, const struct failure *failure)
{
    for (size_t i = 0; i < facts->usage_count; i++) {
        const struct group_usage *const group = &facts->usages[i];
        if (group->phase == failure->phase && client_call_from_name(group->call) == failure->call &&
            group->error_number == failure->error_number && group->words == failure->words) {
            return group;
        }
    }
    return NULL;
}

uint64_t explain_used_at_failure(const struct diagnose_case *facts, const struct failure *failure, enum limit_id id,
                                 enum limit_side side)
{
    const struct group_usage *const group = explain_usage(facts, failure);
    return group != NULL ? group->used[side].used[id] : FACT_UNKNOWN;
}

bool explain_was_answered(const struct diagnose_case *facts, const struct failure *failure)
{
    return facts->run.spec->requests > 1 && failure->answered != LIMIT_UNKNOWN && failure->answered > 0;
}

bool explain_is_percent(uint64_t part, uint64_t whole, unsigned percent)
{
    return part >= whole / 100 * percent + whole % 100 * percent / 100;
}

bool explain_is_near(uint64_t used, uint64_t bound)
{
    return explain_is_percent(used, bound, EXHAUSTED_PERCENT);
}

bool explain_is_spare(const struct diagnose_case *facts, const struct failure *failure, const struct limit_value *value)
{
    const uint64_t used = explain_used_at_failure(facts, failure, value->id, value->side);
    return used != FACT_UNKNOWN && !explain_is_near(used, value->value);
}

uint64_t explain_used_at_peak(const struct diagnose_case *facts, enum limit_id id, enum limit_side side)
{
    return facts->usage_count > 0 ? facts->peak[side].used[id] : FACT_UNKNOWN;
}

uint64_t explain_used(const struct diagnose_case *facts, const struct failure *failure, enum limit_id id,
                      enum limit_side side)
{
    const uint64_t used = explain_used_at_failure(facts, failure, id, side);
    return used == FACT_UNKNOWN ? explain_used_at_peak(facts, id, side) : used;
}

static uint64_t if_near(uint64_t used, uint64_t bound)
{
    return used != FACT_UNKNOWN && explain_is_near(used, bound) ? used : FACT_UNKNOWN;
}

void explain_add_use(const struct diagnose_case *facts, const struct failure *failure, const struct limit_value *value,
                     bool was_full, struct verdict *verdict)
{
    uint64_t at_failure = explain_used_at_failure(facts, failure, value->id, value->side);
    uint64_t at_peak = explain_used_at_peak(facts, value->id, value->side);
    if (was_full) {
        at_failure = if_near(at_failure, value->value);
        at_peak = if_near(at_peak, value->value);
    }
    if (at_failure == FACT_UNKNOWN && at_peak == FACT_UNKNOWN) {
        return;
    }
    struct fact fact = explain_about(FACT_USE, value, value->used, at_failure);
    fact.numbers[2] = at_peak;
    fact.numbers[3] = value->value;
    verdict_add(verdict, fact);
}
