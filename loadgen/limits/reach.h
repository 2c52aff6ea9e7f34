/* Which address of a name answers: the first that takes a connection, in the order in which getaddrinfo(3) gives them.
 */
#ifndef KONEKSI_LOADGEN_LIMITS_REACH_H
#define KONEKSI_LOADGEN_LIMITS_REACH_H

#include <stdbool.h>

#include "base/net.h"

struct reach {
    struct net_address address; /* the one that answered; net_preferred when none did */
    bool answered;
    size_t refused_count;
    struct {
        struct net_address address;
        int error_number;          /* ETIMEDOUT for one that did not answer in time */
    } refused[NET_ADDRESSES_MOST]; /* those before it */
};

/* Makes a connection and closes it, unless the kernel's list of listeners decides. A single address is not tried. Waits
 * at most `wait_ms` in all, and for no address longer than for each of those after it. `addresses` has at least one. */
void reach_first(const struct net_addresses *addresses, uint64_t wait_ms, struct reach *reach);

/* Without a connection: the first at which the kernel lists a listener of this machine; net_preferred when it lists
 * none. Opens files of /proc. */
const struct net_address *reach_listed(const struct net_addresses *addresses);

#endif
