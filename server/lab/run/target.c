#include "server/lab/run/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/lookup.h"
#include "base/table.h"
#include "loadgen/contract/run_spec.h"

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
};

static enum result resolve(const char *text, const struct policy *policy, struct target *target, struct err *err)
{
    if (strcmp(text, RUN_TARGET_BUILTIN) == 0) {
        format_own(policy->own, target->address);
        target->is_own = true;
        return RESULT_OK;
    }
    struct net_address address;
    if (lookup(text, policy->wait_ms, &address, err) != RESULT_OK) {
        return set_target_field(err);
    }
    if (net_port(&address) == 0) {
        return err_field(err, "target", "target %.100s has no port", text);
    }
    if (!net_is_loopback(&address) && !table_lists(policy->allowed, text)) {
        err_set(err, RESULT_FORBIDDEN,
                "target %.100s is not allowed; use a loopback address, or start the panel with --allow-target %.100s",
                text, text);
        return set_target_field(err);
    }
    net_format(&address, target->address);
    target->is_own = is_own(policy->own, &address);
    return RESULT_OK;
}

enum result target_resolve(const char *text, const struct net_address *own, const char *const *allowed,
                           struct target *target, struct err *err)
{
    const struct policy policy = {own, allowed, TARGET_START_MS};
    return resolve(text, &policy, target, err);
}

enum result target_check(const char *text, const struct net_address *own, const char *const *allowed, struct err *err)
{
    struct target unused;
    const struct policy policy = {own, allowed, TARGET_CHECK_MS};
    return table_lists(allowed, text) && net_text_port(text) > 0 ? RESULT_OK : resolve(text, &policy, &unused, err);
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
