/* The "total koneksi N" ring: counts the accepted connections and keeps when the newest 4096 came.
 * Any number of threads may add and read without waiting for one another. */
#ifndef KONEKSI_SERVER_TIME_CONNECTION_LOG_H
#define KONEKSI_SERVER_TIME_CONNECTION_LOG_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "server/time/time_stats.h"

#define CONNECTION_LOG_ROWS 4096

/* All zero when new. */
struct connection_log {
    alignas(64) _Atomic uint64_t total;
    struct {
        _Atomic uint64_t number; /* 0 while the row is being written */
        _Atomic uint64_t at_ns;
    } rows[CONNECTION_LOG_ROWS];
};

/* One more connection; returns its number, from 1. */
uint64_t connection_log_add(struct connection_log *log, uint64_t at_ns);

uint64_t connection_log_total(const struct connection_log *log);

/* Copies the rows with number > *cursor, oldest first, at most `capacity`, sets *cursor to the last one copied and
 * returns how many. Rows that were overwritten before they could be read are skipped; a row that is just being written
 * ends the reading and comes with the next. */
size_t connection_log_read(const struct connection_log *log, uint64_t *cursor, struct time_log *rows, size_t capacity);

#endif
