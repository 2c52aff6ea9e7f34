/* The bound that a server of somebody else sets itself: so many at the same time, and no more.
 *
 * Only a held run shows it: those that were served keep their connections, so that they were served at the same time.
 * The first were served, and the server turned all later ones away, with words or without, or left them waiting
 * although it had answered promptly; or it closed the oldest connections to have room for each that came, and never had
 * more than it kept. A server that fails now and then, restarts, closes what has been idle for a while, admits so many
 * in a second or is slow does the same to some clients; but then it serves later ones than those that failed, goes on
 * closing when nobody comes any more, or had more connections than it kept. */
#include <errno.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "loadgen/verdict/explain_limits.h"
#include "loadgen/verdict/explain_rules.h"

/* Of all pairs of a client that was served and one that failed: those in which the one that failed had the lower
 * number. Clients that fail at random make half of them. A bound makes few, as clients that begin at the same time may
 * overtake each other, and fewer where they came slowly. */
#define OUT_OF_ORDER_PERCENT 15
#define OUT_OF_ORDER_PERCENT_SLOW 5
#define SLOW_US 1000000
/* Of the clients that failed: those that were turned away or kept waiting. */
#define TURNED_AWAY_PERCENT 90
/* Of the clients that were served: so many were not. Fewer may have met an error that comes now and then. */
#define FAILED_PERCENT 20
/* Of the clients that were turned away: so many were served that came after the last of them. */
#define SERVED_AFTER_PERCENT 20
/* The slowest client that was served took at most this part of the time that clients have. */
#define PROMPT_PART 2
/* Servers close idle connections as well, after a tenth of a second or more: what is closed sooner was not idle. One
 * that closes them after a while and one that closes the oldest look the same where clients come evenly. */
#define IDLE_US_LEAST 100000
/* The most connections that the server had may exceed those that it kept by this part. */
#define LEFT_PART 10
/* When a connection was closed is known in ticks of the kernel's clock, which have 10 ms at most. */
#define TICK_US 10000
/* The server accepts the last client, and closes another connection for it, so long after it began. */
#define ACCEPT_US 50000

/* Of held connections that were closed: with fewer that were kept, or fewer pairs of one that was kept and one that was
 * closed, it may be chance that those came first. */
#define KEPT_LEAST 4
#define PAIRS_LEAST 50
#define KEPT_PERCENT 10 /* of all */

/* What the server did to those that were not served. */
enum shape { SHAPE_NONE, SHAPE_TURNED_AWAY, SHAPE_KEPT_WAITING, SHAPE_KEPT_OPEN };

/* It replied with something else than asked for. */
static bool is_by_words(const struct failure *failure)
{
    return failure->phase == PHASE_PROTOCOL || failure->phase == PHASE_REFUSED;
}

/* A connection that was reset while it was held may have been so at any time. */
static bool was_turned_away(enum error_phase phase, int error_number)
{
    switch (phase) {
    case PHASE_PROTOCOL:
    case PHASE_REFUSED:
        return true;
    case PHASE_HOLD:
        return error_number == 0;
    case PHASE_SEND:
    case PHASE_RECEIVE:
        return error_number == 0 || error_number == ECONNRESET || error_number == EPIPE;
    case PHASE_START:
    case PHASE_CONNECT:
    case PHASE_TIMEOUT:
    case PHASE_COUNT:
        break;
    }
    return false;
}

/* A handshake that is not answered has its cause in the accept queue; but the queue does not stop the clients when it
 * is still full long after those that are served have their replies. */
static bool was_kept_waiting(const struct diagnose_case *facts, const struct failure *failure)
{
    const struct limit_value *const queue = explain_find(facts, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    const bool prompt =
        facts->slowest_ns > 0 && facts->slowest_ns * PROMPT_PART < facts->run.spec->timeout_ms * NS_PER_MS;
    if (failure->phase != PHASE_TIMEOUT || !prompt || explain_was_answered(facts, failure)) {
        return false;
    }
    if (failure->call != CALL_CONNECT) {
        return failure->call == CALL_RECV;
    }
    const uint64_t waiting = explain_used(facts, failure, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    return queue != NULL && waiting != FACT_UNKNOWN && waiting >= queue->value;
}

/* From the first client to the last; FACT_UNKNOWN. */
static uint64_t span_us(const struct diagnose_case *facts)
{
    return facts->arrived_us > facts->began_us ? facts->arrived_us - facts->began_us : FACT_UNKNOWN;
}

/* Connections of others, which take from the same bound. */
static uint64_t others_of(const struct diagnose_case *facts)
{
    return facts->run.server.watched && facts->watched.others != FACT_UNKNOWN ? facts->watched.others : 0;
}

static bool had_no_more_than_it_kept(const struct diagnose_case *facts)
{
    const uint64_t kept = facts->completed + others_of(facts);
    return facts->server_connections > 0 && facts->server_connections <= kept + kept / LEFT_PART;
}

/* How long after a client began the server has certainly accepted it, where it is prompt. */
static uint64_t accept_us(const struct diagnose_case *facts)
{
    return facts->slowest_ns / NS_PER_US + ACCEPT_US;
}

/* When so many clients had come as were served in the end. */
static uint64_t full_us(const struct diagnose_case *facts)
{
    return facts->began_us + span_us(facts) / facts->connected * facts->completed;
}

/* It began to close connections as soon as it had so many as it kept. What it closes for another reason it has had for
 * longer, or more of them. */
static bool closed_what_came(const struct diagnose_case *facts, const struct failure *failure)
{
    return span_us(facts) != FACT_UNKNOWN && failure->first_at_us <= full_us(facts) + accept_us(facts) &&
           (!facts->run.server.watched || had_no_more_than_it_kept(facts));
}

/* A server that closes each connection after its reply has a few left, which it has not yet closed, when the run ends:
 * what is left is no sign where it is few, and so many come within a tick. */
static bool kept_many(const struct diagnose_case *facts)
{
    return facts->completed >= KEPT_LEAST && (full_us(facts) > facts->began_us + TICK_US ||
                                              explain_is_percent(facts->completed, facts->connected, KEPT_PERCENT));
}

/* It closed another connection for each client that came when it had so many as it kept: not before, as long as they
 * came, and not afterwards. */
static bool closed_to_have_room(const struct diagnose_case *facts, const struct failure *failure)
{
    return failure->phase == PHASE_HOLD && facts->run.server.watched && closed_what_came(facts, failure) &&
           kept_many(facts) && failure->first_at_us + TICK_US < facts->began_us + IDLE_US_LEAST &&
           failure->first_at_us + TICK_US >= full_us(facts) && failure->last_at_us + TICK_US >= facts->arrived_us &&
           failure->last_at_us <= facts->arrived_us + accept_us(facts);
}

/* It closed all that came when it had so many as it kept. One that closes each connection after its reply keeps a few
 * as well, which it has not yet closed when the run ends. */
static bool closed_all_later(const struct diagnose_case *facts, const struct failure *failure)
{
    return closed_what_came(facts, failure) && facts->completed >= KEPT_LEAST &&
           failure->count >= PAIRS_LEAST / facts->completed;
}

/* Those that were turned away, or ran out of time: the largest number, how many, and how many failed in all. */
struct alike {
    uint64_t last, count, failed;
};

/* Whether nearly all that failed did so in one of these ways. */
static bool failed_alike(const struct diagnose_case *facts, struct alike *alike)
{
    for (uint32_t i = 0; i < facts->group_count; i++) {
        const struct error_group *const group = &facts->groups[i];
        alike->failed += group->count;
        if (was_turned_away(group->phase, group->error_number) || group->phase == PHASE_TIMEOUT) {
            alike->count += group->count;
            alike->last = group->last_client > alike->last ? group->last_client : alike->last;
        }
    }
    return explain_is_percent(alike->count, alike->failed, TURNED_AWAY_PERCENT) &&
           explain_is_percent(alike->failed, facts->completed, FAILED_PERCENT);
}

/* Whether clients that came after those that were turned away were served again: the server refused for a moment. Of
 * those that came at the same time a few may have been served before. LIMIT_UNKNOWN is larger than each number. */
static bool served_again(const struct diagnose_case *facts, const struct alike *alike)
{
    const uint64_t count = facts->run.spec->count;
    const uint64_t later = count > alike->last ? count - 1 - alike->last : 0;
    const bool all_came = facts->completed + alike->failed == count;
    return all_came && later > 0 && explain_is_percent(later, alike->count, SERVED_AFTER_PERCENT);
}

/* Whether few of `failed` clients came before one that was served; `sum`: of their places in that order. */
static bool is_in_order(const struct diagnose_case *facts, uint64_t failed, uint64_t sum)
{
    const uint64_t span = span_us(facts);
    const bool slowly = span != FACT_UNKNOWN && span >= SLOW_US;
    const uint64_t served = facts->completed;
    const uint64_t sum_of_last = failed * (2 * served + failed - 1) / 2; /* had all of them come last */
    return sum <= sum_of_last &&
           (sum_of_last - sum) * 100 <= served * failed * (slowly ? OUT_OF_ORDER_PERCENT_SLOW : OUT_OF_ORDER_PERCENT);
}

/* Whether those that were served had nearly all come before those that failed, as they were begun or as they connected.
 * Who fails first does not tell: clients that wait in vain run out of time at the same moment. Nor does the order where
 * many did not connect at all. */
static bool were_served_first(const struct diagnose_case *facts, uint64_t failed)
{
    const uint64_t connected = facts->connected > facts->completed ? facts->connected - facts->completed : 0;
    return explain_is_percent(connected, failed, TURNED_AWAY_PERCENT) &&
           (is_in_order(facts, failed, facts->failed.numbers) || is_in_order(facts, connected, facts->failed.places));
}

/* The one queue was still full when clients failed, long after those that are served had their replies: nobody took
 * from it any more, and who was served had come out of it before. */
static bool stopped_accepting(const struct diagnose_case *facts, const struct failure *failure)
{
    const struct limit_value *const queue = explain_find(facts, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    const uint64_t waiting = explain_used(facts, failure, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    return facts->run.server.sockets == 1 && failure->phase == PHASE_TIMEOUT && queue != NULL &&
           waiting != FACT_UNKNOWN && waiting >= queue->value;
}

static enum shape shape_of(const struct diagnose_case *facts, const struct failure *failure)
{
    const bool turned_away = was_turned_away(failure->phase, failure->error_number);
    struct alike alike = {0};
    if (!(turned_away || was_kept_waiting(facts, failure)) || !failed_alike(facts, &alike)) {
        return SHAPE_NONE;
    }
    if (were_served_first(facts, alike.failed) || stopped_accepting(facts, failure)) {
        const bool came_at_once = failure->phase != PHASE_HOLD || closed_all_later(facts, failure);
        return !came_at_once                 ? SHAPE_NONE
               : !turned_away                ? SHAPE_KEPT_WAITING
               : served_again(facts, &alike) ? SHAPE_NONE
                                             : SHAPE_TURNED_AWAY;
    }
    return closed_to_have_room(facts, failure) ? SHAPE_KEPT_OPEN : SHAPE_NONE;
}

/* Where the server's processes cannot be seen, one of their limits may have done it, unless the server says that it
 * was none: by its words, or by closing connections that it had served. */
static bool may_know(const struct diagnose_case *facts, const struct failure *failure)
{
    return facts->run.server.watched || is_by_words(failure) || failure->phase == PHASE_HOLD;
}

static void add_shape(const struct diagnose_case *facts, enum shape shape, struct verdict *verdict)
{
    static const enum fact_kind kinds[] = {[SHAPE_TURNED_AWAY] = FACT_TURNED_AWAY,
                                           [SHAPE_KEPT_WAITING] = FACT_KEPT_WAITING,
                                           [SHAPE_KEPT_OPEN] = FACT_KEPT_OPEN};
    struct fact fact = fact_of_kind(kinds[shape]);
    fact.numbers[0] = facts->completed;
    fact.numbers[1] = facts->slowest_ns / NS_PER_MS;
    fact.numbers[2] = span_us(facts) != FACT_UNKNOWN ? span_us(facts) / (NS_PER_MS / NS_PER_US) : FACT_UNKNOWN;
    fact.numbers[3] = facts->run.source_addresses != 0 ? facts->run.source_addresses : FACT_UNKNOWN;
    verdict_add(verdict, fact);
}

/* One that bounds requests, and not connections, refuses by words and keeps the connection: it had those of half the
 * clients that it refused beside those that it served. Looks may miss them; then it was still at work for some long
 * after it had refused the last. */
static void add_requests(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const uint64_t kept = facts->completed + others_of(facts);
    const uint64_t most = facts->run.server.watched ? facts->server_connections : 0;
    const uint64_t refused_us = failure->last_at_us > facts->began_us ? failure->last_at_us - facts->began_us : 0;
    const uint64_t slowest_us = facts->slowest_ns / NS_PER_US;
    const bool kept_open = most > kept && (most - kept) * 2 >= failure->count;
    const bool at_work = slowest_us >= IDLE_US_LEAST && refused_us > 0 && refused_us * 2 < slowest_us;
    if (is_by_words(failure) && (kept_open || at_work)) {
        explain_add(verdict, FACT_REQUESTS, kept_open ? most : FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
    }
}

/* Of several servers it is not known which clients were served by which; and where a process of the server ended, those
 * that it served failed, and whoever came in its place served others. */
bool explain_own_cap(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct run_spec *const spec = facts->run.spec;
    if (facts->run.server.known || run_spec_targets(spec) > 1 || explain_has_replaced(facts) ||
        !may_know(facts, failure) || !spec->hold || facts->completed == 0) {
        return false;
    }
    const enum shape shape = shape_of(facts, failure);
    if (shape == SHAPE_NONE || explain_may_lack_tasks(facts, failure, facts->completed, verdict)) {
        return false;
    }
    if (shape == SHAPE_TURNED_AWAY && !is_by_words(failure) && explain_last_descriptor(facts, failure, verdict)) {
        return true;
    }
    explain_name_reason(REASON_OWN_CAP, FACT_SIDE_SERVER, CERTAINTY_LIKELY, verdict);
    const uint64_t others = others_of(facts);
    verdict->reached = facts->completed + others;
    verdict->value = shape == SHAPE_KEPT_OPEN ? FACT_UNKNOWN : verdict->reached; /* it may close more than it has to */
    verdict->needed = explain_meets_another(facts, NULL) ? FACT_UNKNOWN : spec->count + others;
    add_shape(facts, shape, verdict);
    add_requests(facts, failure, verdict);
    if (others > 0) {
        explain_add(verdict, FACT_OTHERS, others, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    if (is_by_words(failure)) {
        utf8_copy(verdict->text, sizeof verdict->text, failure->message);
        explain_add(verdict, FACT_REPLY, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    explain_add_watched(facts, verdict);
    return true;
}
