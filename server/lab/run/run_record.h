/* The parts of a run under way that the store does not have yet: the limits of both sides, samples, error traces and
 * the transcript, its ranks. Each part leaves memory only when the store has it. */
#ifndef KONEKSI_SERVER_LAB_RUN_RUN_RECORD_H
#define KONEKSI_SERVER_LAB_RUN_RUN_RECORD_H

#include "db/run_parts.h"
#include "db/store.h"
#include "loadgen/limits/limits.h"
#include "server/lab/run/run_ranks.h"
#include "server/lab/run/traces.h"
#include "server/lab/run/transcript.h"

struct run_record {
    struct transcript *transcript; /* NULL before the launch, or when there was no memory for it */
    struct traces *traces;
    struct run_sample *samples;
    size_t sample_count;
    struct run_ranks ranks;                                 /* of a run with several generators, once they have ended */
    struct run_limit limits[LIMIT_SIDE_COUNT][LIMIT_COUNT]; /* by side */
    size_t limit_count[LIMIT_SIDE_COUNT];
    bool limits_stored[LIMIT_SIDE_COUNT];
};

/* `record` is all zero. RESULT_NO_MEMORY; run_record_free is called in either case. */
enum result run_record_init(struct run_record *record, struct err *err) MUST_CHECK;
void run_record_free(struct run_record *record);

/* Dropped when too many wait for the store. */
void run_record_add_sample(struct run_record *record, const struct run_sample *sample);

/* The limits of one side as they were when the run began; those of the client side are the generator's report. */
void run_record_set_limits(struct run_record *record, enum limit_side side, const struct limit_value *values,
                           size_t count);
/* What was in use of them while clients ran; `at_failure`: NULL when no client failed. */
void run_record_set_use(struct run_record *record, const struct usage at_failure[LIMIT_SIDE_COUNT],
                        const struct usage peak[LIMIT_SIDE_COUNT]);

/* Copies the limits of both sides and returns how many there are. */
size_t run_record_limits(const struct run_record *record, struct limit_value values[2 * LIMIT_COUNT]);

/* Stores all parts of run `id`. What fails stays in memory for the next call. */
enum result run_record_flush(struct run_record *record, struct store *store, int64_t id, struct err *err) MUST_CHECK;

#endif
