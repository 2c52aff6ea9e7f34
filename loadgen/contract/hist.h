/* A latency histogram: log-linear buckets as HdrHistogram has them, 128 to each power of two, so that a value read
 * back (a bucket's middle) is within 0.4% of the one recorded. Values are nanoseconds, up to 146 minutes (2^43).
 *
 * The struct is public because it lies in memory shared between processes; use it through the functions alone. */
#ifndef KONEKSI_LOADGEN_CONTRACT_HIST_H
#define KONEKSI_LOADGEN_CONTRACT_HIST_H

#include <cjson/cJSON.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define HIST_BUCKETS 4736 /* 128 * 37 */

struct hist {
    _Atomic uint64_t counts[HIST_BUCKETS];
    _Atomic uint64_t total_ns; /* of all values, for the mean */
    _Atomic uint64_t min_ns;   /* exact; meaningless while nothing was recorded */
    _Atomic uint64_t max_ns;   /* exact */
};

/* min p50 p90 p99 p999 max mean, in nanoseconds; all 0 when count is 0 */
struct latency {
    uint64_t count;
    uint64_t min_ns, p50_ns, p90_ns, p99_ns, p999_ns, max_ns, mean_ns;
};

/* All-zero memory is an empty histogram (min_ns is handled by the functions). */
void hist_init(struct hist *hist);

/* Safe from any thread or process that shares the memory; relaxed atomics, no lock, no system call. */
void hist_record(struct hist *hist, uint64_t value_ns);

/* Adds `from` to `into`. */
void hist_merge(struct hist *into, const struct hist *from);

uint64_t hist_count(const struct hist *hist);

/* The value at or below which `percent` (0..100) of the recorded values lie; 0 when there are none. Within [min, max].
 */
uint64_t hist_percentile(const struct hist *hist, double percent);

struct latency hist_summary(const struct hist *hist);

/* A bucket's bounds, and how many of the recorded values v are in it: lower <= v < upper; the last has no end. */
uint64_t hist_bucket_lower(uint32_t bucket);
uint64_t hist_bucket_upper(uint32_t bucket);
uint64_t hist_bucket_count(const struct hist *hist, uint32_t bucket);

/* {"total_ns":N,"min_ns":N,"max_ns":N,"buckets":[[index,count],...]}, non-empty buckets only; see base/json_text.h. */
void hist_write(const struct hist *hist, const char *name, struct buf *to);
/* RESULT_INVALID when it is not of that form (index out of range, negative counts). Overwrites `hist`. */
enum result hist_from_json(struct hist *hist, const cJSON *json, struct err *err) MUST_CHECK;

#endif
