/* The socket that listens at an address of this machine, if there is one. */
#ifndef KONEKSI_LOADGEN_LIMITS_LISTENER_H
#define KONEKSI_LOADGEN_LIMITS_LISTENER_H

#include "base/net.h"

enum listener_state {
    LISTENER_UNKNOWN, /* the address is not on the loopback interface, or the kernel's list cannot be read */
    LISTENER_THERE,
    LISTENER_GONE,
};

/* Opens and closes files: not for a client's path. `root`: see sources.h. */
enum listener_state listener_look(const char *root, const struct net_address *address);

#endif
