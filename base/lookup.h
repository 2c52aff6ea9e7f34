/* Looks a name up on a thread of its own, since a name server may take seconds or never answer. */
#ifndef KONEKSI_BASE_LOOKUP_H
#define KONEKSI_BASE_LOOKUP_H

#include "base/net.h"

#define LOOKUPS_MAX 2
/* Those that lookups open at most: a file and a socket, or two sockets, for each. */
#define LOOKUP_DESCRIPTORS (2UL * LOOKUPS_MAX)

/* As net_parse_all, but waits for a name server at most `wait_ms`; an address is read at once. RESULT_SYSTEM when it
 * has not answered by then, or while LOOKUPS_MAX earlier names still wait for an answer. */
enum result lookup(const char *text, uint32_t wait_ms, struct net_addresses *addresses, struct err *err) MUST_CHECK;

#endif
