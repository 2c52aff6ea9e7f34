#include "base/net_list.h"

#include <stdio.h>
#include <string.h>

#define ENTRY_SIZE (NET_RANGE_HOST_SIZE + 16)

/* The port that is the whole text; -1 for any other text. */
static int port_of(const char *text)
{
    char address[16];
    snprintf(address, sizeof address, "x:%.8s", text);
    return net_text_port(address);
}

static enum result wrong_entry(const char *entry, size_t length, struct err *err)
{
    return err_set(err, RESULT_INVALID, "\"%.*s\" is not HOST:PORT or HOST:PORT-PORT with ports 1..65535",
                   (int)(length < 100 ? length : 100), entry);
}

enum result net_list_next(const char **list, struct net_range *range, struct err *err)
{
    const char *const entry = *list;
    const size_t length = strcspn(entry, ",");
    char text[ENTRY_SIZE];
    *range = (struct net_range){.first = 0};
    *list = entry[length] == ',' ? entry + length + 1 : NULL;
    if (length == 0) {
        return err_set(err, RESULT_INVALID, "an entry of the list is empty");
    }
    if (length >= sizeof text) {
        return wrong_entry(entry, length, err);
    }
    memcpy(text, entry, length);
    text[length] = '\0';
    char *const colon = strrchr(text, ':');
    char *const dash = colon != NULL ? strchr(colon, '-') : NULL;
    if (dash != NULL) {
        *dash = '\0';
    }
    const int first = net_text_port(text);
    const int last = dash != NULL ? port_of(dash + 1) : first;
    if (colon == NULL || first < 1 || last < 1 || colon - text >= NET_RANGE_HOST_SIZE) {
        return wrong_entry(entry, length, err);
    }
    if (last < first) {
        return err_set(err, RESULT_INVALID, "the range %.*s ends before it begins", (int)(length < 100 ? length : 100),
                       entry);
    }
    memcpy(range->host, text, (size_t)(colon - text));
    range->host[colon - text] = '\0';
    range->first = (unsigned)first;
    range->last = (unsigned)last;
    return RESULT_OK;
}

bool net_list_is_several(const char *text)
{
    const char *const colon = strrchr(text, ':');
    return strchr(text, ',') != NULL || (colon != NULL && colon[1] != '-' && strchr(colon, '-') != NULL);
}

/* An address of the range that an entry before `end` has; 0: none. */
static unsigned find_twice(const char *list, const char *end, const struct net_range *range)
{
    struct net_range earlier;
    struct err err;
    while (list != NULL && list != end && net_list_next(&list, &earlier, &err) == RESULT_OK) {
        const unsigned first = earlier.first > range->first ? earlier.first : range->first;
        if (strcmp(earlier.host, range->host) == 0 && first <= earlier.last && first <= range->last) {
            return first;
        }
    }
    return 0;
}

enum result net_list_check(const char *list, struct err *err)
{
    struct net_range range;
    uint64_t count = 0;
    const char *rest = list;
    while (rest != NULL) {
        const char *const entry = rest;
        if (net_list_next(&rest, &range, err) != RESULT_OK) {
            return err->code;
        }
        count += range.last - range.first + 1;
        if (count > NET_LIST_MOST) {
            return err_set(err, RESULT_INVALID, "a list has at most %d addresses, this one has more", NET_LIST_MOST);
        }
        const unsigned twice = find_twice(list, entry, &range);
        if (twice != 0) {
            return err_set(err, RESULT_INVALID, "%.100s:%u is in the list twice", range.host, twice);
        }
    }
    return RESULT_OK;
}

uint64_t net_list_count(const char *list)
{
    struct net_range range;
    struct err err;
    uint64_t count = 0;
    while (list != NULL && net_list_next(&list, &range, &err) == RESULT_OK) {
        count += range.last - range.first + 1;
    }
    return count > 0 ? count : 1;
}

bool net_list_has(const char *list, const char *host, unsigned port)
{
    struct net_range range;
    struct err err;
    bool found = false;
    while (!found && list != NULL && net_list_next(&list, &range, &err) == RESULT_OK) {
        found = strcmp(range.host, host) == 0 && range.first <= port && port <= range.last;
    }
    return found;
}

bool net_list_step(struct net_list_walk *walk)
{
    struct net_range range;
    struct err err;
    char text[ENTRY_SIZE];
    if (walk->more > 0) {
        walk->more--;
        net_set_port(&walk->address, (uint16_t)(net_port(&walk->address) + 1));
        return true;
    }
    if (walk->rest == NULL || net_list_next(&walk->rest, &range, &err) != RESULT_OK) {
        return false;
    }
    snprintf(text, sizeof text, "%s:%u", range.host, range.first);
    walk->more = range.last - range.first;
    return net_parse(text, &walk->address, &err) == RESULT_OK;
}

enum net_loopback net_list_loopback(const char *list)
{
    struct net_list_walk walk = {.rest = list};
    bool any = list[0] != '\0';
    bool ipv4 = any;
    while (any && net_list_step(&walk)) {
        any = net_is_loopback(&walk.address);
        ipv4 = ipv4 && net_is_ipv4_loopback(&walk.address);
    }
    return !any ? NET_LOOPBACK_NOT : ipv4 ? NET_LOOPBACK_IPV4 : NET_LOOPBACK_ANY;
}
