#include "loadgen/verdict/diagnose.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "loadgen/limits/limits.h"

/* In use of a limit that counts as exhausted: what a client costs of memory and maps is a mean. */
#define EXHAUSTED_PERCENT 98

/* Appends to the evidence. */
static void PRINTF_LIKE(2, 3) say(struct verdict *verdict, const char *format, ...)
{
    const size_t length = strlen(verdict->evidence);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(verdict->evidence + length, sizeof verdict->evidence - length, format, arguments);
    va_end(arguments);
}

/* The failures that count: those of a cancel explain nothing. */
static const struct error_group *largest_group(const struct diagnose_case *facts)
{
    const struct error_group *largest = NULL;
    for (uint32_t i = 0; i < facts->group_count; i++) {
        const struct error_group *const group = &facts->groups[i];
        if (group->error_number != ECANCELED && (largest == NULL || group->count > largest->count)) {
            largest = group;
        }
    }
    return largest;
}

static const struct limit_value *find(const struct diagnose_case *facts, enum limit_id id, enum limit_side side)
{
    return limit_find(facts->values, facts->count, id, side);
}

static void name_limit(struct verdict *verdict, const struct limit_value *value, enum certainty certainty,
                       uint64_t reached)
{
    verdict->kind = VERDICT_LIMIT;
    verdict->certainty = certainty;
    verdict->limit = value->id;
    verdict->side = value->side;
    verdict->value = value->value;
    verdict->reached = reached;
}

static void say_group(struct verdict *verdict, const struct error_group *group)
{
    const bool was_killed = client_call_from_name(group->call) == CALL_SIGKILL;
    say(verdict, "%s %s%s%s for %llu %s, first for client %llu", group->call,
        was_killed ? "ended the process" : "failed", group->error_number != 0 ? " with " : "",
        group->error_number != 0 ? err_errno_name(group->error_number) : "", (unsigned long long)group->count,
        group->count == 1 ? "client" : "clients", (unsigned long long)group->first_client);
}

/* EADDRNOTAVAIL is also given for an address that this machine does not have, as where IPv6 is off (ip(7)): then no
 * client ever connects. */
static bool is_of_address(const struct diagnose_case *facts, const struct error_group *group)
{
    return group->error_number == EADDRNOTAVAIL && facts->connected == 0;
}

static bool has_only_cause(const struct diagnose_case *facts, const struct error_group *group, struct verdict *verdict)
{
    const enum limit_id limit = limit_from_error(group->error_number);
    const struct limit_value *const value = find(facts, limit, LIMIT_SIDE_CLIENT);
    if (value == NULL || is_of_address(facts, group)) {
        return false;
    }
    name_limit(verdict, value, CERTAINTY_PROVED, facts->connections);
    say(verdict, "; only this limit causes that error");
    return true;
}

static uint64_t reached_on(const struct diagnose_case *facts, enum limit_side side)
{
    return side == LIMIT_SIDE_SERVER ? facts->server_connections : facts->alive;
}

/* Why a limit may stop so few: the share of the other side. */
static void say_shared(const struct diagnose_case *facts, const struct limit_value *value, struct verdict *verdict)
{
    if (predict_is_shared(&facts->run, value)) {
        say(verdict, "; both sides take from it: %llu clients were alive, the server had %llu connections open",
            (unsigned long long)facts->alive, (unsigned long long)facts->server_connections);
    }
}

static bool is_exhausted(const struct diagnose_case *facts, const struct limit_value *value, uint64_t *taken)
{
    return value->value != LIMIT_UNLIMITED && predict_taken(&facts->run, value, facts->alive, taken) &&
           *taken >= value->value / 100 * EXHAUSTED_PERCENT + value->value % 100 * EXHAUSTED_PERCENT / 100;
}

static bool can_refuse(enum limit_id id, enum limit_refuses what)
{
    const enum limit_refuses refuses = limit_refuses(id);
    return refuses == what || refuses == LIMIT_REFUSES_TASKS_AND_MEMORY;
}

static void say_candidates(enum limit_refuses what, struct verdict *verdict)
{
    const char *comma = "";
    say(verdict, "; none of the limits that can cause it is known to have been exhausted:");
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        if (can_refuse(id, what)) {
            say(verdict, "%s %s", comma, limit_name(id));
            comma = ",";
        }
    }
}

/* Names the one limit that was exhausted, of those that refuse tasks or memory. */
static void weigh(const struct diagnose_case *facts, enum limit_refuses what, enum limit_side side,
                  struct verdict *verdict)
{
    const struct limit_value *exhausted = NULL;
    uint64_t in_use = 0;
    unsigned how_many = 0;
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        uint64_t taken = 0;
        const struct limit_value *const value = can_refuse(id, what) ? find(facts, id, side) : NULL;
        if (value != NULL && is_exhausted(facts, value, &taken)) {
            exhausted = value;
            in_use = taken < value->value ? taken : value->value; /* an estimate may pass it */
            say(verdict, how_many == 0 ? "; exhausted: %s" : " and %s", limit_name(id));
            how_many++;
        }
    }
    if (how_many == 1) {
        name_limit(verdict, exhausted, CERTAINTY_LIKELY, reached_on(facts, side));
        say(verdict, ", with about %llu of %llu %s in use", (unsigned long long)in_use,
            (unsigned long long)exhausted->value, limit_unit(exhausted->id));
        say_shared(facts, exhausted, verdict);
    } else if (how_many == 0) {
        say_candidates(what, verdict);
    }
}

static bool is_server_full(const struct diagnose_case *facts, struct verdict *verdict)
{
    const struct limit_value *const value = find(facts, LIMIT_NOFILE, LIMIT_SIDE_SERVER);
    const uint64_t kept = facts->run.server.reserved_fds;
    if (!facts->run.server.known || value == NULL || value->value == LIMIT_UNLIMITED ||
        facts->server_connections + kept < value->value) {
        return false;
    }
    name_limit(verdict, value, CERTAINTY_PROVED, facts->server_connections);
    say(verdict, "; the server had %llu connections open, and keeps %llu of its %llu descriptors for itself",
        (unsigned long long)facts->server_connections, (unsigned long long)kept, (unsigned long long)value->value);
    return true;
}

static bool did_queue_overflow(const struct diagnose_case *facts, struct verdict *verdict)
{
    const struct limit_value *const value = find(facts, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    if (facts->listen_overflows == 0 || value == NULL) {
        return false;
    }
    name_limit(verdict, value, CERTAINTY_PROVED, facts->server_connections);
    say(verdict, "; the accept queue of %llu was full, and the kernel dropped %llu handshakes",
        (unsigned long long)value->value, (unsigned long long)facts->listen_overflows);
    return true;
}

static bool has_limit(const struct limit_value *value)
{
    return value != NULL && value->value != LIMIT_UNLIMITED;
}

static bool was_task_refused(const struct diagnose_case *facts, enum limit_side side, struct verdict *verdict)
{
    const struct limit_value *const value = find(facts, LIMIT_PIDS_MAX, side);
    const uint64_t refused = facts->risen[COUNTER_PIDS_REFUSED];
    if (refused == 0 || !has_limit(value)) {
        return false;
    }
    name_limit(verdict, value, CERTAINTY_PROVED, reached_on(facts, side));
    say(verdict, "; the kernel counted %llu tasks refused by pids.max (pids.events)", (unsigned long long)refused);
    say_shared(facts, value, verdict);
    return true;
}

/* Where the client sees only silence or a reset, the server's own counters say why. */
static void examine_server(const struct diagnose_case *facts, struct verdict *verdict)
{
    if (facts->refused > 0) {
        say(verdict, "; the server could not create a thread for %llu connections", (unsigned long long)facts->refused);
        if (was_task_refused(facts, LIMIT_SIDE_SERVER, verdict)) {
            return;
        }
        weigh(facts, LIMIT_REFUSES_TASKS, LIMIT_SIDE_SERVER, verdict);
    } else if (!is_server_full(facts, verdict) && !did_queue_overflow(facts, verdict)) {
        say(verdict, "; no limit of the server is known to have been exhausted");
    }
}

/* Version 1 counts a charge as refused also when memory could be reclaimed for it: only a limit below what the machine
 * had free was certainly reached before the machine's own memory was. */
static enum certainty certainty_of_group(const struct diagnose_case *facts, const struct limit_value *bound)
{
    const struct limit_value *const machine = find(facts, LIMIT_MEMORY, LIMIT_SIDE_CLIENT);
    const bool has_room =
        machine != NULL && machine->used <= machine->value && machine->value - machine->used > bound->value;
    return has_room ? CERTAINTY_PROVED : CERTAINTY_LIKELY;
}

/* What the group refused tells its own OOM killer from the machine's. */
static bool was_killed_for_memory(const struct diagnose_case *facts, struct verdict *verdict)
{
    const uint64_t of_group = facts->risen[COUNTER_GROUP_KILLED];
    const uint64_t of_machine = facts->risen[COUNTER_MACHINE_KILLED];
    const struct limit_value *value = find(facts, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT);
    if (of_group > 0 && facts->risen[COUNTER_MEMORY_REFUSED] > 0 && has_limit(value)) {
        name_limit(verdict, value, certainty_of_group(facts, value), facts->alive);
        say(verdict, "; the cgroup ran out of memory, and the kernel killed %llu of its processes (oom_kill)",
            (unsigned long long)of_group);
        return true;
    }
    value = find(facts, LIMIT_MEMORY, LIMIT_SIDE_CLIENT);
    if (of_machine == 0 || value == NULL) {
        return false;
    }
    /* Without a count of its own group the process killed may have been another's. */
    name_limit(verdict, value, of_group > 0 ? CERTAINTY_PROVED : CERTAINTY_LIKELY, facts->alive);
    say(verdict, "; the kernel's OOM killer killed %llu processes of the machine, %llu of them in this cgroup",
        (unsigned long long)of_machine, (unsigned long long)of_group);
    return true;
}

/* --- where clients ran out of time --- */

static enum slow_side blame_foreign(const struct error_group *group, struct verdict *verdict)
{
    /* All that is known of another server is what it answers. */
    const bool handshake = client_call_from_name(group->call) == CALL_CONNECT;
    say(verdict, "; the server side was slow: %s",
        handshake ? "it did not answer the handshake" : "it took the connection and did not answer in time");
    return SLOW_SERVER;
}

static enum slow_side blame_own(const struct diagnose_case *facts, struct verdict *verdict)
{
    if (facts->server_accepted < facts->connected) {
        say(verdict, "; the server side was slow: it had accepted %llu of %llu connections",
            (unsigned long long)facts->server_accepted, (unsigned long long)facts->connected);
        return SLOW_SERVER;
    }
    if (facts->bottleneck == BOTTLENECK_MACHINE) {
        say(verdict, "; both sides were slow: they shared processors that were all busy");
        return SLOW_BOTH;
    }
    say(verdict, "; the server side was slow: it had accepted every connection and did not answer in time");
    return SLOW_SERVER;
}

static enum slow_side find_slow_side(const struct diagnose_case *facts, const struct error_group *group,
                                     struct verdict *verdict)
{
    if (group->phase != PHASE_TIMEOUT) {
        return SLOW_NONE;
    }
    if (facts->bottleneck == BOTTLENECK_CLIENT) {
        say(verdict, "; the client side was slow: it kept the processors busy");
        return SLOW_CLIENT;
    }
    return facts->run.server.known ? blame_own(facts, verdict) : blame_foreign(group, verdict);
}

/* --- the whole --- */

static void explain(const struct diagnose_case *facts, const struct error_group *group, struct verdict *verdict)
{
    say_group(verdict, group);
    if (has_only_cause(facts, group, verdict) ||
        (client_call_from_name(group->call) == CALL_SIGKILL && was_killed_for_memory(facts, verdict))) {
        return;
    }
    switch (group->phase) {
    case PHASE_START:
        if (group->error_number == ENOMEM) {
            weigh(facts, LIMIT_REFUSES_MEMORY, LIMIT_SIDE_CLIENT, verdict);
        } else if (!was_task_refused(facts, LIMIT_SIDE_CLIENT, verdict)) {
            weigh(facts, LIMIT_REFUSES_TASKS, LIMIT_SIDE_CLIENT, verdict);
        }
        break;
    case PHASE_CONNECT:
    case PHASE_SEND:
    case PHASE_RECEIVE:
    case PHASE_TIMEOUT:
        examine_server(facts, verdict);
        verdict->slow = find_slow_side(facts, group, verdict);
        break;
    case PHASE_PROTOCOL:
    case PHASE_COUNT:
        say(verdict, "; no limit causes that");
        break;
    }
}

struct verdict diagnose(const struct diagnose_case *facts)
{
    const struct error_group *const group = largest_group(facts);
    struct verdict verdict = {.certainty = CERTAINTY_UNKNOWN, .limit = LIMIT_COUNT};
    if (facts->killed) {
        say(&verdict, "the load generator was killed by SIGKILL");
        if (was_killed_for_memory(facts, &verdict)) {
            return verdict;
        }
        verdict.evidence[0] = '\0';
    }
    if (group != NULL) {
        verdict.kind = VERDICT_UNKNOWN;
        explain(facts, group, &verdict);
    }
    return verdict;
}
