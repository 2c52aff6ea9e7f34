#include "loadgen/verdict/diagnose.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/table.h"
#include "loadgen/verdict/slow_side.h"

/* A limit counts as reached from here on: what a client costs of memory and maps is a mean. */
#define REACHED_PERCENT 98

static const char *const certainty_names[] = {"proved", "likely", "unknown"};

const char *certainty_name(enum certainty certainty)
{
    return certainty_names[certainty];
}

/* Errors that have one cause alone (socket(2), connect(2)). */
static const struct {
    int error_number;
    enum limit_id limit;
} sole_causes[] = {{EMFILE, LIMIT_NOFILE}, {ENFILE, LIMIT_FILE_MAX}, {EADDRNOTAVAIL, LIMIT_PORT_RANGE}};

/* Why there is no thread or process more. pthread_create(3) says EAGAIN for a stack that cannot be mapped, too. */
static const enum limit_id task_limits[] = {
    LIMIT_NPROC, LIMIT_PIDS_MAX, LIMIT_THREADS_MAX, LIMIT_PID_MAX, LIMIT_MAX_MAP_COUNT, LIMIT_AS, LIMIT_OVERCOMMIT,
};
static const enum limit_id memory_limits[] = {
    LIMIT_AS, LIMIT_MAX_MAP_COUNT, LIMIT_OVERCOMMIT, LIMIT_MEMORY_MAX, LIMIT_MEMORY,
};

static void PRINTF_LIKE(2, 3) tell(struct diagnosis *diagnosis, const char *format, ...)
{
    const size_t length = strlen(diagnosis->evidence);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(diagnosis->evidence + length, sizeof diagnosis->evidence - length, format, arguments);
    va_end(arguments);
}

static const struct limit_value *find(const struct diagnose_case *asked, enum limit_id id, enum limit_side side)
{
    for (size_t i = 0; i < asked->count; i++) {
        if (asked->values[i].id == id && asked->values[i].side == side) {
            return &asked->values[i];
        }
    }
    return NULL;
}

/* The failures that count: those of a cancel explain nothing. */
static const struct error_group *largest_group(const struct diagnose_case *asked)
{
    const struct error_group *largest = NULL;
    for (uint32_t i = 0; i < asked->group_count; i++) {
        const struct error_group *const group = &asked->groups[i];
        if (group->error_number != ECANCELED && (largest == NULL || group->count > largest->count)) {
            largest = group;
        }
    }
    return largest;
}

static void name_limit(struct diagnosis *diagnosis, const struct limit_value *value, enum certainty certainty,
                       uint64_t reached)
{
    diagnosis->certainty = certainty;
    diagnosis->limit = value->id;
    diagnosis->side = value->side;
    diagnosis->value = value->value;
    diagnosis->reached = reached;
}

static void tell_group(struct diagnosis *diagnosis, const struct error_group *group)
{
    tell(diagnosis, "%s failed%s%s for %llu %s, first for client %llu", group->call,
         group->error_number != 0 ? " with " : "", group->error_number != 0 ? err_errno_name(group->error_number) : "",
         (unsigned long long)group->count, group->count == 1 ? "client" : "clients",
         (unsigned long long)group->first_client);
}

/* EADDRNOTAVAIL also tells that the address is none of this machine's, as where IPv6 is off (ip(7)): then no client
 * ever connects. */
static bool is_of_address(const struct diagnose_case *asked, const struct error_group *group)
{
    return group->error_number == EADDRNOTAVAIL && asked->connected == 0;
}

static bool has_sole_cause(const struct diagnose_case *asked, const struct error_group *group,
                           struct diagnosis *diagnosis)
{
    for (size_t i = 0; i < COUNT_OF(sole_causes); i++) {
        const struct limit_value *const value = find(asked, sole_causes[i].limit, LIMIT_SIDE_CLIENT);
        if (group->error_number == sole_causes[i].error_number && value != NULL && !is_of_address(asked, group)) {
            name_limit(diagnosis, value, CERTAINTY_PROVED, asked->connections);
            tell_group(diagnosis, group);
            tell(diagnosis, ", which has this cause alone");
            return true;
        }
    }
    return false;
}

static uint64_t reached_on(const struct diagnose_case *asked, enum limit_side side)
{
    return side == LIMIT_SIDE_SERVER ? asked->server_connections : asked->alive;
}

/* Why a limit may stop so few: the other side's share of it is told, too. */
static void tell_shared(const struct diagnose_case *asked, const struct limit_value *value, struct diagnosis *diagnosis)
{
    if (predict_is_shared(asked->asked, value)) {
        tell(diagnosis, "; both sides take from it: %llu clients were alive, the server had %llu connections open",
             (unsigned long long)asked->alive, (unsigned long long)asked->server_connections);
    }
}

/* Of several limits the one whose use was at its bound, if it is one. */
static void weigh(const struct diagnose_case *asked, const enum limit_id *limits, size_t count, enum limit_side side,
                  struct diagnosis *diagnosis)
{
    const struct limit_value *reached = NULL;
    uint64_t most_taken = 0;
    unsigned how_many = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t taken = 0;
        const struct limit_value *const value = find(asked, limits[i], side);
        if (value != NULL && value->value != LIMIT_UNLIMITED &&
            predict_taken(asked->asked, value, asked->alive, &taken) &&
            taken >= value->value / 100 * REACHED_PERCENT + value->value % 100 * REACHED_PERCENT / 100) {
            reached = value;
            most_taken = taken < value->value ? taken : value->value; /* an estimate may pass it */
            how_many++;
            tell(diagnosis, how_many == 1 ? "; at its bound was %s" : " and %s", limit_name(limits[i]));
        }
    }
    if (how_many == 1) {
        name_limit(diagnosis, reached, CERTAINTY_LIKELY, reached_on(asked, side));
        tell(diagnosis, ": about %llu of %llu %s were in use", (unsigned long long)most_taken,
             (unsigned long long)reached->value, limit_unit(reached->id));
        tell_shared(asked, reached, diagnosis);
    } else if (how_many == 0) {
        tell(diagnosis, "; no limit of those that give it is known to have been at its bound:");
        for (size_t i = 0; i < count; i++) {
            tell(diagnosis, "%s %s", i == 0 ? "" : ",", limit_name(limits[i]));
        }
    }
}

static bool is_server_full(const struct diagnose_case *asked, struct diagnosis *diagnosis)
{
    const struct limit_value *const value = find(asked, LIMIT_NOFILE, LIMIT_SIDE_SERVER);
    const uint64_t kept = asked->asked->reserved_fds;
    if (asked->asked->model == PREDICT_MODEL_NONE || value == NULL || value->value == LIMIT_UNLIMITED ||
        asked->server_connections + kept < value->value) {
        return false;
    }
    name_limit(diagnosis, value, CERTAINTY_PROVED, asked->server_connections);
    tell(diagnosis, "; the server had %llu connections open, and keeps %llu of its %llu descriptors for itself",
         (unsigned long long)asked->server_connections, (unsigned long long)kept, (unsigned long long)value->value);
    return true;
}

static bool has_queue_overflowed(const struct diagnose_case *asked, struct diagnosis *diagnosis)
{
    const struct limit_value *const value = find(asked, LIMIT_BACKLOG, LIMIT_SIDE_SERVER);
    if (asked->listen_overflows == 0 || value == NULL) {
        return false;
    }
    name_limit(diagnosis, value, CERTAINTY_PROVED, asked->server_connections);
    tell(diagnosis, "; the accept queue of %llu was full, and the kernel dropped %llu handshakes",
         (unsigned long long)value->value, (unsigned long long)asked->listen_overflows);
    return true;
}

static bool has_limit(const struct limit_value *value)
{
    return value != NULL && value->value != LIMIT_UNLIMITED;
}

static bool was_task_refused(const struct diagnose_case *asked, enum limit_side side, struct diagnosis *diagnosis)
{
    const struct limit_value *const value = find(asked, LIMIT_PIDS_MAX, side);
    const uint64_t refused = asked->risen[COUNTER_PIDS_REFUSED];
    if (refused == 0 || !has_limit(value)) {
        return false;
    }
    name_limit(diagnosis, value, CERTAINTY_PROVED, reached_on(asked, side));
    tell(diagnosis, "; the kernel counted %llu tasks refused by pids.max (pids.events)", (unsigned long long)refused);
    tell_shared(asked, value, diagnosis);
    return true;
}

/* Where the client only sees that nothing comes, or a reset, the server's own counters tell. */
static void ask_server(const struct diagnose_case *asked, struct diagnosis *diagnosis)
{
    if (asked->refused > 0) {
        tell(diagnosis, "; the server could not create a thread for %llu connections",
             (unsigned long long)asked->refused);
        if (was_task_refused(asked, LIMIT_SIDE_SERVER, diagnosis)) {
            return;
        }
        weigh(asked, task_limits, COUNT_OF(task_limits), LIMIT_SIDE_SERVER, diagnosis);
    } else if (!is_server_full(asked, diagnosis) && !has_queue_overflowed(asked, diagnosis)) {
        tell(diagnosis, "; no limit of the server is known to have been at its bound");
    }
}

/* Version 1 counts a charge as refused also when memory could be reclaimed for it: only a bound below what the machine
 * had free was certainly met before the machine's own. */
static enum certainty certainty_of_group(const struct diagnose_case *asked, const struct limit_value *bound)
{
    const struct limit_value *const machine = find(asked, LIMIT_MEMORY, LIMIT_SIDE_CLIENT);
    const bool has_room =
        machine != NULL && machine->used <= machine->value && machine->value - machine->used > bound->value;
    return has_room ? CERTAINTY_PROVED : CERTAINTY_LIKELY;
}

/* The group's own OOM killer is told from the machine's by what the group refused. */
static bool was_killed_for_memory(const struct diagnose_case *asked, struct diagnosis *diagnosis)
{
    const uint64_t of_group = asked->risen[COUNTER_GROUP_KILLED];
    const uint64_t of_machine = asked->risen[COUNTER_MACHINE_KILLED];
    const struct limit_value *value = find(asked, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT);
    if (of_group > 0 && asked->risen[COUNTER_MEMORY_REFUSED] > 0 && has_limit(value)) {
        name_limit(diagnosis, value, certainty_of_group(asked, value), asked->alive);
        tell(diagnosis, "; out of memory in the cgroup, the kernel killed %llu of its processes (oom_kill)",
             (unsigned long long)of_group);
        return true;
    }
    value = find(asked, LIMIT_MEMORY, LIMIT_SIDE_CLIENT);
    if (of_machine == 0 || value == NULL) {
        return false;
    }
    /* Without a count of its own group the process killed may have been another's. */
    name_limit(diagnosis, value, of_group > 0 ? CERTAINTY_PROVED : CERTAINTY_LIKELY, asked->alive);
    tell(diagnosis, "; the kernel's OOM killer killed %llu processes of the machine, %llu of them in this cgroup",
         (unsigned long long)of_machine, (unsigned long long)of_group);
    return true;
}

static bool is_kill(const struct error_group *group)
{
    return strcmp(group->call, "waitpid") == 0 && strstr(group->message, "SIGKILL") != NULL;
}

static void explain(const struct diagnose_case *asked, const struct error_group *group, struct diagnosis *diagnosis)
{
    char words[120];
    if (has_sole_cause(asked, group, diagnosis)) {
        return;
    }
    tell_group(diagnosis, group);
    if (is_kill(group) && was_killed_for_memory(asked, diagnosis)) {
        return;
    }
    switch (group->phase) {
    case PHASE_START:
        if (group->error_number == ENOMEM) {
            weigh(asked, memory_limits, COUNT_OF(memory_limits), LIMIT_SIDE_CLIENT, diagnosis);
        } else if (!was_task_refused(asked, LIMIT_SIDE_CLIENT, diagnosis)) {
            weigh(asked, task_limits, COUNT_OF(task_limits), LIMIT_SIDE_CLIENT, diagnosis);
        }
        break;
    case PHASE_CONNECT:
    case PHASE_SEND:
    case PHASE_RECEIVE:
    case PHASE_TIMEOUT:
        ask_server(asked, diagnosis);
        diagnosis->slow = slow_side_find(asked, group, words, sizeof words);
        tell(diagnosis, "%s", words);
        break;
    case PHASE_PROTOCOL:
    case PHASE_COUNT:
        tell(diagnosis, "; no limit gives that");
        break;
    }
}

bool diagnose(const struct diagnose_case *asked, struct diagnosis *diagnosis)
{
    const struct error_group *const group = largest_group(asked);
    *diagnosis = (struct diagnosis){.certainty = CERTAINTY_UNKNOWN, .limit = LIMIT_COUNT};
    if (asked->killed) {
        tell(diagnosis, "the load generator was killed by SIGKILL");
        if (was_killed_for_memory(asked, diagnosis)) {
            return true;
        }
        diagnosis->evidence[0] = '\0';
    }
    if (group == NULL) {
        return false;
    }
    explain(asked, group, diagnosis);
    return true;
}

/* What of the limit itself is told: null where it is unknown. */
static bool add_limit(cJSON *object, const struct diagnosis *diagnosis)
{
    static const char *const names[] = {"name", "side", "value", "reached", "unit", "raise", "raise_by"};
    bool added = true;
    if (diagnosis->limit == LIMIT_COUNT) {
        for (size_t i = 0; added && i < COUNT_OF(names); i++) {
            added = cJSON_AddNullToObject(object, names[i]) != NULL;
        }
        return added;
    }
    return cJSON_AddStringToObject(object, "name", limit_name(diagnosis->limit)) != NULL &&
           cJSON_AddStringToObject(object, "side", limit_side_name(diagnosis->side)) != NULL &&
           cJSON_AddNumberToObject(object, "value", (double)diagnosis->value) != NULL &&
           cJSON_AddNumberToObject(object, "reached", (double)diagnosis->reached) != NULL &&
           cJSON_AddStringToObject(object, "unit", limit_unit(diagnosis->limit)) != NULL &&
           cJSON_AddStringToObject(object, "raise", limit_raise(diagnosis->limit)) != NULL &&
           limit_add_ways(object, diagnosis->limit);
}

static bool add_slow_side(cJSON *object, enum slow_side slow)
{
    static const char *const names[] = {[SLOW_CLIENT] = "client", [SLOW_SERVER] = "server", [SLOW_BOTH] = "both"};
    return (slow != SLOW_NONE ? cJSON_AddStringToObject(object, "slow_side", names[slow])
                              : cJSON_AddNullToObject(object, "slow_side")) != NULL;
}

cJSON *diagnosis_to_json(const struct diagnosis *diagnosis)
{
    cJSON *const object = cJSON_CreateObject();
    if (object != NULL && add_limit(object, diagnosis) && add_slow_side(object, diagnosis->slow) &&
        cJSON_AddStringToObject(object, "evidence", diagnosis->evidence) != NULL &&
        cJSON_AddStringToObject(object, "certainty", certainty_name(diagnosis->certainty)) != NULL) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}
