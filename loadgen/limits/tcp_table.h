/* Private to loadgen/limits: reads the kernel's tables of TCP sockets row by row. */
#ifndef KONEKSI_LOADGEN_LIMITS_TCP_TABLE_H
#define KONEKSI_LOADGEN_LIMITS_TCP_TABLE_H

#include <stdbool.h>

#include "base/tcp_row.h"

/* False ends the reading. */
typedef bool tcp_table_take(void *context, const struct tcp_row *row);

/* Takes the rows of the tables of IPv4 and of IPv6 in turn, all or only those of sockets that listen. False: they
 * cannot be read. A row costs about a microsecond. `root`: see sources.h. */
bool tcp_tables_read(const char *root, bool only_listeners, tcp_table_take *take, void *context);

/* The same of the sockets that listen. The kernel is asked for those alone where it answers, for of the tables it has
 * to walk far more: 2 ms and more on a machine with much memory. */
bool tcp_listeners_read(const char *root, tcp_table_take *take, void *context);

#endif
