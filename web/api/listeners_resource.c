/* GET /listeners: the servers of this machine that can be a run's target. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/net.h"
#include "base/table.h"
#include "loadgen/contract/programs.h"
#include "loadgen/limits/listener.h"
#include "web/api/resources.h"
#include "web/http/respond.h"

/* What is bound to all addresses is reached on the loopback one. Writes the address as a target has it; false: from
 * this machine it is not reached on loopback. */
static bool target_of(const struct listener_entry *entry, struct net_address *address, char target[NET_TEXT_SIZE])
{
    static const struct {
        const char *all, *one;
    } families[] = {{"0.0.0.0:", "127.0.0.1:"}, {"[::]:", "[::1]:"}};
    struct err err;
    const char *const text = entry->address;
    snprintf(target, NET_TEXT_SIZE, "%s", text);
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        const size_t length = strlen(families[i].all);
        if (strncmp(text, families[i].all, length) == 0) {
            snprintf(target, NET_TEXT_SIZE, "%s%s", families[i].one, text + length);
        }
    }
    return net_parse(target, address, &err) == RESULT_OK && net_is_loopback(address);
}

/* One that is bound to the target itself accepts instead of one that is bound to all addresses. */
static bool is_hidden(const struct listener_entry *entry, const char *target, const struct listener_entry *entries,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (&entries[i] != entry && strcmp(entries[i].address, target) == 0) {
            return true;
        }
    }
    return false;
}

static cJSON *listener_to_json(const struct listener_entry *entry, const char *target, uint16_t port)
{
    cJSON *const json = cJSON_CreateObject();
    const bool complete = json_add_text(json, "address", target) && json_add_uint(json, "port", port) &&
                          json_add_text(json, "program", entry->program[0] != '\0' ? entry->program : NULL) &&
                          (entry->pid != 0 ? json_add_number(json, "pid", entry->pid) : json_add_null(json, "pid")) &&
                          json_add_uint(json, "processes", entry->processes) &&
                          json_add_text(json, "exchange", run_exchange_name(program_exchange(entry->program, port)));
    return json_if(complete, json);
}

/* The panel's own are left out: its TIME server is the target `builtin`. */
static bool add_listeners(cJSON *list, const struct listener_entry *entries, size_t count)
{
    bool added = list != NULL;
    for (size_t i = 0; added && i < count; i++) {
        const struct listener_entry *const entry = &entries[i];
        struct net_address address;
        char target[NET_TEXT_SIZE];
        if (entry->pid != getpid() && target_of(entry, &address, target) && !is_hidden(entry, target, entries, count)) {
            added = json_append(list, listener_to_json(entry, target, net_port(&address)));
        }
    }
    return added;
}

enum MHD_Result listeners_get(struct request *request)
{
    struct listener_entry *const entries = calloc(LISTENERS_MOST, sizeof *entries); /* too large for a stack */
    cJSON *const json = cJSON_CreateObject();
    if (entries == NULL || json == NULL ||
        !add_listeners(cJSON_AddArrayToObject(json, "listeners"), entries,
                       listeners_list("", entries, LISTENERS_MOST))) {
        free(entries);
        cJSON_Delete(json);
        return respond_no_memory(request);
    }
    free(entries);
    return respond_json(request, MHD_HTTP_OK, json);
}
