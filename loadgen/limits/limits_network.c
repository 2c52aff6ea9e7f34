/* How the limits of the network are read: see limit_readers.h. */
#include "loadgen/limits/limit_readers.h"

#include <stdio.h>
#include <stdlib.h>

#include "loadgen/limits/ports.h"
#include "loadgen/limits/sources.h"

#define SOCKETS_MOST 16384 /* beyond this, telling whose ports they have takes over 20 ms and is left out */

bool limit_read_TCP_MAX_ORPHANS(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = limit_read_machine(reading->root, "/proc/sys/net/ipv4/tcp_max_orphans", value);
    value->used = source_tcp_sockets(reading->root, " orphan ");
    return found;
}

/* Beyond this the kernel closes a connection without TIME_WAIT. */
bool limit_read_TCP_MAX_TW_BUCKETS(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = limit_read_machine(reading->root, "/proc/sys/net/ipv4/tcp_max_tw_buckets", value);
    value->used = source_tcp_sockets(reading->root, " tw ");
    return found;
}

/* The third number is the bound: above it the kernel gives no buffer (tcp(7)). */
bool limit_read_TCP_MEM(const struct limit_reading *reading, struct limit_value *value)
{
    static const char path[] = "/proc/sys/net/ipv4/tcp_mem";
    char line[128];
    char *rest = line;
    if (!source_read_line(reading->root, path, line, sizeof line)) {
        return false;
    }
    (void)strtoull(rest, &rest, 10);
    (void)strtoull(rest, &rest, 10);
    value->value = strtoull(rest, NULL, 10);
    value->scope = LIMIT_SCOPE_MACHINE;
    value->used = source_tcp_sockets(reading->root, " mem ");
    limit_set_source(value, path);
    return value->value > 0;
}

/* Not there unless the module is loaded. */
bool limit_read_CONNTRACK(const struct limit_reading *reading, struct limit_value *value)
{
    const bool found = limit_read_machine(reading->root, "/proc/sys/net/netfilter/nf_conntrack_max", value);
    (void)source_read_uint(reading->root, "/proc/sys/net/netfilter/nf_conntrack_count",
                           &value->used); /* else it stays unknown */
    return found;
}

/* Ports count for each pair of addresses alone: of those in use, what connections of other pairs hold is free. Closed
 * connections hold theirs for a minute unless tcp_tw_reuse lets connect(2) have them. */
bool limit_read_PORT_RANGE(const struct limit_reading *reading, struct limit_value *value)
{
    static const char path[] = "/proc/sys/net/ipv4/ip_local_port_range";
    struct port_range range;
    uint64_t reuse = 0;
    if (reading->side != LIMIT_SIDE_CLIENT || !port_range_read(reading->root, &range)) {
        return false;
    }
    const bool known = source_read_uint(reading->root, "/proc/sys/net/ipv4/tcp_tw_reuse", &reuse);
    const uint64_t reserved = port_range_reserved(reading->root, &range);
    value->scope = LIMIT_SCOPE_MACHINE;
    value->value = range.last - range.first + 1 - reserved;
    value->used = port_range_taken(reading->root, &range, known && reuse == 0, SOCKETS_MOST);
    if (known && reserved > 0) {
        snprintf(value->source, sizeof value->source, "%s (tcp_tw_reuse %u, %u ports reserved)", path, (unsigned)reuse,
                 (unsigned)reserved);
    } else if (known) {
        snprintf(value->source, sizeof value->source, "%s (tcp_tw_reuse %u)", path, (unsigned)reuse);
    } else {
        limit_set_source(value, path);
    }
    return true;
}

bool limit_read_SOMAXCONN(const struct limit_reading *reading, struct limit_value *value)
{
    return reading->side == LIMIT_SIDE_SERVER &&
           limit_read_machine(reading->root, "/proc/sys/net/core/somaxconn", value);
}

/* With cookies the kernel drops no SYN at it: then only the backlog bounds the queue (net/ipv4/tcp_input.c,
 * tcp_conn_request). */
bool limit_read_TCP_MAX_SYN_BACKLOG(const struct limit_reading *reading, struct limit_value *value)
{
    static const char path[] = "/proc/sys/net/ipv4/tcp_max_syn_backlog";
    uint64_t cookies = 0;
    if (reading->side != LIMIT_SIDE_SERVER || !limit_read_machine(reading->root, path, value)) {
        return false;
    }
    if (source_read_uint(reading->root, "/proc/sys/net/ipv4/tcp_syncookies", &cookies)) {
        snprintf(value->source, sizeof value->source, "%s (tcp_syncookies %u)", path, (unsigned)cookies);
    }
    return true;
}

bool limit_read_BACKLOG(const struct limit_reading *reading, struct limit_value *value)
{
    value->scope = LIMIT_SCOPE_SOCKET;
    value->value = reading->backlog;
    value->used = LIMIT_UNKNOWN;
    limit_set_source(value, "listen");
    return reading->side == LIMIT_SIDE_SERVER && reading->backlog != LIMIT_UNKNOWN;
}
