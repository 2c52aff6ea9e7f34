/* What the rules name: the limit or the cause, how far the clients came, and how much of the limit they would need. */
#include "loadgen/verdict/explain.h"

#include "loadgen/contract/run_rlimits.h"

uint64_t explain_connections(const struct diagnose_case *facts)
{
    const uint64_t most = facts->server_connections;
    const bool missed = most == 0 || (facts->run.spec->hold && most < facts->completed);
    return facts->run.server.watched && missed ? FACT_UNKNOWN : most;
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

/* The connections of a server of somebody else are not all the run's. Of a held run those that completed had theirs,
 * and what waited to be accepted, whoever it was, would have taken descriptors as well. */
static uint64_t needed_of(const struct diagnose_case *facts, const struct limit_value *value, uint64_t reached)
{
    const struct predict_server *const server = &facts->run.server;
    const bool of_others = server->watched && value->side == LIMIT_SIDE_SERVER && facts->run.spec->hold &&
                           limit_cost(value->id) == LIMIT_COST_DESCRIPTORS;
    const uint64_t needed = predict_needed(&facts->run, value, of_others ? facts->completed : reached);
    const uint64_t waited = facts->peak[LIMIT_SIDE_SERVER].used[LIMIT_BACKLOG];
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
        struct fact fact = fact_of_kind(FACT_SET_BY_RUN);
        fact.about.limit.id = value->id;
        fact.about.limit.side = value->side;
        fact.numbers[0] = set / row->unit;
        verdict_add(verdict, fact);
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
