#include <errno.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "loadgen/verdict/explain_descriptors.h"
#include "loadgen/verdict/explain_limits.h"
#include "loadgen/verdict/explain_rules.h"

static void add_server(const struct diagnose_case *facts, uint64_t reserved_fds, struct verdict *verdict)
{
    explain_add(verdict, FACT_SERVER, facts->server_connections, facts->server_accepted, reserved_fds);
}

bool explain_has_replaced(const struct diagnose_case *facts)
{
    return facts->run.server.watched && facts->watched.replaced > 0 && facts->watched.replaced != FACT_UNKNOWN;
}

bool explain_is_of_server(const struct failure *failure)
{
    return (failure->call == CALL_CONNECT || failure->call == CALL_SEND || failure->call == CALL_RECV) &&
           (failure->phase == PHASE_CONNECT || failure->phase == PHASE_SEND || failure->phase == PHASE_RECEIVE ||
            failure->phase == PHASE_HOLD || failure->phase == PHASE_TIMEOUT);
}

bool explain_was_cut(const struct failure *failure)
{
    return failure->error_number == ECONNREFUSED || failure->error_number == ECONNRESET ||
           failure->error_number == EPIPE || failure->phase == PHASE_HOLD ||
           (failure->phase == PHASE_RECEIVE && failure->error_number == 0);
}

/* --- causes that are no bound --- */

/* Of several targets some have no listener after the run. It is not known which clients were theirs, but how many.
 * Clients of a target that is redirected may have been served all the same: see went_away. */
static bool explain_some_gone(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct listeners_gone *const gone = &facts->gone;
    const bool refused = failure->error_number == ECONNREFUSED;
    const bool are_all_theirs = refused && failure->count == gone->clients;
    if (facts->listener != LISTENER_SOME_GONE || !explain_was_cut(failure) || failure->count > gone->clients ||
        !(are_all_theirs || facts->listener_before == LISTENER_THERE)) {
        return false;
    }
    explain_name_reason(refused ? REASON_NOBODY_LISTENS : REASON_WENT_AWAY, FACT_SIDE_SERVER,
                        are_all_theirs ? CERTAINTY_PROVED : CERTAINTY_LIKELY, verdict);
    utf8_copy(verdict->text, sizeof verdict->text, gone->first);
    explain_add(verdict, FACT_TARGETS, gone->count, gone->of, gone->clients);
    return true;
}

/* Where no socket listened before the run either, the target is redirected, as a container's published port is, and
 * whether the server behind it is still there is not known. */
static bool went_away(const struct diagnose_case *facts)
{
    return facts->server_gone || (facts->listener == LISTENER_GONE && facts->listener_before == LISTENER_THERE);
}

/* Of the clients from the first refused one on: nearly all were. Several are under way at the same time. */
#define REFUSED_PERCENT 95

/* Of a server on another machine, whose listener is out of sight: it ended connections, and from some client on all
 * were refused. A firewall that admits so many refuses those, too, but ends no connection. */
static bool likely_went_away(const struct diagnose_case *facts, const struct failure *failure)
{
    const struct run_spec *const spec = facts->run.spec;
    uint64_t first = 0;
    bool ended = false;
    for (uint32_t i = 0; i < facts->group_count; i++) {
        const struct error_group *const group = &facts->groups[i];
        const struct failure other = {.phase = group->phase, .error_number = group->error_number};
        if (group->error_number == ECONNREFUSED) {
            first = group->first_client;
        } else {
            ended = ended || explain_was_cut(&other);
        }
    }
    return facts->listener == LISTENER_UNKNOWN && facts->connected > 0 && failure->error_number == ECONNREFUSED &&
           run_spec_targets(spec) == 1 && ended && first < spec->count &&
           explain_is_percent(failure->count, spec->count - first, REFUSED_PERCENT);
}

bool explain_refused(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const bool refused = failure->error_number == ECONNREFUSED;
    if (explain_some_gone(facts, failure, verdict)) {
        return true;
    }
    if (facts->connected == 0 && refused && facts->listener != LISTENER_THERE) {
        const bool none = facts->listener == LISTENER_GONE || facts->server_gone;
        explain_name_reason(REASON_NOBODY_LISTENS, FACT_SIDE_SERVER, none ? CERTAINTY_PROVED : CERTAINTY_LIKELY,
                            verdict);
    } else if (facts->connected > 0 && went_away(facts) && explain_was_cut(failure)) {
        explain_name_reason(REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_PROVED, verdict);
        verdict->reached = facts->connections;
    } else if (likely_went_away(facts, failure)) {
        explain_name_reason(REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_LIKELY, verdict);
        verdict->reached = facts->connections;
    } else {
        return false;
    }
    if (facts->listener != LISTENER_UNKNOWN) {
        explain_add(verdict, FACT_LISTENER, facts->listener == LISTENER_GONE ? 0 : 1, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    if (facts->server_gone) {
        explain_add(verdict, FACT_ENDED, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    if (facts->run.server.watched) {
        (void)explain_add_descriptors(facts, failure, verdict); /* why it may have ended */
        explain_add_watched(facts, verdict);
    }
    return true;
}

/* All that failed did so in this phase, as far as is known. */
static bool all_failed_in(const struct diagnose_case *facts, enum error_phase phase)
{
    for (uint32_t i = 0; i < facts->group_count; i++) {
        if (facts->groups[i].phase != phase && facts->groups[i].error_number != ECANCELED) {
            return false;
        }
    }
    return true;
}

bool explain_other_server(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    static const enum verdict_reason reasons[EXCHANGE_COUNT] = {
#define EXCHANGE(NAME, name, help) [EXCHANGE_##NAME] = REASON_COUNT,
#define EXCHANGE_ANSWERED(NAME, ...) [EXCHANGE_##NAME] = REASON_NOT_##NAME,
#include "loadgen/contract/exchanges.def"
    };
    const enum run_exchange exchange = facts->run.spec->exchange;
    const enum verdict_reason reason = failure->phase == PHASE_REFUSED ? REASON_REFUSED : reasons[exchange];
    const bool is_own = facts->run.server.known && exchange == EXCHANGE_TIME;
    if ((failure->phase != PHASE_PROTOCOL && failure->phase != PHASE_REFUSED) || reason == REASON_COUNT || is_own ||
        facts->completed > 0) {
        return false;
    }
    /* The last group has failures of further kinds. */
    const bool is_full = facts->group_count == ERROR_GROUPS_MAX;
    const bool of_all = failure->phase != PHASE_REFUSED || all_failed_in(facts, PHASE_REFUSED);
    explain_name_reason(reason, FACT_SIDE_SERVER, is_full || !of_all ? CERTAINTY_LIKELY : CERTAINTY_PROVED, verdict);
    utf8_copy(verdict->text, sizeof verdict->text, failure->message);
    explain_add(verdict, FACT_REPLY, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
    return true;
}

/* --- bounds of the server --- */

bool explain_no_thread(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (!explain_is_of_server(failure) || facts->refused == 0) {
        return false;
    }
    explain_add(verdict, FACT_NO_THREAD, facts->refused, FACT_UNKNOWN, FACT_UNKNOWN);
    if (facts->run.server.threads == 0) {
        return false;
    }
    return explain_pids(facts, failure, LIMIT_SIDE_SERVER, verdict) ||
           explain_weigh(facts, failure, LIMIT_REFUSES_TASKS, LIMIT_SIDE_SERVER, verdict);
}

/* A worker serves one connection until it ends: clients that hold theirs keep all others waiting. Others may still be
 * waiting for a worker when their time is over, unless it is a processor that the workers wait for. */
bool explain_workers(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const uint64_t workers = facts->run.server.workers;
    const bool held = facts->run.spec->hold && facts->run.spec->count > workers;
    const bool waited = facts->server_accepted < facts->connected && facts->bottleneck == BOTTLENECK_NONE &&
                        !facts->run.server.elsewhere;
    if (!explain_is_of_server(failure) || failure->phase != PHASE_TIMEOUT || !facts->run.server.known || workers == 0 ||
        facts->server_connections < workers || !(held || waited)) {
        return false;
    }
    explain_name_reason(REASON_WORKERS, FACT_SIDE_SERVER, held ? CERTAINTY_PROVED : CERTAINTY_LIKELY, verdict);
    verdict->value = workers;
    verdict->reached = workers;
    verdict->needed =
        facts->run.spec->hold && !explain_meets_another(facts, NULL) ? facts->run.spec->count : FACT_UNKNOWN;
    add_server(facts, FACT_UNKNOWN, verdict);
    return true;
}

bool explain_full_server(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_descriptors(facts, LIMIT_SIDE_SERVER);
    const uint64_t kept = facts->run.server.reserved_fds;
    if (!explain_is_of_server(failure) || !facts->run.server.known || !explain_has_bound(value) ||
        facts->server_connections + kept < value->value) {
        return false;
    }
    explain_name_limit(facts, value, CERTAINTY_PROVED, verdict);
    add_server(facts, kept, verdict);
    return true;
}

/* --- queues --- */

bool explain_has_accepted_all(const struct diagnose_case *facts)
{
    if (facts->run.server.watched) {
        return facts->run.spec->hold && facts->server_connections >= facts->connections;
    }
    return facts->run.server.known && facts->server_accepted >= facts->connected;
}

/* Whether a connection of such clients may have been lost before the server accepted it. One that was held had its
 * replies, where anything was said on it; and no full queue ends a connection. */
static bool may_be_lost_before(const struct diagnose_case *facts, const struct failure *failure)
{
    const bool was_served =
        failure->phase == PHASE_HOLD && (failure->error_number == 0 || facts->run.spec->exchange != EXCHANGE_CONNECT);
    return explain_is_of_server(failure) && !was_served &&
           (failure->call == CALL_CONNECT || !explain_has_accepted_all(facts));
}

/* Each client that found the queue full was counted once or more, and those that lay in it were not accepted: where
 * more failed, most of them did so for another reason. The TIME server's queue is looked at so often that it is seen
 * full, where it is for long; the count alone may have overflows of another listener in it. */
static bool may_be_of_queue(const struct diagnose_case *facts, const struct failure *failure,
                            const struct limit_value *queue)
{
    const uint64_t lay = explain_used(facts, failure, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    const uint64_t most = usage_more(lay, facts->peak[LIMIT_SIDE_SERVER].used[LIMIT_BACKLOG]);
    const uint64_t in_it = lay != FACT_UNKNOWN ? lay : 0;
    const bool was_full = facts->run.server.known && most != FACT_UNKNOWN && most >= queue->value;
    return was_full || failure->count <= facts->listen_overflows + in_it;
}

/* Clients whose handshake, or whose first words, the server's kernel left unanswered; LIMIT_UNKNOWN. */
static uint64_t were_not_let_in(const struct diagnose_case *facts)
{
    uint64_t clients = 0;
    for (uint32_t i = 0; i < facts->group_count; i++) {
        const struct error_group *const group = &facts->groups[i];
        const bool of_handshake = client_call_from_name(group->call) == CALL_CONNECT;
        if (group->phase == PHASE_TIMEOUT && !of_handshake && group->resent == LIMIT_UNKNOWN) {
            return LIMIT_UNKNOWN;
        }
        clients += group->phase != PHASE_TIMEOUT ? 0 : of_handshake ? group->count : group->resent;
    }
    return clients;
}

/* What most of them said was acknowledged: their connections lay in the queue, or had been accepted. Where the queue
 * had room when they failed, or kept nobody out, it did not stop them. */
static bool were_let_in(const struct diagnose_case *facts, const struct failure *failure,
                        const struct limit_value *queue)
{
    const bool of_words = failure->phase == PHASE_TIMEOUT && failure->call != CALL_CONNECT;
    return of_words && failure->resent != LIMIT_UNKNOWN && failure->resent < failure->count - failure->resent &&
           (explain_is_spare(facts, failure, queue) || were_not_let_in(facts) == 0);
}

static void add_queue(const struct diagnose_case *facts, uint64_t bound, struct verdict *verdict)
{
    const struct limit_value *const most = explain_find(facts, LIMIT_SOMAXCONN, LIMIT_SIDE_SERVER);
    struct fact queue = fact_of_kind(FACT_QUEUE);
    queue.numbers[0] = bound;
    queue.numbers[1] = facts->listen_overflows;
    queue.numbers[2] = most != NULL && most->value == bound && !facts->run.server.elsewhere ? bound : FACT_UNKNOWN;
    queue.numbers[3] = facts->run.server.known;
    verdict_add(verdict, queue);
}

/* Handshakes that are under way are bounded by the backlog as well as those that wait to be accepted
 * (inet_csk_reqsk_queue_is_full); only then is SYN_QUEUE_DROPS counted. What net.ipv4.tcp_max_syn_backlog drops has no
 * counter of its own. */
bool explain_full_queue(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_find(facts, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    if (!may_be_lost_before(facts, failure) || value == NULL || were_let_in(facts, failure, value)) {
        return false;
    }
    const bool overflowed = facts->listen_overflows > 0 && may_be_of_queue(facts, failure, value);
    const bool dropped = facts->risen[COUNTER_SYN_QUEUE_DROPS] > 0 && facts->listen_drops != 0;
    if (!overflowed && (!dropped || facts->run.server.elsewhere)) {
        return false;
    }
    explain_name_limit(facts, value, CERTAINTY_PROVED, verdict);
    if (overflowed) {
        add_queue(facts, value->value, verdict);
        if (!facts->run.server.known) {
            explain_add_use(facts, failure, value, true, verdict);
            explain_add_watched(facts, verdict);
        }
    } else {
        explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_SYN_QUEUE_DROPS, verdict);
    }
    return true;
}

/* --- in between --- */

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
    explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_CONNTRACK_DROPS, verdict);
    explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_CONNTRACK_EARLY_DROPS, verdict);
    return true;
}

/* --- where clients ran out of time --- */

/* The side's group had used up its share of the processors in half of all periods or more. */
static bool explain_cpu_quota(const struct diagnose_case *facts, enum limit_side side, struct verdict *verdict)
{
    const struct limit_value *const cpu = explain_find(facts, LIMIT_CPU_MAX, side);
    const uint64_t periods = explain_risen(facts, side, COUNTER_CPU_PERIODS);
    const uint64_t throttled = explain_risen(facts, side, COUNTER_CPU_THROTTLED);
    if (!explain_has_bound(cpu) || throttled == 0 || throttled * 2 < periods) {
        return false;
    }
    explain_name_limit(facts, cpu, CERTAINTY_LIKELY, verdict);
    explain_add_counter(facts, side, COUNTER_CPU_THROTTLED, verdict);
    explain_add_counter(facts, side, COUNTER_CPU_PERIODS, verdict);
    return true;
}

/* The side's group was over memory.high, and waited for memory for half the time of a client or longer, where the
 * kernel counts that: for less, who ran out of time did so for another reason. */
static bool explain_memory_high(const struct diagnose_case *facts, enum limit_side side, struct verdict *verdict)
{
    const struct limit_value *const high = explain_find(facts, LIMIT_MEMORY_HIGH, side);
    const uint64_t waited_us = explain_risen(facts, side, COUNTER_MEMORY_WAIT_US);
    const bool is_long = waited_us == 0 || waited_us * 2 >= facts->run.spec->timeout_ms * (NS_PER_MS / NS_PER_US);
    if (!explain_has_bound(high) || explain_risen(facts, side, COUNTER_MEMORY_AT_HIGH) == 0 || !is_long) {
        return false;
    }
    explain_name_limit(facts, high, CERTAINTY_LIKELY, verdict);
    explain_add_counter(facts, side, COUNTER_MEMORY_AT_HIGH, verdict);
    explain_add_counter(facts, side, COUNTER_MEMORY_WAIT_US, verdict);
    return true;
}

/* A server that is held up serves some clients late before others run out of time. Where a neighbour in its group uses
 * up the quota, and those that it serves have their replies soon, the others wait for something else. */
static bool may_be_held_up(const struct diagnose_case *facts, const struct failure *failure)
{
    const uint64_t timeout_ns = facts->run.spec->timeout_ms * NS_PER_MS;
    return facts->run.server.watched &&
           (facts->slowest_ns == 0 || facts->slowest_ns * 2 >= timeout_ns || explain_was_answered(facts, failure));
}

/* What is held up answers late: nothing is refused, so that this is likely at most. */
bool explain_quota(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const bool watched = may_be_held_up(facts, failure);
    if (failure->phase != PHASE_TIMEOUT) {
        return false;
    }
    return (facts->bottleneck == BOTTLENECK_QUOTA && explain_cpu_quota(facts, LIMIT_SIDE_CLIENT, verdict)) ||
           (watched && explain_cpu_quota(facts, LIMIT_SIDE_SERVER, verdict)) ||
           explain_memory_high(facts, LIMIT_SIDE_CLIENT, verdict) ||
           (watched && explain_memory_high(facts, LIMIT_SIDE_SERVER, verdict));
}
