/* A server of somebody else that was watched, as JSON: the program, its processes and what was seen of them, and if
 * they are not visible why (docs/numbers.md, `server_process`). */
#ifndef KONEKSI_LOADGEN_WATCH_FOREIGN_WRITE_H
#define KONEKSI_LOADGEN_WATCH_FOREIGN_WRITE_H

#include "base/json_writer.h"
#include "loadgen/watch/foreign_server.h"

void foreign_write(const struct json_writer *writer, const char *name, const struct foreign_server *server);

/* The same as a text; "" when it does not fit, or memory ran out. */
void foreign_describe(const struct foreign_server *server, char *json, size_t size);

#endif
