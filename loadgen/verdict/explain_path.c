/* What stands between the clients and the server: packets that were lost there, and connections that were rejected. */
#include <errno.h>

#include "loadgen/verdict/explain_rules.h"

/* A listening socket that dropped at most this part of as many packets as clients failed did not drop theirs. */
#define DROPPED_PART 50
/* Of the clients that failed: those of which something was sent again. */
#define RESENT_PERCENT 90

/* Routers, and rules of a firewall that reject, answer so (icmp_err_convert and icmpv6_err_convert in the kernel's
 * net/); so does the routing table. EACCES of some connections, while others are made, comes from such a rule for IPv6:
 * what forbids connect(2) itself forbids it to all. */
static bool was_rejected(const struct diagnose_case *facts, const struct failure *failure)
{
    switch (failure->error_number) {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENONET:
    case ENOPROTOOPT:
        return explain_is_of_server(failure);
    case EINVAL: /* a route of type blackhole */
        return failure->call == CALL_CONNECT;
    case EACCES:
        return failure->call == CALL_CONNECT && facts->connected > 0;
    default:
        return false;
    }
}

bool explain_rejected(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (!was_rejected(facts, failure)) {
        return false;
    }
    explain_name_reason(REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, verdict);
    verdict->reached = facts->connections;
    return true;
}

/* The kernel refuses no connection to a socket that listens: where one did before and after the run, and no client was
 * let through, a rule on the way refused them. Where others were, the server may have been away for a while, too. */
enum fact_side explain_refusing_side(const struct diagnose_case *facts)
{
    const bool listened = facts->listener == LISTENER_THERE && facts->listener_before == LISTENER_THERE;
    return facts->connected > 0 ? FACT_SIDE_NONE : listened ? FACT_SIDE_PATH : FACT_SIDE_SERVER;
}

/* The kernel gave up, having sent something again and again that nobody acknowledged: tcp_syn_retries, tcp_retries2. */
static bool gave_up(const struct failure *failure)
{
    return failure->error_number == ETIMEDOUT && failure->phase != PHASE_TIMEOUT;
}

static bool is_handshake(const struct failure *failure)
{
    return failure->call == CALL_CONNECT && (failure->phase == PHASE_TIMEOUT || gave_up(failure));
}

/* The kernel counts what all listeners of the network namespace drop; each socket counts its own, and now and then a
 * packet that was no client's last. */
static bool has_not_dropped_them(const struct diagnose_case *facts, const struct failure *failure)
{
    const bool none = facts->risen[COUNTER_LISTEN_DROPS] == 0 && facts->risen[COUNTER_SYN_QUEUE_DROPS] == 0;
    return none || (facts->listen_drops != LIMIT_UNKNOWN && facts->listen_drops <= failure->count / DROPPED_PART);
}

/* What is said on a connection is acknowledged by the kernel of the other end, whether or not a process reads it, and
 * even before a process accepts the connection: it is sent again only when it, or its acknowledgement, did not come. */
static bool is_of_words(const struct failure *failure)
{
    return (failure->phase == PHASE_TIMEOUT || gave_up(failure)) &&
           (failure->call == CALL_SEND || failure->call == CALL_RECV);
}

/* By the clients' own sockets; a generator that does not report that leaves the kernel's counter of handshakes. */
static bool was_sent_again(const struct diagnose_case *facts, const struct failure *failure)
{
    if (gave_up(failure)) {
        return true;
    }
    if (failure->resent == LIMIT_UNKNOWN) {
        return is_handshake(failure) && facts->risen[COUNTER_SYN_RETRANSMITS] > 0;
    }
    return (is_handshake(failure) || is_of_words(failure)) && failure->resent > 0 &&
           explain_is_percent(failure->resent, failure->count, RESENT_PERCENT);
}

/* The kernel's counter has what others in the network namespace sent again: enough not to blame the server, which may
 * have sent its replies again as well, and not enough to name the cause. */
static bool may_be_sent_again(const struct diagnose_case *facts, const struct failure *failure)
{
    const uint64_t all = explain_risen(facts, LIMIT_SIDE_CLIENT, COUNTER_RETRANSMITS);
    const uint64_t handshakes = explain_risen(facts, LIMIT_SIDE_CLIENT, COUNTER_SYN_RETRANSMITS);
    return is_of_words(failure) && all > handshakes && all - handshakes >= 2 * failure->count;
}

/* The kernel itself drops what comes when sockets have no memory left. */
static bool lacked_memory(const struct diagnose_case *facts)
{
    return facts->risen[COUNTER_MEMORY_PRESSURES] > 0 || facts->risen[COUNTER_PRUNES] > 0;
}

/* Packets were sent again, and nothing on this machine counted that it dropped them. What the counters of a server on
 * another machine say is not known. */
bool explain_lost(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (facts->listener != LISTENER_THERE || facts->run.server.elsewhere || !was_sent_again(facts, failure) ||
        (is_of_words(failure) && lacked_memory(facts)) || !has_not_dropped_them(facts, failure)) {
        return false;
    }
    explain_name_reason(REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, verdict);
    verdict->reached = facts->connections;
    if (failure->resent != LIMIT_UNKNOWN && !gave_up(failure)) {
        explain_add(verdict, FACT_RESENT, failure->resent, FACT_UNKNOWN, FACT_UNKNOWN);
    }
    if (is_handshake(failure)) {
        explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_SYN_RETRANSMITS, verdict);
    }
    return true;
}

bool explain_may_be_lost(const struct diagnose_case *facts, const struct failure *failure)
{
    const bool dropped_all = facts->listen_drops != LIMIT_UNKNOWN && facts->listen_drops >= failure->count;
    return is_handshake(failure) ? !dropped_all : was_sent_again(facts, failure) || may_be_sent_again(facts, failure);
}
