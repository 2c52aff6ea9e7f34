#include "server/lab/run/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/lookup.h"
#include "base/table.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/reach.h"

static bool is_wildcard(const struct net_address *address)
{
    if (address->storage.ss_family == AF_INET6) {
        return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)&address->storage)->sin6_addr);
    }
    return ((const struct sockaddr_in *)&address->storage)->sin_addr.s_addr == htonl(INADDR_ANY);
}

/* The address at which this machine reaches the built-in server. */
static void format_own(const struct net_address *own, char text[NET_TEXT_SIZE])
{
    if (is_wildcard(own)) {
        const char *const host = own->storage.ss_family == AF_INET6 ? "[::1]" : "127.0.0.1";
        snprintf(text, NET_TEXT_SIZE, "%s:%u", host, net_port(own));
    } else {
        net_format(own, text);
    }
}

static bool is_own(const struct net_address *own, const struct net_address *address)
{
    char own_text[NET_TEXT_SIZE];
    char text[NET_TEXT_SIZE];
    net_format(own, own_text);
    net_format(address, text);
    return strcmp(own_text, text) == 0 ||
           (is_wildcard(own) && net_is_loopback(address) && net_port(own) == net_port(address));
}

static enum result set_target_field(struct err *err)
{
    snprintf(err->field, sizeof err->field, "target");
    return err->code;
}

struct policy {
    const struct net_address *own;
    const char *const *allowed;
    uint32_t wait_ms;
    bool connects; /* to find out which address of a name answers */
};

/* All addresses of a name, because any of them may be the one that answers. */
static enum result check_allowed(const char *text, const struct policy *policy, const struct net_addresses *addresses,
                                 struct err *err)
{
    if (net_port(&addresses->list[0]) == 0) {
        return err_field(err, "target", "target %.100s has no port", text);
    }
    for (size_t i = 0; i < addresses->count; i++) {
        if (!net_is_loopback(&addresses->list[i]) && !table_lists(policy->allowed, text)) {
            err_set(
                err, RESULT_FORBIDDEN,
                "target %.100s is not allowed; use a loopback address, or start the panel with --allow-target %.100s",
                text, text);
            return set_target_field(err);
        }
    }
    return RESULT_OK;
}

/* Describes which address of a name answered, and what the others said; empty when memory ran out. */
static void describe(const struct reach *reach, const char *address, char text[TARGET_RESOLVED_SIZE])
{
    cJSON *const object = cJSON_CreateObject();
    bool ok =
        reach->answered ? json_add_text(object, "address", address) : cJSON_AddNullToObject(object, "address") != NULL;
    cJSON *const refused = cJSON_AddArrayToObject(object, "refused");
    for (size_t i = 0; ok && i < reach->refused_count; i++) {
        char other[NET_TEXT_SIZE];
        net_format(&reach->refused[i].address, other);
        cJSON *const item = cJSON_CreateObject();
        ok = json_append(refused,
                         json_if(json_add_text(item, "address", other) &&
                                     json_add_text(item, "errno", err_errno_name(reach->refused[i].error_number)),
                                 item));
    }
    if (!ok || !cJSON_PrintPreallocated(object, text, TARGET_RESOLVED_SIZE, 0)) {
        text[0] = '\0';
    }
    cJSON_Delete(object);
}

static void take(const struct policy *policy, const struct net_address *address, struct target *target)
{
    net_format(address, target->address);
    target->is_own = is_own(policy->own, address);
}

static void choose(const struct policy *policy, const struct net_addresses *addresses, struct target *target)
{
    struct reach reach;
    if (!policy->connects) {
        take(policy, reach_listed(addresses), target);
        return;
    }
    reach_first(addresses, policy->wait_ms, &reach);
    take(policy, &reach.address, target);
    if (addresses->count > 1) {
        describe(&reach, target->address, target->resolved);
    }
}

/* Looks the name up, and checks that it may be loaded. */
static enum result find(const char *text, const struct policy *policy, struct net_addresses *addresses, struct err *err)
{
    return lookup(text, policy->wait_ms, addresses, err) == RESULT_OK ? check_allowed(text, policy, addresses, err)
                                                                      : set_target_field(err);
}

static enum result resolve(const char *text, const struct policy *policy, struct target *target, struct err *err)
{
    struct net_addresses addresses;
    *target = (struct target){.is_own = strcmp(text, RUN_TARGET_BUILTIN) == 0};
    if (target->is_own) {
        format_own(policy->own, target->address);
        return RESULT_OK;
    }
    const enum result result = find(text, policy, &addresses, err);
    if (result == RESULT_OK) {
        choose(policy, &addresses, target);
    }
    return result;
}

enum result target_resolve(const char *text, const struct net_address *own, const char *const *allowed,
                           struct target *target, struct err *err)
{
    const struct policy policy = {own, allowed, TARGET_START_MS, .connects = true};
    return resolve(text, &policy, target, err);
}

enum result target_guess(const char *text, const struct net_address *own, struct target *target, struct err *err)
{
    const char *const allowed[] = {text, NULL};
    const struct policy policy = {own, allowed, TARGET_CHECK_MS, .connects = false};
    return resolve(text, &policy, target, err);
}

enum result target_check(const char *text, const struct net_address *own, const char *const *allowed, struct err *err)
{
    const struct policy policy = {own, allowed, TARGET_CHECK_MS, .connects = false};
    const bool is_named = table_lists(allowed, text) && net_text_port(text) > 0;
    struct net_addresses unused;
    return is_named || strcmp(text, RUN_TARGET_BUILTIN) == 0 ? RESULT_OK : find(text, &policy, &unused, err);
}

enum listener_state target_listener(const struct target *target)
{
    struct err err;
    struct net_address address;
    if (target->is_own) {
        return LISTENER_THERE;
    }
    return net_parse(target->address, &address, &err) == RESULT_OK ? listener_look("", &address) : LISTENER_UNKNOWN;
}

bool target_spreads_sources(const struct target *target)
{
    struct err err;
    struct net_address address;
    return net_parse(target->address, &address, &err) == RESULT_OK && net_is_ipv4_loopback(&address);
}
