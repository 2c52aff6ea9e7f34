/* A line of the kernel's tables of TCP sockets, /proc/self/net/tcp and /proc/self/net/tcp6 (proc_net_tcp.rst of the
 * kernel). Sockets that listen come first in them (net/ipv4/tcp_ipv4.c). */
#ifndef KONEKSI_BASE_TCP_ROW_H
#define KONEKSI_BASE_TCP_ROW_H

#include <stdbool.h>

/* include/net/tcp_states.h */
#define TCP_ROW_TIME_WAIT 0x06
#define TCP_ROW_LISTEN 0x0A

#define TCP_ROW_ADDRESS_SIZE 33 /* 32 hexadecimal digits of an IPv6 address */

struct tcp_row {
    char address[TCP_ROW_ADDRESS_SIZE]; /* of this side: each 32 bits as a number of this machine */
    unsigned port;
    unsigned state;
    unsigned long waiting; /* bytes to be read; of a socket that listens, connections in its accept queue */
    unsigned uid;
    unsigned long inode; /* 0: no process has the socket any more */
};

/* False for the heading, and for what is no such line. */
bool tcp_row_read(const char *line, struct tcp_row *row);

#endif
