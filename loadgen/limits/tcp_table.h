/* Private to loadgen/limits: reads the kernel's tables of TCP sockets row by row. */
#ifndef KONEKSI_LOADGEN_LIMITS_TCP_TABLE_H
#define KONEKSI_LOADGEN_LIMITS_TCP_TABLE_H

#include <stdbool.h>

#include "base/tcp_row.h"

/* Not /proc/net: a /proc mounted with subset=pid, as systemd's ProcSubset=pid does, has only the processes' own. */
#define TCP_TABLE_4 "/proc/self/net/tcp"
#define TCP_TABLE_6 "/proc/self/net/tcp6"

/* False ends the reading. */
typedef bool tcp_table_take(void *context, const struct tcp_row *row);

/* Takes the rows of the table at `path`, all or only those of sockets that listen, which come first. False: it cannot
 * be read; a kernel without IPv6 has an empty one. A row costs about a microsecond. `root`: see sources.h. */
bool tcp_table_read(const char *root, const char *path, bool only_listeners, tcp_table_take *take, void *context);

#endif
