/* Which ports of the range that connect(2) picks from are not free. `root`: see sources.h. */
#ifndef KONEKSI_LOADGEN_LIMITS_PORTS_H
#define KONEKSI_LOADGEN_LIMITS_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port_range {
    unsigned first, last; /* 1..65535 */
};

/* net.ipv4.ip_local_port_range; false when it cannot be read or is none. */
bool port_range_read(const char *root, struct port_range *range);

/* Ports of the range that net.ipv4.ip_local_reserved_ports keeps from connect(2). */
uint64_t port_range_reserved(const char *root, const struct port_range *range);

/* Ports of the range, reserved ones left out, that sockets listen on, which connect(2) never picks; with `time_wait`
 * also those of closed connections that still wait. Reads at most `most` lines of the tables of sockets, because each
 * costs a microsecond; LIMIT_UNKNOWN when there are more, or none can be read. */
uint64_t port_range_taken(const char *root, const struct port_range *range, bool time_wait, size_t most);

/* Closed connections of this machine to a port of the list (base/net_list.h) that wait in TIME_WAIT, each with a port
 * of its own. Reads the tables of sockets whole; LIMIT_UNKNOWN when it cannot. */
uint64_t ports_closed_to(const char *root, const char *list);

#endif
