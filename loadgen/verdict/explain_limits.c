/* Which limit of tasks or of memory was exhausted, by what was in use of it and by what the kernel refused. */
#include "loadgen/verdict/explain_limits.h"

#include "loadgen/verdict/cost.h"

/* Of the connections that a server served at the same time: it started a task for so many, as far as was seen. */
#define TASK_EACH_PERCENT 90

/* Why a limit may stop so few: the share of the other side. */
static void add_shared(const struct diagnose_case *facts, const struct limit_value *value, struct verdict *verdict)
{
    if (predict_is_shared(&facts->run, value)) {
        verdict_add(verdict, explain_about(FACT_SHARED, value, facts->alive, facts->server_connections));
    }
}

/* Memory that the kernel promises nobody: the reserves of vm.overcommit_memory 2 (__vm_enough_memory in mm/util.c). */
static uint64_t kept_back(const struct diagnose_case *facts, const struct failure *failure,
                          const struct limit_value *value)
{
    const struct limit_terms *const terms = &facts->run.terms;
    if (value->id != LIMIT_OVERCOMMIT) {
        return 0;
    }
    const uint64_t size = explain_used(facts, failure, LIMIT_AS, value->side);
    const uint64_t share = size != FACT_UNKNOWN ? size / 32 : 0;
    return terms->commit_for_root + (share < terms->commit_for_others ? share : terms->commit_for_others);
}

bool explain_was_full_before(const struct diagnose_case *facts, const struct limit_value *value)
{
    return facts->run.server.watched && value->side == LIMIT_SIDE_SERVER && value->used != LIMIT_UNKNOWN &&
           value->used >= value->value;
}

/* Clients wait for a server that is watched until their time is over, and by then it may use less than it did; what it
 * used already when the run began stopped nobody, unless that was all there is. */
static uint64_t used_of(const struct diagnose_case *facts, const struct failure *failure,
                        const struct limit_value *value)
{
    const uint64_t at_failure = explain_used_at_failure(facts, failure, value->id, value->side);
    if (value->side != LIMIT_SIDE_SERVER || !facts->run.server.watched) {
        return at_failure;
    }
    const uint64_t most = usage_more(at_failure, explain_used_at_peak(facts, value->id, value->side));
    const bool grew = value->used == LIMIT_UNKNOWN || most == FACT_UNKNOWN || most > value->used;
    return grew || explain_was_full_before(facts, value) ? most : FACT_UNKNOWN;
}

/* Whether one client more cannot have what it needs: a large stack does not fit long before the bound. */
static bool has_no_room(const struct diagnose_case *facts, const struct limit_value *value, uint64_t used)
{
    return explain_is_near(used, value->value) || used + cost_of_run(&facts->run, value).own > value->value;
}

/* Whether the generator could not have what it needs before its first client. What a process has in use is not known
 * then: the reading may be the panel's of itself. */
static bool could_not_begin(const struct diagnose_case *facts, const struct limit_value *value, struct verdict *verdict)
{
    const uint64_t needs = cost_of_run(&facts->run, value).least;
    if (facts->start_errno == 0 || value->side != LIMIT_SIDE_CLIENT || needs <= value->value) {
        return false;
    }
    if (value->scope != LIMIT_SCOPE_PROCESS && value->used != LIMIT_UNKNOWN && value->used >= value->value) {
        struct fact fact = explain_about(FACT_USE, value, value->used, FACT_UNKNOWN);
        fact.numbers[3] = value->value;
        verdict_add(verdict, fact);
    } else {
        verdict_add(verdict, explain_about(FACT_ESTIMATE, value, needs, value->value));
    }
    return true;
}

/* As it was read when the first client failed, or as estimated from what the clients cost that existed: by the time of
 * the reading a held run may have let them all go. */
static bool is_exhausted(const struct diagnose_case *facts, const struct failure *failure,
                         const struct limit_value *value, struct verdict *verdict)
{
    const uint64_t used = used_of(facts, failure, value);
    uint64_t taken = 0;
    const uint64_t kept = kept_back(facts, failure, value);
    if (could_not_begin(facts, value, verdict)) {
        return true;
    }
    if (used != FACT_UNKNOWN && has_no_room(facts, value, used + kept)) {
        explain_add_use(facts, failure, value, false, verdict);
        if (kept > 0) {
            verdict_add(verdict, explain_about(FACT_KEPT_BACK, value, kept, FACT_UNKNOWN));
        }
        return true;
    }
    if (!predict_taken(&facts->run, value, facts->alive, &taken) || !has_no_room(facts, value, taken)) {
        return false;
    }
    /* an estimate may pass the bound */
    verdict_add(verdict,
                explain_about(FACT_ESTIMATE, value, taken < value->value ? taken : value->value, value->value));
    return true;
}

/* The kernel counts each task that it refuses by pids.max: where it counted none, that was not the limit. */
static bool was_not_refused(const struct diagnose_case *facts, enum limit_id id, enum limit_side side)
{
    return id == LIMIT_PIDS_MAX && facts->counted && !facts->run.elsewhere &&
           explain_risen(facts, side, COUNTER_PIDS_REFUSED) == 0;
}

/* The generator and the panel's own server are exempt as the panel is; a server that is watched is another process,
 * maybe of another user. */
static bool is_exempt(const struct diagnose_case *facts, enum limit_id id, enum limit_side side)
{
    const struct predict_server *const server = &facts->run.server;
    const bool of_panel = side == LIMIT_SIDE_CLIENT ? !facts->run.elsewhere : server->known && !server->elsewhere;
    return id == LIMIT_NPROC &&
           ((of_panel && facts->run.terms.nproc_exempt != NULL) || (side == LIMIT_SIDE_SERVER && server->nproc_exempt));
}

/* A server of somebody else that served clients although the limit was used up when the run began needs no more of it.
 * HAProxy sets its own RLIMIT_NPROC to 0, so that nothing can be started from it, and serves or not. */
static bool was_used_up_before(const struct diagnose_case *facts, const struct limit_value *value)
{
    return explain_was_full_before(facts, value) && (facts->completed > 0 || value->value == 0);
}

/* The limit of that side, if it is bounded and may have refused `what`. */
static const struct limit_value *find_candidate(const struct diagnose_case *facts, enum limit_id id,
                                                enum limit_refuses what, enum limit_side side)
{
    const enum limit_refuses refuses = limit_refuses(id);
    const struct limit_value *const value =
        refuses == what || refuses == LIMIT_REFUSES_TASKS_AND_MEMORY ? explain_find(facts, id, side) : NULL;
    return value != NULL && explain_has_bound(value) && !was_not_refused(facts, id, side) &&
                   !is_exempt(facts, id, side) && !was_used_up_before(facts, value)
               ? value
               : NULL;
}

/* A bound that cannot be read, as where the control groups are out of sight. */
static bool is_out_of_sight(const struct diagnose_case *facts, enum limit_id id, enum limit_refuses what,
                            enum limit_side side)
{
    const bool elsewhere = side == LIMIT_SIDE_SERVER ? facts->run.server.elsewhere : facts->run.elsewhere;
    return id == LIMIT_PIDS_MAX && what == LIMIT_REFUSES_TASKS && facts->count > 0 && !elsewhere &&
           explain_find(facts, id, side) == NULL;
}

static void add_candidates(const struct diagnose_case *facts, const struct failure *failure, enum limit_refuses what,
                           enum limit_side side, struct verdict *verdict)
{
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        const struct limit_value *const value = find_candidate(facts, id, what, side);
        if (value != NULL) {
            verdict_add(verdict, explain_about(FACT_CANDIDATE, value, explain_used_at_failure(facts, failure, id, side),
                                               value->value));
        } else if (is_out_of_sight(facts, id, what, side)) {
            const struct limit_value unread = {.id = id, .side = side};
            verdict_add(verdict, explain_about(FACT_CANDIDATE, &unread, FACT_UNKNOWN, FACT_UNKNOWN));
        }
    }
}

/* How many were exhausted; `value`: the last of them. */
static unsigned find_exhausted(const struct diagnose_case *facts, const struct failure *failure,
                               enum limit_refuses what, enum limit_side side, struct verdict *verdict,
                               const struct limit_value **exhausted)
{
    unsigned how_many = 0;
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        const struct limit_value *const value = find_candidate(facts, id, what, side);
        if (value != NULL && is_exhausted(facts, failure, value, verdict)) {
            *exhausted = value;
            how_many++;
        }
    }
    return how_many;
}

static bool name_exhausted(const struct diagnose_case *facts, const struct limit_value *exhausted, unsigned how_many,
                           struct verdict *verdict)
{
    if (how_many != 1) {
        return false;
    }
    explain_name_limit(facts, exhausted, CERTAINTY_LIKELY, verdict);
    add_shared(facts, exhausted, verdict);
    return true;
}

bool explain_exhausted(const struct diagnose_case *facts, const struct failure *failure, enum limit_refuses what,
                       enum limit_side side, struct verdict *verdict)
{
    const struct limit_value *exhausted = NULL;
    const unsigned how_many = find_exhausted(facts, failure, what, side, verdict, &exhausted);
    return name_exhausted(facts, exhausted, how_many, verdict);
}

bool explain_weigh(const struct diagnose_case *facts, const struct failure *failure, enum limit_refuses what,
                   enum limit_side side, struct verdict *verdict)
{
    const struct limit_value *exhausted = NULL;
    const unsigned how_many = find_exhausted(facts, failure, what, side, verdict, &exhausted);
    if (how_many == 0) {
        add_candidates(facts, failure, what, side, verdict);
    }
    return name_exhausted(facts, exhausted, how_many, verdict);
}

bool explain_may_lack_tasks(const struct diagnose_case *facts, const struct failure *failure, uint64_t clients,
                            struct verdict *verdict)
{
    bool may = false;
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        const struct limit_value *const value = limit_refuses(id) == LIMIT_REFUSES_TASKS
                                                    ? find_candidate(facts, id, LIMIT_REFUSES_TASKS, LIMIT_SIDE_SERVER)
                                                    : NULL;
        if (value != NULL && value->used != LIMIT_UNKNOWN && explain_is_near(value->used + clients + 1, value->value)) {
            const uint64_t used = explain_used_at_failure(facts, failure, id, LIMIT_SIDE_SERVER);
            verdict_add(verdict, explain_about(FACT_CANDIDATE, value, used, value->value));
            may = true;
        }
    }
    return may;
}

/* Others may be in the group of a server of somebody else: what was refused was the server's where it started a task
 * for each connection that it served. */
static bool may_be_of_others(const struct diagnose_case *facts)
{
    const uint64_t served = facts->run.spec->hold ? facts->completed : facts->server_connections;
    return facts->run.server.watched &&
           (served == 0 || !explain_is_percent(explain_grown(facts), served, TASK_EACH_PERCENT));
}

/* The bound is that of a group above those in sight, as of a pod above the container (see PIDS_REFUSED in
 * counters.def).
 */
static bool name_pids_out_of_sight(const struct diagnose_case *facts, const struct failure *failure,
                                   const struct limit_value *value, struct verdict *verdict)
{
    if (explain_risen(facts, value->side, COUNTER_PIDS_REFUSED) < failure->count) {
        return false;
    }
    explain_name_limit(facts, value, CERTAINTY_LIKELY, verdict);
    verdict->value = verdict->needed = FACT_UNKNOWN;
    explain_add_counter(facts, value->side, COUNTER_PIDS_REFUSED, verdict);
    return true;
}

bool explain_pids(const struct diagnose_case *facts, const struct failure *failure, enum limit_side side,
                  struct verdict *verdict)
{
    const struct limit_value *const value = explain_find(facts, LIMIT_PIDS_MAX, side);
    if (explain_risen(facts, side, COUNTER_PIDS_REFUSED) == 0 || value == NULL) {
        return false;
    }
    if (!explain_has_bound(value)) {
        return name_pids_out_of_sight(facts, failure, value, verdict);
    }
    /* A group that is out of sight may have refused them. What the server had in use is read too late to tell, and so
     * is what held clients had that took, all together, what there is. */
    uint64_t taken = 0;
    const bool took_all =
        predict_taken(&facts->run, value, facts->alive, &taken) && explain_is_near(taken, value->value);
    const bool doubtful =
        side == LIMIT_SIDE_CLIENT ? explain_is_spare(facts, failure, value) && !took_all : may_be_of_others(facts);
    explain_name_limit(facts, value, doubtful ? CERTAINTY_LIKELY : CERTAINTY_PROVED, verdict);
    explain_add_counter(facts, side, COUNTER_PIDS_REFUSED, verdict);
    explain_add_use(facts, failure, value, !doubtful || side == LIMIT_SIDE_SERVER, verdict);
    add_shared(facts, value, verdict);
    return true;
}
