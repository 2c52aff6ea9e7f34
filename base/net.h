/* Addresses and listening sockets. */
#ifndef KONEKSI_BASE_NET_H
#define KONEKSI_BASE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

struct net_address {
    struct sockaddr_storage storage;
    socklen_t length;
};

#define NET_TEXT_SIZE 64

/* Reads "127.0.0.1:45000", "[::1]:45000" or "localhost:8080" (a name is looked up, the first answer is taken; IPv4
 * first). Port 0 is allowed. RESULT_INVALID with a message that shows the text; RESULT_NO_MEMORY, RESULT_SYSTEM. */
enum result net_parse(const char *text, struct net_address *address, struct err *err) MUST_CHECK;

/* The same of a numeric address alone, as of one that another program sent: a name is not looked up. False: it is none.
 */
bool net_parse_numeric(const char *text, struct net_address *address) MUST_CHECK;

#define NET_ADDRESSES_MOST 8
struct net_addresses {
    size_t count;
    struct net_address list[NET_ADDRESSES_MOST];
};

/* As net_parse, but gives all addresses of a name, at most NET_ADDRESSES_MOST, in the order of getaddrinfo(3), and at
 * least one. */
enum result net_parse_all(const char *text, struct net_addresses *addresses, struct err *err) MUST_CHECK;
/* The one that net_parse takes: the first of IPv4, else the first. */
const struct net_address *net_preferred(const struct net_addresses *addresses);

/* For a statically linked program, before it looks up a name: from then on /etc/hosts and DNS are asked, and nothing
 * else that /etc/nsswitch.conf names. glibc would load those modules into the program, and with a libc of another
 * version than its own that ends it. */
void net_look_up_without_modules(void);

/* The port of a text in that form, 0 included; -1 for any other text. Looks no name up. */
int net_text_port(const char *text) MUST_CHECK;

/* Writes "127.0.0.1:45000" or "[::1]:45000". */
void net_format(const struct net_address *address, char text[NET_TEXT_SIZE]);

/* 127.0.0.0/8 or ::1 (or IPv4-mapped loopback). */
bool net_is_loopback(const struct net_address *address);
bool net_is_ipv4_loopback(const struct net_address *address); /* 127.0.0.0/8 */
/* Whether an interface of this machine has it. */
bool net_is_here(const struct net_address *address);

bool net_is_wildcard(const struct net_address *address); /* 0.0.0.0 or :: */

uint16_t net_port(const struct net_address *address);
void net_set_port(struct net_address *address, uint16_t port);

/* A non-blocking, close-on-exec TCP socket with SO_REUSEADDR, bound and listening. Writes the address that it really
 * has (for port 0) back into `address`. The caller closes *fd. RESULT_SYSTEM names the address. */
enum result net_listen(struct net_address *address, int backlog, int *fd, struct err *err) MUST_CHECK;

#endif
