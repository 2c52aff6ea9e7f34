/* The bound that a server of somebody else sets itself: so many at the same time, and no more.
 *
 * Only a held run shows it: those that were served keep their connections, so that they were served at the same time.
 * The server turned the others away, with words or without, or left them waiting although it had answered promptly. A
 * server that fails now and then, or that is slow, does the same to some clients; but then some clients fail while
 * others are still being served, or the last replies were late. */
#include <errno.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "loadgen/verdict/explain.h"

/* Of the clients that were served: those before the first that failed. The others may have been begun at the same time
 * as it. */
#define SERVED_BEFORE_PERCENT 80
/* Of the clients that failed: those that were turned away or kept waiting. */
#define TURNED_AWAY_PERCENT 90
/* Servers close idle connections as well, after a second or more. In a shorter run they did not, nor where the server
 * never had more of them than were left in the end, within this part. */
#define IDLE_US_LEAST 500000
#define LEFT_PART 10
/* Of the clients that were served: so many were not. Fewer may have met an error that comes now and then. */
#define FAILED_PERCENT 20
/* The slowest client that was served took at most this part of the time that clients have. */
#define PROMPT_PART 2

static bool was_turned_away(enum error_phase phase, int error_number)
{
    switch (phase) {
    case PHASE_PROTOCOL:
    case PHASE_REFUSED:
    case PHASE_HOLD:
        return true;
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
    if (failure->phase != PHASE_TIMEOUT || !prompt) {
        return false;
    }
    if (failure->call != CALL_CONNECT) {
        return failure->call == CALL_RECV;
    }
    const uint64_t waiting = explain_used(facts, failure, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    return queue != NULL && waiting != FACT_UNKNOWN && waiting >= queue->value;
}

static bool had_no_more_than_are_left(const struct diagnose_case *facts)
{
    return facts->run.server.watched && facts->server_connections > 0 &&
           facts->server_connections <= facts->completed + facts->completed / LEFT_PART;
}

/* Whether nearly all that failed did so in one of these ways, and after those that were served. Where the server closed
 * connections that it had served, to have room for others, it may have begun with the first. */
static bool came_too_late(const struct diagnose_case *facts, bool were_closed)
{
    uint64_t failed = 0;
    uint64_t late = 0;
    uint64_t first = UINT64_MAX;
    for (uint32_t i = 0; i < facts->group_count; i++) {
        const struct error_group *const group = &facts->groups[i];
        failed += group->count;
        if (was_turned_away(group->phase, group->error_number) || group->phase == PHASE_TIMEOUT) {
            late += group->count;
            first = group->first_client < first ? group->first_client : first;
        }
    }
    return explain_is_percent(late, failed, TURNED_AWAY_PERCENT) &&
           explain_is_percent(failed, facts->completed, FAILED_PERCENT) &&
           (were_closed ? facts->duration_us < IDLE_US_LEAST || had_no_more_than_are_left(facts)
                        : explain_is_percent(first, facts->completed, SERVED_BEFORE_PERCENT));
}

/* Where the server's processes cannot be seen, one of their limits may have done it, unless the server says that it
 * was none: by its words, or by closing connections that it had served. */
static bool may_know(const struct diagnose_case *facts, const struct failure *failure)
{
    return facts->run.server.watched || failure->phase == PHASE_REFUSED || failure->phase == PHASE_HOLD;
}

bool explain_own_cap(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const bool turned_away = was_turned_away(failure->phase, failure->error_number);
    const bool were_closed = failure->phase == PHASE_HOLD;
    if (facts->run.server.known || !may_know(facts, failure) || !facts->run.spec->hold || facts->completed == 0 ||
        !(turned_away || was_kept_waiting(facts, failure)) || !came_too_late(facts, were_closed)) {
        return false;
    }
    explain_name_reason(REASON_OWN_CAP, FACT_SIDE_SERVER, CERTAINTY_LIKELY, verdict);
    verdict->value = were_closed ? FACT_UNKNOWN : facts->completed; /* it may close more than it has to */
    verdict->reached = facts->completed;
    verdict->needed = facts->run.spec->count;
    explain_add(verdict,
                were_closed   ? FACT_KEPT_OPEN
                : turned_away ? FACT_TURNED_AWAY
                              : FACT_KEPT_WAITING,
                facts->completed, facts->slowest_ns / NS_PER_MS, FACT_UNKNOWN);
    if (failure->phase == PHASE_PROTOCOL || failure->phase == PHASE_REFUSED) {
        utf8_copy(verdict->text, sizeof verdict->text, failure->message);
        explain_add(verdict, FACT_REPLY, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    explain_add_watched(facts, verdict);
    return true;
}
