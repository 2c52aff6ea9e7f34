#include "server/lab/run/target.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/lookup.h"
#include "loadgen/contract/run_spec.h"

/* The address at which this machine reaches the built-in server. */
static void format_own(const struct net_address *own, char text[NET_TEXT_SIZE])
{
    if (net_is_wildcard(own)) {
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
           (net_is_wildcard(own) && net_is_loopback(address) && net_port(own) == net_port(address));
}

static enum result set_target_field(struct err *err)
{
    snprintf(err->field, sizeof err->field, "target");
    return err->code;
}

struct policy {
    const struct net_address *own;
    const char *const *allowed;
    uint64_t until_ns; /* for all names together */
    bool connects;     /* to find out which address of a name answers */
    bool trusts_names; /* those of the allow-list are not looked up */
};

static uint32_t wait_ms(const struct policy *policy)
{
    const uint64_t now_ns = clock_now_ns();
    return policy->until_ns > now_ns ? (uint32_t)((policy->until_ns - now_ns) / NS_PER_MS) : 0;
}

static bool is_listed(const char *const *allowed, const char *host, unsigned port)
{
    while (allowed != NULL && *allowed != NULL && !net_list_has(*allowed, host, port)) {
        allowed++;
    }
    return allowed != NULL && *allowed != NULL;
}

/* The first port of the range that is not in the allow-list; 0: all are. */
static unsigned find_unlisted(const struct policy *policy, const struct net_range *range)
{
    unsigned port = range->first;
    while (port <= range->last && is_listed(policy->allowed, range->host, port)) {
        port++;
    }
    return port <= range->last ? port : 0;
}

/* All addresses of a name, because any of them may be the one that answers. */
static enum result check_allowed(const struct net_range *range, const struct policy *policy,
                                 const struct net_addresses *addresses, struct err *err)
{
    const unsigned unlisted = find_unlisted(policy, range);
    for (size_t i = 0; unlisted != 0 && i < addresses->count; i++) {
        if (!net_is_loopback(&addresses->list[i])) {
            err_set(
                err, RESULT_FORBIDDEN,
                "target %.100s:%u is not allowed; use a loopback address, or allow it at the start with --allow-target "
                "%.100s:%u",
                range->host, unlisted, range->host, unlisted);
            return set_target_field(err);
        }
    }
    return RESULT_OK;
}

/* Describes which address of a name answered, and what the others said; empty when memory ran out. */
static void describe(const struct reach_list *list, char text[TARGET_RESOLVED_SIZE])
{
    cJSON *const object = cJSON_CreateObject();
    bool ok = list->answered ? json_add_text(object, "address", list->addresses)
                             : cJSON_AddNullToObject(object, "address") != NULL;
    cJSON *const refused = cJSON_AddArrayToObject(object, "refused");
    for (size_t i = 0; ok && i < list->refused_count; i++) {
        char other[NET_TEXT_SIZE];
        net_format(&list->refused[i].address, other);
        cJSON *const item = cJSON_CreateObject();
        ok = json_append(refused,
                         json_if(json_add_text(item, "address", other) &&
                                     json_add_text(item, "errno", err_errno_name(list->refused[i].error_number)),
                                 item));
    }
    if (!ok || !cJSON_PrintPreallocated(object, text, TARGET_RESOLVED_SIZE, 0)) {
        text[0] = '\0';
    }
    cJSON_Delete(object);
}

/* Looks the name of an entry up, checks that it may be loaded, and chooses one of its addresses. */
static enum result resolve_entry(const struct net_range *range, const struct policy *policy, struct reach_list *list,
                                 struct err *err)
{
    char text[NET_RANGE_HOST_SIZE + 8];
    struct net_addresses addresses;
    struct reach reach = {.answered = false};
    snprintf(text, sizeof text, "%s:%u", range->host, range->first);
    if (lookup(text, wait_ms(policy), &addresses, err) != RESULT_OK) {
        return set_target_field(err);
    }
    if (check_allowed(range, policy, &addresses, err) != RESULT_OK) {
        return err->code;
    }
    if (policy->connects) {
        reach_first(&addresses, wait_ms(policy), &reach);
    } else {
        reach.address = *reach_listed(&addresses);
    }
    return reach_list_add(list, &reach, range, err);
}

static enum result resolve_list(const char *text, const struct policy *policy, struct reach_list *list, struct err *err)
{
    struct net_range range;
    if (net_text_port(text) == 0) {
        return err_field(err, "target", "the port of target %.100s must be 1..65535, got 0", text);
    }
    while (text != NULL) {
        if (net_list_next(&text, &range, err) != RESULT_OK) {
            return set_target_field(err);
        }
        const bool is_named = policy->trusts_names && find_unlisted(policy, &range) == 0;
        if (!is_named && resolve_entry(&range, policy, list, err) != RESULT_OK) {
            return err->code;
        }
    }
    /* Two names may have the same address. */
    const bool is_several = net_list_is_several(list->addresses);
    return is_several && net_list_check(list->addresses, err) != RESULT_OK ? set_target_field(err) : RESULT_OK;
}

static void take(const struct reach_list *list, const struct policy *policy, struct target *target)
{
    struct net_list_walk walk = {.rest = list->addresses};
    bool has_own = false;
    while (!has_own && net_list_step(&walk)) {
        has_own = is_own(policy->own, &walk.address);
    }
    const bool is_several = net_list_is_several(list->addresses);
    target->is_own = has_own && !is_several;
    target->has_own = has_own && is_several;
    snprintf(target->addresses, sizeof target->addresses, "%s", list->addresses);
    if (list->had_choice) {
        describe(list, target->resolved);
    }
}

static enum result resolve(const char *text, const struct policy *policy, struct target *target, struct err *err)
{
    struct reach_list list = {.answered = true};
    *target = (struct target){.is_own = strcmp(text, RUN_TARGET_BUILTIN) == 0};
    if (target->is_own) {
        format_own(policy->own, target->addresses);
        return RESULT_OK;
    }
    const enum result result = resolve_list(text, policy, &list, err);
    if (result == RESULT_OK) {
        take(&list, policy, target);
    }
    return result;
}

static uint64_t in_ms(uint64_t ms)
{
    return clock_now_ns() + ms * NS_PER_MS;
}

enum result target_resolve(const char *text, const struct net_address *own, const char *const *allowed,
                           struct target *target, struct err *err)
{
    const struct policy policy = {own, allowed, in_ms(TARGET_START_MS), .connects = true};
    return resolve(text, &policy, target, err);
}

enum result target_guess(const char *text, const struct net_address *own, struct target *target, struct err *err)
{
    const char *const allowed[] = {text, NULL};
    const struct policy policy = {own, allowed, in_ms(TARGET_CHECK_MS), .connects = false};
    return resolve(text, &policy, target, err);
}

enum result target_check(const char *text, const struct net_address *own, const char *const *allowed, struct err *err)
{
    const struct policy policy = {own, allowed, in_ms(TARGET_CHECK_MS), .connects = false, .trusts_names = true};
    struct target unused;
    return resolve(text, &policy, &unused, err);
}

enum listener_state target_listener(const struct target *target, uint64_t clients, struct listeners_gone *gone)
{
    return target->is_own ? LISTENER_THERE : listeners_look("", target->addresses, &client_share_whole, clients, gone);
}
