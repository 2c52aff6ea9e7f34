/* The sockets that listen on this machine, in this process's network namespace, and whose they are. They open and close
 * files: not for a client's path. `root`: see sources.h. Any thread may call. */
#ifndef KONEKSI_LOADGEN_LIMITS_LISTENER_H
#define KONEKSI_LOADGEN_LIMITS_LISTENER_H

#include <stddef.h>

#include "base/client_share.h"
#include "base/net_list.h"
#include "base/socket_holders.h"

enum listener_state {
    LISTENER_UNKNOWN, /* the address is not on the loopback interface, or the kernel's list cannot be read */
    LISTENER_THERE,
    LISTENER_GONE,
    LISTENER_SOME_GONE, /* of several addresses */
};

/* Whether a socket listens at the address. */
enum listener_state listener_look(const char *root, const struct net_address *address);

/* At several addresses, over which clients are dealt out in turn. */
struct listeners_gone {
    uint64_t count, of;        /* addresses at which none listens, of all */
    uint64_t clients;          /* that were dealt out to those */
    char first[NET_TEXT_SIZE]; /* of those */
};
/* The same of a list (base/net_list.h): LISTENER_UNKNOWN where some are not known and none is known to be gone. Of the
 * run's clients those of `share` are counted. */
enum listener_state listeners_look(const char *root, const char *list, const struct client_share *share,
                                   uint64_t clients, struct listeners_gone *gone);
/* The same, of those who ask for no more. */
enum listener_state listeners_there(const char *root, const char *list);

#define LISTENERS_MOST 512 /* sockets that are looked at */

/* An address at which sockets listen. */
struct listener_entry {
    char address[NET_TEXT_SIZE];       /* "127.0.0.1:80", "[::1]:80"; "0.0.0.0:80" or "[::]:80" for all addresses */
    unsigned long inode;               /* of one of its sockets: with SO_REUSEPORT there are several */
    unsigned uid;                      /* whose socket it is */
    pid_t pid;                         /* the lowest of those that have one of them; 0: none is visible */
    char program[SOCKET_PROGRAM_SIZE]; /* of that process; "" when it is not known */
    unsigned processes;                /* that have one of them: a master with its workers, for instance */
};

/* Lists them, each address once, those of IPv4 first, and returns how many there are, `most` at most. Costs 10
 * microseconds for each process of the machine and 1.5 for each descriptor looked at (socket_holders.h): 5 ms on a
 * machine with 100 processes, at most a few seconds. */
size_t listeners_list(const char *root, struct listener_entry *entries, size_t most);

/* The sockets that accept for the address: those bound to it; else, as the kernel chooses (__inet_lookup_listener),
 * those on all addresses. Returns how many, `most` at most. */
struct listener_socket {
    unsigned long inode;
    unsigned uid;
    bool is_ip6;           /* it may accept for IPv4 all the same */
    unsigned long waiting; /* connections in its accept queue */
};
size_t listener_sockets(const char *root, const struct net_address *address, struct listener_socket *sockets,
                        size_t most);

#endif
