#include <errno.h>

#include "base/utf8.h"
#include "loadgen/verdict/explain.h"

static void add_server(const struct diagnose_case *facts, uint64_t reserved_fds, struct verdict *verdict)
{
    explain_add(verdict, FACT_SERVER, facts->server_connections, facts->server_accepted, reserved_fds);
}

static bool is_of_server(const struct failure *failure)
{
    return (failure->call == CALL_CONNECT || failure->call == CALL_SEND || failure->call == CALL_RECV) &&
           (failure->phase == PHASE_CONNECT || failure->phase == PHASE_SEND || failure->phase == PHASE_RECEIVE ||
            failure->phase == PHASE_TIMEOUT);
}

/* --- causes that are no bound --- */

static bool was_cut(const struct failure *failure)
{
    return failure->error_number == ECONNREFUSED || failure->error_number == ECONNRESET ||
           failure->error_number == EPIPE || (failure->phase == PHASE_RECEIVE && failure->error_number == 0);
}

bool explain_refused(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const bool refused = failure->error_number == ECONNREFUSED;
    const bool gone = facts->listener == LISTENER_GONE;
    if (facts->connected == 0 && refused && facts->listener != LISTENER_THERE) {
        explain_name_reason(REASON_NOBODY_LISTENS, FACT_SIDE_SERVER, gone ? CERTAINTY_PROVED : CERTAINTY_LIKELY,
                            verdict);
    } else if (facts->connected > 0 && gone && was_cut(failure)) {
        explain_name_reason(REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_PROVED, verdict);
        verdict->reached = facts->connections;
    } else {
        return false;
    }
    if (facts->listener != LISTENER_UNKNOWN) {
        explain_add(verdict, FACT_LISTENER, gone ? 0 : 1, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    return true;
}

bool explain_other_server(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (failure->phase != PHASE_PROTOCOL || facts->run.server.known || facts->completed > 0) {
        return false;
    }
    explain_name_reason(REASON_NOT_A_TIME_SERVER, FACT_SIDE_SERVER, CERTAINTY_PROVED, verdict);
    utf8_copy(verdict->text, sizeof verdict->text, failure->message);
    explain_add(verdict, FACT_REPLY, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
    return true;
}

/* --- bounds of the server --- */

bool explain_no_thread(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (!is_of_server(failure) || facts->refused == 0) {
        return false;
    }
    explain_add(verdict, FACT_NO_THREAD, facts->refused, FACT_UNKNOWN, FACT_UNKNOWN);
    return explain_pids(facts, failure, LIMIT_SIDE_SERVER, verdict) ||
           explain_weigh(facts, failure, LIMIT_REFUSES_TASKS, LIMIT_SIDE_SERVER, verdict);
}

/* A worker serves one connection until it ends: clients that hold theirs keep all others waiting. Others may still be
 * waiting for a worker when their time is over, unless it is a processor that the workers wait for. */
bool explain_workers(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const uint64_t workers = facts->run.server.workers;
    const bool held = facts->run.spec->hold && facts->run.spec->count > workers;
    const bool waited = facts->server_accepted < facts->connected && facts->bottleneck == BOTTLENECK_NONE;
    if (!is_of_server(failure) || failure->phase != PHASE_TIMEOUT || !facts->run.server.known || workers == 0 ||
        facts->server_connections < workers || !(held || waited)) {
        return false;
    }
    explain_name_reason(REASON_WORKERS, FACT_SIDE_SERVER, held ? CERTAINTY_PROVED : CERTAINTY_LIKELY, verdict);
    verdict->value = workers;
    verdict->reached = workers;
    verdict->needed = facts->run.spec->hold ? facts->run.spec->count : FACT_UNKNOWN;
    add_server(facts, FACT_UNKNOWN, verdict);
    return true;
}

bool explain_full_server(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_descriptors(facts, LIMIT_SIDE_SERVER);
    const uint64_t kept = facts->run.server.reserved_fds;
    if (!is_of_server(failure) || !facts->run.server.known || !explain_has_bound(value) ||
        facts->server_connections + kept < value->value) {
        return false;
    }
    explain_name_limit(facts, value, CERTAINTY_PROVED, verdict);
    add_server(facts, kept, verdict);
    return true;
}

/* Whether the server accepted every connection that the clients had. */
static bool has_accepted_all(const struct diagnose_case *facts)
{
    return facts->run.server.known && facts->server_accepted >= facts->connected;
}

/* Whether a connection of such clients may have been lost before the server accepted it. */
static bool may_be_lost_before(const struct diagnose_case *facts, const struct failure *failure)
{
    return is_of_server(failure) && (failure->call == CALL_CONNECT || !has_accepted_all(facts));
}

/* Handshakes that are under way are bounded by the backlog as well as those that wait to be accepted
 * (inet_csk_reqsk_queue_is_full); only then is SYN_QUEUE_DROPS counted. What net.ipv4.tcp_max_syn_backlog drops has no
 * counter of its own. */
bool explain_full_queue(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_find(facts, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    const bool overflowed = facts->listen_overflows > 0;
    if (!may_be_lost_before(facts, failure) || value == NULL ||
        !(overflowed || facts->risen[COUNTER_SYN_QUEUE_DROPS] > 0)) {
        return false;
    }
    explain_name_limit(facts, value, CERTAINTY_PROVED, verdict);
    if (overflowed) {
        explain_add(verdict, FACT_QUEUE, value->value, facts->listen_overflows, FACT_UNKNOWN);
    } else {
        explain_add_counter(facts, COUNTER_SYN_QUEUE_DROPS, verdict);
    }
    return true;
}

/* --- in between --- */

static bool is_handshake(const struct failure *failure)
{
    return failure->call == CALL_CONNECT && failure->phase == PHASE_TIMEOUT;
}

bool explain_conntrack(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_find(facts, LIMIT_CONNTRACK, LIMIT_SIDE_CLIENT);
    if (!may_be_lost_before(facts, failure) || facts->risen[COUNTER_CONNTRACK_DROPS] == 0 ||
        !explain_has_bound(value)) {
        return false;
    }
    /* The tracker also drops packets that it takes for wrong. */
    explain_name_limit(facts, value, explain_is_spare(facts, failure, value) ? CERTAINTY_LIKELY : CERTAINTY_PROVED,
                       verdict);
    explain_add_counter(facts, COUNTER_CONNTRACK_DROPS, verdict);
    explain_add_counter(facts, COUNTER_CONNTRACK_EARLY_DROPS, verdict);
    return true;
}

/* SYNs or SYN-ACKs were sent again, and nothing on this machine counted that it dropped them. What the counters of a
 * server on another machine say is not known. */
bool explain_lost(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (!is_handshake(failure) || facts->listener != LISTENER_THERE || facts->risen[COUNTER_SYN_RETRANSMITS] == 0 ||
        facts->risen[COUNTER_LISTEN_DROPS] > 0 || facts->risen[COUNTER_SYN_QUEUE_DROPS] > 0) {
        return false;
    }
    explain_name_reason(REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, verdict);
    verdict->reached = facts->connections;
    explain_add_counter(facts, COUNTER_SYN_RETRANSMITS, verdict);
    return true;
}

/* --- where clients ran out of time --- */

/* What is held up answers late: nothing is refused, so that this is likely at most. */
bool explain_quota(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const cpu = explain_find(facts, LIMIT_CPU_MAX, LIMIT_SIDE_CLIENT);
    const struct limit_value *const high = explain_find(facts, LIMIT_MEMORY_HIGH, LIMIT_SIDE_CLIENT);
    if (failure->phase != PHASE_TIMEOUT) {
        return false;
    }
    if (facts->bottleneck == BOTTLENECK_QUOTA && explain_has_bound(cpu)) {
        explain_name_limit(facts, cpu, CERTAINTY_LIKELY, verdict);
        explain_add_counter(facts, COUNTER_CPU_THROTTLED, verdict);
        explain_add_counter(facts, COUNTER_CPU_PERIODS, verdict);
        return true;
    }
    if (facts->risen[COUNTER_MEMORY_AT_HIGH] > 0 && explain_has_bound(high)) {
        explain_name_limit(facts, high, CERTAINTY_LIKELY, verdict);
        explain_add_counter(facts, COUNTER_MEMORY_AT_HIGH, verdict);
        return true;
    }
    return false;
}

static enum fact_side slow_side(const struct diagnose_case *facts)
{
    if (facts->bottleneck == BOTTLENECK_CLIENT) {
        return FACT_SIDE_CLIENT;
    }
    return has_accepted_all(facts) && facts->bottleneck == BOTTLENECK_MACHINE ? FACT_SIDE_BOTH : FACT_SIDE_SERVER;
}

bool explain_side(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (!is_of_server(failure)) {
        verdict->side = failure->phase == PHASE_PROTOCOL ? FACT_SIDE_SERVER : FACT_SIDE_CLIENT;
        return false;
    }
    verdict->side = FACT_SIDE_SERVER;
    if (failure->phase == PHASE_TIMEOUT) {
        verdict->side = slow_side(facts);
        struct fact slow = fact_of_kind(FACT_SLOW);
        slow.about.side = verdict->side;
        verdict_add(verdict, slow);
    }
    explain_add(verdict, FACT_CLIENTS, facts->alive, facts->connections, facts->connected);
    if (facts->run.server.known) {
        add_server(facts, FACT_UNKNOWN, verdict);
    }
    return false;
}
