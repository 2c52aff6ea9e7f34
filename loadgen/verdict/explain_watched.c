/* Bounds of a server of somebody else, whose processes are watched. */

#include "base/clock.h"
#include "loadgen/verdict/explain_descriptors.h"
#include "loadgen/verdict/explain_limits.h"
#include "loadgen/verdict/explain_rules.h"

/* A client has its connection so long after it began, unless it takes more than one attempt. */
#define CONNECT_US 50000

/* Its group was out of memory, and the kernel ended a process of the group for it: one of the server's, where one of
 * those ended. Where others live on it may have ended by itself, while the kernel ended a neighbour in the group. */
bool explain_server_killed(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_find(facts, LIMIT_MEMORY_MAX, LIMIT_SIDE_SERVER);
    if (!facts->run.server.watched || !explain_is_of_server(failure) || !explain_has_bound(value) ||
        explain_risen(facts, LIMIT_SIDE_SERVER, COUNTER_GROUP_KILLED) == 0 ||
        explain_risen(facts, LIMIT_SIDE_SERVER, COUNTER_MEMORY_REFUSED) == 0 ||
        !(facts->server_gone || facts->server_ended > 0)) {
        return false;
    }
    explain_name_limit(facts, value, facts->server_gone ? CERTAINTY_PROVED : CERTAINTY_LIKELY, verdict);
    explain_add_counter(facts, LIMIT_SIDE_SERVER, COUNTER_MEMORY_REFUSED, verdict);
    explain_add_counter(facts, LIMIT_SIDE_SERVER, COUNTER_GROUP_KILLED, verdict);
    explain_add_watched(facts, verdict);
    return true;
}

/* Its queue was empty after the last of them had come and before the first ran out of time: it had accepted them all,
 * and whoever took its descriptors later stopped none of them. Who finds the queue full comes again a second later. */
static bool had_accepted_them(const struct diagnose_case *facts, const struct failure *failure)
{
    const uint64_t timeout_us = facts->run.spec->timeout_ms * (NS_PER_MS / NS_PER_US);
    const uint64_t last_us = failure->last_at_us > timeout_us ? failure->last_at_us - timeout_us : 0;
    const uint64_t came_us = last_us > facts->arrived_us ? last_us : facts->arrived_us;
    return failure->phase == PHASE_TIMEOUT && failure->call != CALL_CONNECT && facts->arrived_us > 0 &&
           facts->listen_overflows == 0 && facts->queue_empty_us >= came_us + CONNECT_US;
}

/* The process had none left: whether it then waits, closes connections or ends. What was used up when the run began may
 * have stopped it if it served nobody. */
bool explain_watched_descriptors(const struct diagnose_case *facts, const struct failure *failure,
                                 struct verdict *verdict)
{
    const struct limit_value *const value = explain_descriptors(facts, LIMIT_SIDE_SERVER);
    if (!facts->run.server.watched || !explain_is_of_server(failure) || !explain_has_bound(value) ||
        had_accepted_them(facts, failure)) {
        return false;
    }
    const uint64_t most = explain_most_descriptors(facts, failure, value);
    const bool was_full = explain_was_full_before(facts, value);
    if (most == FACT_UNKNOWN || most < value->value || (was_full && facts->completed > 0)) {
        return false;
    }
    explain_name_limit(facts, value, was_full ? CERTAINTY_LIKELY : CERTAINTY_PROVED, verdict);
    explain_add_use(facts, failure, value, false, verdict);
    explain_add_watched(facts, verdict);
    return true;
}

/* Event loops keep one in reserve, which they close when accept fails with EMFILE, to take the connection and close it:
 * they turn clients away as by a cap, and no look need have met them with none left. */
bool explain_last_descriptor(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (!explain_add_descriptors(facts, failure, verdict)) {
        return false;
    }
    explain_name_limit(facts, explain_descriptors(facts, LIMIT_SIDE_SERVER), CERTAINTY_LIKELY, verdict);
    explain_add_watched(facts, verdict);
    return true;
}

/* Others of its user and in its group use up such a limit as well. It stops the server only if that starts tasks for
 * its clients: some were seen, or no look met the server with a connection, or it turned away all clients. */
static bool may_lack_tasks(const struct diagnose_case *facts, const struct failure *failure)
{
    const uint64_t seen = facts->watched.connections;
    return explain_grown(facts) > 0 || seen == 0 || seen == FACT_UNKNOWN ||
           (facts->completed == 0 && explain_was_cut(failure));
}

/* It could not start a thread or a process: nothing tells but what is in use, and the counter of its group. */
bool explain_watched_tasks(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (!facts->run.server.watched || !explain_is_of_server(failure) || !may_lack_tasks(facts, failure) ||
        !(explain_pids(facts, failure, LIMIT_SIDE_SERVER, verdict) ||
          explain_exhausted(facts, failure, LIMIT_REFUSES_TASKS, LIMIT_SIDE_SERVER, verdict))) {
        return false;
    }
    explain_add_watched(facts, verdict);
    return true;
}

/* Its group is frozen, or a signal or a debugger has stopped it: what it would have done is not known. */
bool explain_stopped(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const uint64_t stopped = facts->watched.stopped;
    if (!facts->run.server.watched || failure->phase != PHASE_TIMEOUT || stopped == 0 || stopped == FACT_UNKNOWN) {
        return false;
    }
    verdict->side = FACT_SIDE_SERVER;
    explain_add(verdict, FACT_STOPPED, stopped, FACT_UNKNOWN, FACT_UNKNOWN);
    explain_add_watched(facts, verdict);
    return true;
}
