/* The parts of a run in the store: samples, traces, limits, histograms, transcript; and what can be changed of a run
 * that is stored already. Threads, errors and callbacks as in store.h. */
#ifndef KONEKSI_DB_STORE_PARTS_H
#define KONEKSI_DB_STORE_PARTS_H

#include "db/run.h"
#include "db/run_parts.h"

struct store;

/* --- writing, each batch in one transaction; RESULT_NOT_FOUND when there is no such run --- */
/* Replaces limits that are stored already: each side's can be stored as soon as they are known, and again. */
enum result store_limits_put(struct store *store, int64_t id, const struct run_limit *limits, size_t count,
                             struct err *err) MUST_CHECK;
/* Of a run with several generators, once. */
enum result store_ranks_add(struct store *store, int64_t id, const struct load_rank *ranks, size_t count,
                            struct err *err) MUST_CHECK;
enum result store_samples_add(struct store *store, int64_t id, const struct run_sample *samples, size_t count,
                              struct err *err) MUST_CHECK;
enum result store_traces_add(struct store *store, int64_t id, const struct error_trace *traces, size_t count,
                             struct err *err) MUST_CHECK;
enum result store_logs_add(struct store *store, int64_t id, const struct run_log *logs, size_t count,
                           struct err *err) MUST_CHECK;

/* --- reading --- */

/* The parts of one run in order. A list with `after` begins behind that position (0: from the first) and passes each
 * row's position to the callback, so that a long list can be read in pages in constant memory. A run that does not
 * exist has no rows. */
enum result store_samples_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                               bool (*each)(int64_t position, const struct run_sample *sample, void *arg), void *arg,
                               struct err *err) MUST_CHECK;
enum result store_traces_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                              bool (*each)(int64_t position, const struct error_trace *trace, void *arg), void *arg,
                              struct err *err) MUST_CHECK;
/* In time order over both sides; position is a row's place in that order, from 1. */
enum result store_logs_each(struct store *store, int64_t id, int64_t after, uint32_t limit,
                            bool (*each)(int64_t position, const struct run_log *log, void *arg), void *arg,
                            struct err *err) MUST_CHECK;
enum result store_limits_each(struct store *store, int64_t id, bool (*each)(const struct run_limit *limit, void *arg),
                              void *arg, struct err *err) MUST_CHECK;
/* None where one generator carried the run, or where it reported no end. */
enum result store_ranks_each(struct store *store, int64_t id, bool (*each)(const struct load_rank *rank, void *arg),
                             void *arg, struct err *err) MUST_CHECK;
/* RESULT_NOT_FOUND when one is missing (the run is not over, or it measured nothing), RESULT_INVALID when one cannot be
 * read: it is empty, and the others are there. */
enum result store_histogram_get(struct store *store, int64_t id, struct hist latency[LATENCY_COUNT],
                                struct err *err) MUST_CHECK;

/* RESULT_NOT_FOUND; RESULT_CONFLICT while it is running. */
enum result store_run_label_put(struct store *store, int64_t id, const char *label, struct err *err) MUST_CHECK;

/* Replaces the verdict of the run with that id. RESULT_NOT_FOUND. */
enum result store_run_verdict_put(struct store *store, const struct run *run, struct err *err) MUST_CHECK;

#endif
