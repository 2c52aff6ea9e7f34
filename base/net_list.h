/* Lists of addresses with ranges of ports: "10.9.0.2:45001-45004,time.example:45001,[::1]:7-8". An entry is HOST:PORT
 * or HOST:PORT-PORT; no address may be in a list twice, because what is dealt out over it would not be even. */
#ifndef KONEKSI_BASE_NET_LIST_H
#define KONEKSI_BASE_NET_LIST_H

#include "base/net.h"

#define NET_LIST_MOST 256 /* addresses in all */

#define NET_RANGE_HOST_SIZE 264
struct net_range {
    char host[NET_RANGE_HOST_SIZE]; /* as given, an IPv6 address in its brackets */
    unsigned first, last;           /* ports, 1..65535 */
};

/* Reads the first entry of *list, and moves *list to the next, NULL behind the last. RESULT_INVALID names what is wrong
 * with the entry. */
enum result net_list_next(const char **list, struct net_range *range, struct err *err) MUST_CHECK;

/* Whether the text is more than one HOST:PORT: it has a comma, or a range of ports. */
bool net_list_is_several(const char *text);

/* RESULT_INVALID: an entry is wrong, an address is there twice, or there are more than NET_LIST_MOST. */
enum result net_list_check(const char *list, struct err *err) MUST_CHECK;

/* How many addresses it has; at least 1, whatever the text is. */
uint64_t net_list_count(const char *list);

/* Whether an entry has that host, as it is written, and that port. */
bool net_list_has(const char *list, const char *host, unsigned port);

/* Where all addresses of a list of numeric ones are. */
enum net_loopback {
    NET_LOOPBACK_NOT,
    NET_LOOPBACK_ANY,  /* on the loopback interface: in 127.0.0.0/8, or ::1 */
    NET_LOOPBACK_IPV4, /* in 127.0.0.0/8: clients may come from any address of that, each with ports of its own */
};
enum net_loopback net_list_loopback(const char *list);

/* Goes through the addresses of a list: `struct net_list_walk walk = {.rest = list}; while (net_list_step(&walk))`. It
 * looks names up, and ends at an entry that cannot be read: meant for lists of numeric addresses. */
struct net_list_walk {
    const char *rest;
    struct net_address address; /* where it is */
    unsigned more;              /* ports of the range after this one */
};
bool net_list_step(struct net_list_walk *walk);

#endif
