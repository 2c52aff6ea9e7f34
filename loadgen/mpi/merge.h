/* Makes one run of what the ranks report, as one generator would have reported it. Rank 0 has it; nothing here talks to
 * the others. For one thread at a time. */
#ifndef KONEKSI_LOADGEN_MPI_MERGE_H
#define KONEKSI_LOADGEN_MPI_MERGE_H

#include "loadgen/contract/report.h"
#include "loadgen/mpi/rank_report.h"

struct merge;

/* Of `count` clients. NULL: out of memory. */
struct merge *merge_create(uint64_t count, size_t ranks) MUST_CHECK;
void merge_destroy(struct merge *merge);

/* Host, process and clock of a rank, which are known from the start. */
void merge_introduce(struct merge *merge, const struct load_rank *line);

/* Takes what a rank's engine wrote while it runs; whether the reader is to see it as it is. A sample is kept for
 * merge_sample. Of the traces of a group the first are shown, of its usages the first: it was read where the first
 * client of the group failed. */
bool merge_take(struct merge *merge, size_t rank, const struct report_event *event) MUST_CHECK;

/* Whether a rank that has not had its last word has been silent for so long: stopped, or cut off. Call it at least once
 * a second. */
bool merge_has_silent(struct merge *merge, uint64_t ns);

/* The sums of the newest sample of each rank; `at_us` is the caller's. */
void merge_sample(const struct merge *merge, struct load_sample *sample);

/* A rank's last word. */
void merge_report(struct merge *merge, const struct rank_report *report);
/* Whether all of them have had it. */
bool merge_is_whole(const struct merge *merge);

/* Ends the run: a rank that had no last word is lost, and those of its clients that were started and had not completed
 * at its last sample have failed. Totals, peaks and groups are summed into `result`, whose latencies are the caller's.
 * A peak is thus the most that there can have been at the same time. */
void merge_end(struct merge *merge, struct load_result *result);

/* After merge_end: the line of each rank, how the run ended, and the verdict of the rank with the most failed clients,
 * its host in it where there are several. */
const struct load_rank *merge_lines(const struct merge *merge);
enum load_end merge_status(const struct merge *merge, struct err *err);
const struct verdict *merge_verdict(const struct merge *merge);
uint64_t merge_dropped(const struct merge *merge);

#endif
