/* The sockets of a server's port, as the kernel has them: the accept queue of those that listen, and the connections by
 * state. From sock_diag(7), or from /proc/self/net/tcp where the kernel lacks that. One thread at a time. */
#ifndef KONEKSI_LOADGEN_LIMITS_SOCKET_DIAG_H
#define KONEKSI_LOADGEN_LIMITS_SOCKET_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "loadgen/limits/inet_diag.h"
#include "loadgen/limits/listener.h"

#define SOCKET_DIAG_PORTS_MOST NET_LIST_MOST
struct socket_diag {
    const char *root;                       /* see sources.h; below another than "" only /proc/self/net/tcp is read */
    uint16_t ports[SOCKET_DIAG_PORTS_MOST]; /* of the server */
    size_t port_count;
    bool skips_ip4, skips_ip6; /* set where the server has no socket of that family: each takes a walk of the table */
    struct inet_diag kernel;
};
/* Always succeeds; `root` outlives it. */
struct socket_diag socket_diag_open(const char *root, uint16_t port);
/* One more, unless it has the port already. Of several the kernel lists the sockets from the lowest to the highest. */
void socket_diag_add_port(struct socket_diag *diag, uint16_t port);
void socket_diag_close(struct socket_diag *diag);
/* After a close: as it was before. */
void socket_diag_reopen(struct socket_diag *diag);

/* The accept queues of the sockets that listen, one with each inode. */
struct socket_queue {
    unsigned sockets; /* of those asked for, that still listen */
    uint64_t waiting; /* connections in all of the queues */
    uint64_t fullest; /* in one of them */
    uint64_t bound;   /* as given to listen(2) and cut at net.core.somaxconn, the least; LIMIT_UNKNOWN */
    uint64_t drops;   /* packets of handshakes that they dropped, for any reason; LIMIT_UNKNOWN */
};

/* Reads the queues of those `sockets` that listen. False: they cannot be read. Takes about 20 microseconds, and more
 * with many listeners on the machine. From /proc/self/net/tcp, and of no socket, neither bound nor drops are known. */
bool socket_diag_queue(struct socket_diag *diag, const struct listener_socket *sockets, size_t count,
                       struct socket_queue *queue);

#define SOCKET_STATES 13 /* include/net/tcp_states.h: 10 is LISTEN, 12 a handshake under way */
#define SOCKET_ESTABLISHED 1
struct socket_counts {
    uint64_t held; /* connections that a process has: neither waiting to be accepted nor closed by it */
    uint64_t states[SOCKET_STATES]; /* all that there are, by state */
};

/* Counts the connections whose own port is the server's, in either family. False: they cannot be read.
 * Takes about a microsecond for each, and up to 20 ms to walk the table of a kernel
 * that made it large. */
bool socket_diag_connections(struct socket_diag *diag, struct socket_counts *counts);

/* "ESTABLISHED"; NULL for a number that is no state. */
const char *socket_state_name(unsigned state);

#endif
