/* Which address of a name answers: the first that takes a connection, in the order in which getaddrinfo(3) gives them.
 */
#ifndef KONEKSI_LOADGEN_LIMITS_REACH_H
#define KONEKSI_LOADGEN_LIMITS_REACH_H

#include <stdbool.h>

#include "base/net_list.h"

struct reach_refused {
    struct net_address address;
    int error_number; /* ETIMEDOUT for one that did not answer in time */
};

struct reach {
    struct net_address address; /* the one that answered; net_preferred when none did */
    bool answered;
    size_t refused_count;
    struct reach_refused refused[NET_ADDRESSES_MOST]; /* those before it */
};

/* Makes a connection and closes it, unless the kernel's list of listeners decides. A single address is not tried. Waits
 * at most `wait_ms` in all, and for no address longer than for each of those after it. `addresses` has at least one. */
void reach_first(const struct net_addresses *addresses, uint64_t wait_ms, struct reach *reach);

/* What a target comes to, entry by entry: a list (base/net_list.h) of numeric addresses. */
#define REACH_LIST_SIZE 256 /* as much as the field `target` of the load generator takes */
struct reach_list {
    char addresses[REACH_LIST_SIZE];
    bool had_choice; /* a name had several addresses; the rest is about such names */
    bool answered;   /* one address of each */
    size_t refused_count;
    struct reach_refused refused[NET_ADDRESSES_MOST]; /* the first */
};
/* Begin with an all-zero list, but `answered`. Adds what one entry came to. RESULT_INVALID: the list is too long. */
enum result reach_list_add(struct reach_list *list, const struct reach *reach, const struct net_range *range,
                           struct err *err) MUST_CHECK;

/* Without a connection: the first at which the kernel lists a listener of this machine; net_preferred when it lists
 * none. Opens files of /proc. */
const struct net_address *reach_listed(const struct net_addresses *addresses);

#endif
