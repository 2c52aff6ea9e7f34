#include "server/lab/run/what_if.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "loadgen/limits/limit_json.h"
#include "loadgen/limits/sources.h"
#include "server/time/thread_budget.h"
#include "server/time/time_config.h"

#define PREFIX "what_if."
#define PREFIX_LENGTH (sizeof PREFIX - 1)

bool what_if_is(const char *name)
{
    return strncmp(name, PREFIX, PREFIX_LENGTH) == 0;
}

/* --- what is assumed --- */

/* False when it is neither a number of 1..JSON_EXACT_MOST nor "unlimited". */
static bool read_value(const char *text, uint64_t *value)
{
    const size_t length = strlen(text);
    if (strcmp(text, "unlimited") == 0) {
        *value = LIMIT_UNLIMITED;
        return true;
    }
    if (length == 0 || length > 16 || strspn(text, "0123456789") != length) {
        return false;
    }
    *value = strtoull(text, NULL, 10);
    return *value >= 1 && *value <= JSON_EXACT_MOST;
}

enum result what_if_set(struct what_if *what_if, const char *name, const char *value, struct err *err)
{
    char shown[60];
    const enum limit_id id = limit_from_key(name + PREFIX_LENGTH);
    if (id == LIMIT_COUNT) {
        utf8_copy(shown, sizeof shown, name + PREFIX_LENGTH);
        return err_field(err, name, "there is no limit \"%s\" that can be assumed", shown);
    }
    if (!read_value(value, &what_if->values[id])) {
        utf8_copy(shown, sizeof shown, value);
        return err_field(err, name, "%s must be 1..%" PRIu64 " (%s) or unlimited, got %s", name,
                         (uint64_t)JSON_EXACT_MOST, limit_unit(id, LANGUAGE_ENGLISH), shown);
    }
    what_if->assumed[id] = true;
    return RESULT_OK;
}

cJSON *what_if_to_json(const struct what_if *what_if)
{
    cJSON *const object = cJSON_CreateObject();
    bool added = object != NULL;
    for (enum limit_id id = 0; added && id < LIMIT_COUNT; id++) {
        added = !what_if->assumed[id] || limit_add_number(object, limit_key(id), what_if->values[id]);
    }
    return json_if(added, object);
}

/* --- what follows from it --- */

/* A group that is made for the panel has its tasks alone in it. */
static uint64_t used_in_new_group(enum limit_id id)
{
    uint64_t tasks = 0;
    const bool known = id == LIMIT_PIDS_MAX && source_read_named("", "/proc/self/status", "Threads", &tasks);
    return known ? tasks : LIMIT_UNKNOWN;
}

static void assume(struct limit_value *value, uint64_t assumed)
{
    char read_from[sizeof value->source];
    snprintf(read_from, sizeof read_from, "%s", value->source);
    snprintf(value->source, sizeof value->source, "assumed, not read from %.100s", read_from);
    value->value = assumed;
    value->used = value->used == LIMIT_UNKNOWN ? used_in_new_group(value->id) : value->used;
}

static bool assume_where_found(struct limit_snapshot *snapshot, enum limit_id id, uint64_t assumed)
{
    bool found = false;
    for (size_t i = 0; i < snapshot->count; i++) {
        if (snapshot->values[i].id == id) {
            assume(&snapshot->values[i], assumed);
            found = true;
        }
    }
    return found;
}

/* False for what only another kernel has. */
static bool add_group_limit(struct limit_snapshot *snapshot, enum limit_id id, uint64_t assumed)
{
    if (id != LIMIT_PIDS_MAX && id != LIMIT_MEMORY_MAX) {
        return false;
    }
    for (enum limit_side side = 0; side < LIMIT_SIDE_COUNT; side++) {
        snapshot->values[snapshot->count++] = (struct limit_value){.id = id,
                                                                   .side = side,
                                                                   .scope = LIMIT_SCOPE_CGROUP,
                                                                   .value = assumed,
                                                                   .used = used_in_new_group(id),
                                                                   .source = "assumed"};
    }
    return true;
}

/* What a server that starts under the bound decides on, given what it has in use without its connections. */
static uint64_t budget_under(const struct limit_value *bound, uint64_t of_connections, uint64_t reserved, uint64_t each)
{
    const uint64_t used = bound->used == LIMIT_UNKNOWN ? 0 : bound->used;
    const uint64_t own = used > of_connections ? used - of_connections : 0;
    return bound->value == LIMIT_UNLIMITED ? THREAD_BUDGET_NONE : thread_budget_in(bound->value, own + reserved, each);
}

/* What the server made of its limits when it started. More of net.core.somaxconn alone gives its queue no more room. */
static void follow(const struct limit_value *value, struct predict_server *server)
{
    const uint64_t threads = server->live * server->threads;
    if (value->id == LIMIT_AS && server->known) {
        server->thread_budget =
            budget_under(value, threads * TIME_THREAD_ADDRESSES, TIME_RESERVED_ADDRESSES, TIME_THREAD_ADDRESSES);
    } else if (value->id == LIMIT_DATA && server->known) {
        server->data_budget = budget_under(value, threads * TIME_THREAD_DATA, TIME_RESERVED_DATA, TIME_THREAD_DATA);
    } else if (value->id == LIMIT_MAX_MAP_COUNT && server->known) {
        server->map_budget = budget_under(value, threads * TIME_THREAD_MAPS, TIME_RESERVED_MAPS, TIME_THREAD_MAPS);
    } else if (value->id == LIMIT_BACKLOG) {
        server->backlog = value->value;
    }
}

static void follow_all(const struct what_if *what_if, struct limit_snapshot *snapshot)
{
    struct predict_server *const server = &snapshot->run.server;
    for (size_t i = 0; i < snapshot->count; i++) {
        const struct limit_value *const value = &snapshot->values[i];
        if (value->side == LIMIT_SIDE_SERVER && what_if->assumed[value->id]) {
            follow(value, server);
        }
    }
    const struct limit_value *const most =
        limit_find(snapshot->values, snapshot->count, LIMIT_SOMAXCONN, LIMIT_SIDE_SERVER);
    if (most != NULL && what_if->assumed[LIMIT_SOMAXCONN] && most->value < server->backlog) {
        server->backlog = most->value;
    }
}

enum result what_if_apply(const struct what_if *what_if, struct limit_snapshot *snapshot, struct err *err)
{
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        const uint64_t assumed = what_if->values[id];
        if (what_if->assumed[id] && !assume_where_found(snapshot, id, assumed) &&
            !add_group_limit(snapshot, id, assumed)) {
            char field[40];
            snprintf(field, sizeof field, PREFIX "%s", limit_key(id));
            return err_field(err, field, "this machine has no %s", limit_name(id));
        }
    }
    follow_all(what_if, snapshot);
    predict_confine(&snapshot->spec, snapshot->values, snapshot->count);
    return RESULT_OK;
}
