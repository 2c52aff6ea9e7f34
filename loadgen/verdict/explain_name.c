/* What the rules name: the limit or the cause, how far the clients came, and how much of the limit they would need. */
#include "loadgen/verdict/explain.h"

#include "base/table.h"
#include "loadgen/contract/run_rlimits.h"

uint64_t explain_grown(const struct diagnose_case *facts)
{
    const struct server_peak *const peak = &facts->watched;
    return peak->threads != FACT_UNKNOWN && peak->threads > peak->threads_before ? peak->threads - peak->threads_before
                                                                                 : 0;
}

/* What `reached` counts of this limit. */
static uint64_t reached_of(const struct diagnose_case *facts, const struct limit_value *value)
{
    if (value->side == LIMIT_SIDE_SERVER) {
        const struct predict_server *const server = &facts->run.server;
        return server->known || server->watched ? explain_connections(facts) : FACT_UNKNOWN;
    }
    return verdict_counts_connections(value->id) ? facts->connections : facts->alive;
}

bool explain_is_same_limit(const struct diagnose_case *facts, const struct limit_value *one,
                           const struct limit_value *other)
{
    return one->id == other->id &&
           (one->side == other->side || (one->value == other->value && predict_is_shared(&facts->run, one)));
}

/* What else bounds the descriptors ends with fs.nr_open, up to which RLIMIT_NOFILE can be raised. */
static bool is_raised_with(const struct diagnose_case *facts, const struct limit_value *named,
                           const struct limit_value *other)
{
    const bool of_nr_open = named->id == LIMIT_NR_OPEN && other->id == LIMIT_NOFILE && named->side == other->side;
    return of_nr_open || explain_is_same_limit(facts, named, other);
}

bool explain_meets_another(const struct diagnose_case *facts, const struct limit_value *named)
{
    struct predict_case run = facts->run;
    struct limit_value values[2 * LIMIT_COUNT];
    struct prediction left;
    size_t count = 0;
    for (size_t i = 0; i < facts->count && count < COUNT_OF(values); i++) {
        if (named == NULL || !is_raised_with(facts, named, &facts->values[i])) {
            values[count++] = facts->values[i];
        }
    }
    run.server.workers = named == NULL ? 0 : run.server.workers;
    predict(&run, values, count, &left);
    return left.certain && left.count > 0 && left.ceilings[0].clients < left.most;
}

/* The connections of a server of somebody else are not all the run's. Of a held run those that completed had theirs,
 * and what waited to be accepted, whoever it was, would have taken descriptors as well. */
static uint64_t needed_of(const struct diagnose_case *facts, const struct limit_value *value, uint64_t reached)
{
    const struct predict_server *const server = &facts->run.server;
    const bool of_others = server->watched && value->side == LIMIT_SIDE_SERVER && facts->run.spec->hold &&
                           limit_cost(value->id) == LIMIT_COST_DESCRIPTORS;
    const uint64_t needed = predict_needed(&facts->run, value, of_others ? facts->completed : reached);
    const uint64_t waited = facts->peak[LIMIT_SIDE_SERVER].used[LIMIT_BACKLOG];
    if (explain_meets_another(facts, value)) {
        return FACT_UNKNOWN;
    }
    if (!of_others || needed == LIMIT_UNKNOWN || waited == LIMIT_UNKNOWN || server->acceptors > 1) {
        return needed;
    }
    return needed > value->value + waited ? needed : value->value + waited;
}

/* Who meets a limit that the run itself set is to look for it there first. */
static void add_set_by_run(const struct diagnose_case *facts, const struct limit_value *value, struct verdict *verdict)
{
    const struct run_rlimit *const row = run_rlimit_find(value->id);
    const uint64_t set = row != NULL ? run_rlimit_value(facts->run.spec, row) : 0;
    if (set != 0 && value->side == LIMIT_SIDE_CLIENT && value->value == set) {
        verdict_add(verdict, explain_about(FACT_SET_BY_RUN, value, set / row->unit, FACT_UNKNOWN));
    }
}

void explain_name_limit(const struct diagnose_case *facts, const struct limit_value *value, enum certainty certainty,
                        struct verdict *verdict)
{
    verdict->kind = VERDICT_LIMIT;
    verdict->certainty = certainty;
    verdict->limit = value->id;
    verdict->side = (enum fact_side)value->side;
    verdict->value = value->value;
    verdict->reached = reached_of(facts, value);
    verdict->needed = needed_of(facts, value, verdict->reached);
    add_set_by_run(facts, value, verdict);
}

void explain_name_reason(enum verdict_reason reason, enum fact_side side, enum certainty certainty,
                         struct verdict *verdict)
{
    verdict->kind = reason_kind(reason);
    verdict->reason = reason;
    verdict->side = side;
    verdict->certainty = certainty;
}
