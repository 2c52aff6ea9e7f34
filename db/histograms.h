/* The latency histograms of a run, as rows to insert. store_parts.h has how they are read. */
#ifndef KONEKSI_DB_HISTOGRAMS_H
#define KONEKSI_DB_HISTOGRAMS_H

#include "base/err.h"
#include "loadgen/contract/load_result.h"

struct db_connection;

struct store_histograms {
    struct latency latency[LATENCY_COUNT];
    char *texts[LATENCY_COUNT]; /* JSON; NULL: nothing was measured */
};

/* Fills `histograms`; store_histograms_free after it, on failure too. RESULT_NO_MEMORY. */
enum result store_histograms_make(struct store_histograms *histograms, const struct hist latency[LATENCY_COUNT],
                                  struct err *err) MUST_CHECK;
void store_histograms_free(struct store_histograms *histograms);

/* Inside a transaction of the writer. */
enum result store_histograms_insert(struct db_connection *writer, int64_t id, const struct store_histograms *histograms,
                                    struct err *err) MUST_CHECK;

#endif
