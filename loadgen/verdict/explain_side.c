/* What is known of clients that no limit and no cap explains: which side was slow, and that the server closed their
 * connections. */
#include <errno.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "loadgen/verdict/explain_rules.h"

/* FACT_SIDE_NONE: maybe neither. */
static enum fact_side slow_side(const struct diagnose_case *facts, const struct failure *failure)
{
    if (facts->bottleneck == BOTTLENECK_CLIENT) {
        return FACT_SIDE_CLIENT;
    }
    if (explain_may_be_lost(facts, failure)) {
        return FACT_SIDE_NONE;
    }
    return facts->run.server.known && !facts->run.server.elsewhere && facts->connected > 0 &&
                   explain_has_accepted_all(facts) && facts->bottleneck == BOTTLENECK_MACHINE
               ? FACT_SIDE_BOTH
               : FACT_SIDE_SERVER;
}

/* When a connection was closed is known in ticks of the kernel's clock: it may seem to have been before all began. */
static uint64_t ms_since_began(const struct diagnose_case *facts, uint64_t at_us)
{
    const uint64_t began_us = at_us > facts->began_us ? facts->began_us : at_us;
    return at_us > 0 ? (at_us - began_us) / (NS_PER_MS / NS_PER_US) : FACT_UNKNOWN;
}

/* Connections that it had served, and closed while they were held. */
static void add_closed(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    struct fact closed = fact_of_kind(FACT_CLOSED);
    closed.numbers[0] = facts->completed;
    closed.numbers[1] = ms_since_began(facts, failure->first_at_us);
    closed.numbers[2] = ms_since_began(facts, failure->last_at_us);
    closed.numbers[3] = ms_since_began(facts, facts->arrived_us);
    verdict_add(verdict, closed);
}

/* Limits that fit, of which none could be named, are more than that the server closed the connection for them. */
static bool knows_more(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->fact_count; i++) {
        if (verdict->facts[i].kind != FACT_ERRORS && verdict->facts[i].kind != FACT_ANSWERED) {
            return true;
        }
    }
    return false;
}

/* The end of a connection comes from its other end alone; a reset may also come from what stands in between, or from
 * the kernel for want of memory. */
static bool explain_closed(const struct failure *failure, struct verdict *verdict)
{
    const bool ended = failure->error_number == 0;
    const bool reset = failure->error_number == ECONNRESET || failure->error_number == EPIPE;
    if (failure->phase == PHASE_TIMEOUT || !(ended || reset) || knows_more(verdict)) {
        return false;
    }
    explain_name_reason(REASON_SERVER_CLOSED, FACT_SIDE_SERVER, ended ? CERTAINTY_PROVED : CERTAINTY_LIKELY, verdict);
    if (failure->phase == PHASE_RECEIVE && failure->cut != LIMIT_UNKNOWN) {
        explain_add(verdict, FACT_CUT, failure->cut, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    return true;
}

/* An address that this machine has not, or that has no way to the target's, is its own matter (ip(7)). */
static enum fact_side side_of(const struct diagnose_case *facts, const struct failure *failure)
{
    switch (failure->error_number) {
    case EADDRNOTAVAIL:
        return FACT_SIDE_CLIENT;
    case ECONNREFUSED:
        return explain_refusing_side(facts);
    case ETIMEDOUT:
        return explain_may_be_lost(facts, failure) ? FACT_SIDE_NONE : FACT_SIDE_SERVER;
    default:
        return FACT_SIDE_SERVER;
    }
}

bool explain_side(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (!explain_is_of_server(failure)) {
        const bool of_words = failure->phase == PHASE_PROTOCOL || failure->phase == PHASE_REFUSED;
        verdict->side = of_words ? FACT_SIDE_SERVER : FACT_SIDE_CLIENT;
        if (of_words) {
            utf8_copy(verdict->text, sizeof verdict->text, failure->message);
            explain_add(verdict, FACT_REPLY, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
        }
        return false;
    }
    verdict->side = side_of(facts, failure);
    const bool explained = explain_closed(failure, verdict);
    if (failure->phase == PHASE_TIMEOUT) {
        verdict->side = slow_side(facts, failure);
        struct fact slow = fact_of_kind(FACT_SLOW);
        slow.about.side = verdict->side;
        verdict_add(verdict, slow);
    }
    if (explain_has_replaced(facts)) {
        explain_add(verdict, FACT_REPLACED, facts->watched.replaced, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    if (failure->phase == PHASE_HOLD && failure->error_number == 0) {
        add_closed(facts, failure, verdict);
    }
    explain_add(verdict, FACT_CLIENTS, facts->alive, facts->connections, facts->connected);
    if (facts->run.server.known) {
        explain_add(verdict, FACT_SERVER, facts->server_connections, facts->server_accepted, FACT_UNKNOWN);
    }
    explain_add_watched(facts, verdict);
    return explained;
}
