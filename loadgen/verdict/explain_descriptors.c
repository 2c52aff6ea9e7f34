#include "loadgen/verdict/explain_descriptors.h"

uint64_t explain_most_descriptors(const struct diagnose_case *facts, const struct failure *failure,
                                  const struct limit_value *value)
{
    const uint64_t at_failure = explain_used(facts, failure, value->id, LIMIT_SIDE_SERVER);
    return usage_more(at_failure, facts->peak[LIMIT_SIDE_SERVER].used[value->id]);
}

/* A run may be over before a look meets the server with what it served. Where it is one process, each client that it
 * served at the same time took a descriptor of it; of those that it had before the run it may have closed one. */
static uint64_t descriptors_of_served(const struct diagnose_case *facts, const struct limit_value *value)
{
    const bool is_one = facts->watched.processes == 1 && facts->run.spec->hold && value->used != LIMIT_UNKNOWN;
    const uint64_t taken = is_one ? value->used + facts->completed : 0;
    return taken == value->value + 1 ? value->value : taken <= value->value ? taken : 0;
}

bool explain_add_descriptors(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_descriptors(facts, LIMIT_SIDE_SERVER);
    if (!facts->run.server.watched || !explain_has_bound(value)) {
        return false;
    }
    const uint64_t most = explain_most_descriptors(facts, failure, value);
    const uint64_t served = descriptors_of_served(facts, value);
    if (most != FACT_UNKNOWN && most + 1 >= value->value) {
        explain_add_use(facts, failure, value, true, verdict);
        return true;
    }
    if (served + 1 < value->value) {
        return false;
    }
    verdict_add(verdict, explain_about(FACT_ESTIMATE, value, served, value->value));
    return true;
}
