/* A line of the kernel's tables of TCP sockets, /proc/self/net/tcp and /proc/self/net/tcp6 (proc_net_tcp.rst of the
 * kernel). Sockets that listen come first in them (net/ipv4/tcp_ipv4.c). */
#ifndef KONEKSI_BASE_TCP_ROW_H
#define KONEKSI_BASE_TCP_ROW_H

#include <stdbool.h>
#include <stdint.h>

/* include/net/tcp_states.h */
#define TCP_ROW_TIME_WAIT 0x06
#define TCP_ROW_LISTEN 0x0A

struct tcp_row {
    uint32_t address[4]; /* of this side, in the order of the network; of IPv4 the first alone */
    bool is_ip6;
    unsigned port;
    unsigned peer_port; /* 0: of a socket that listens */
    unsigned state;
    unsigned long waiting; /* bytes to be read; of a socket that listens, connections in its accept queue */
    unsigned uid;
    unsigned long inode; /* 0: no process has the socket any more */
};

/* False for the heading, and for what is no such line. */
bool tcp_row_read(const char *line, struct tcp_row *row);

#endif
