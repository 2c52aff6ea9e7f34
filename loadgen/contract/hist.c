#include "loadgen/contract/hist.h"

#include <math.h>

#include "base/atomics.h"
#include "base/json_text.h"

#define SUB_BITS 7U /* 2^7 = 128 buckets to each power of two */
#define SUB_COUNT (1U << SUB_BITS)

void hist_init(struct hist *hist)
{
    for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
        atomic_store_explicit(&hist->counts[bucket], 0, memory_order_relaxed);
    }
    atomic_store_explicit(&hist->total_ns, 0, memory_order_relaxed);
    atomic_store_explicit(&hist->min_ns, 0, memory_order_relaxed);
    atomic_store_explicit(&hist->max_ns, 0, memory_order_relaxed);
}

/* Below 128 each value has its own bucket; from there on a bucket keeps a value's 8 leading bits. */
static uint32_t bucket_of(uint64_t value_ns)
{
    if (value_ns < SUB_COUNT) {
        return (uint32_t)value_ns;
    }
    const uint32_t exponent = 63U - (uint32_t)__builtin_clzll(value_ns);
    const uint32_t bucket = (exponent - SUB_BITS) * SUB_COUNT + (uint32_t)(value_ns >> (exponent - SUB_BITS));
    return bucket < HIST_BUCKETS ? bucket : HIST_BUCKETS - 1;
}

uint64_t hist_bucket_lower(uint32_t bucket)
{
    if (bucket < SUB_COUNT) {
        return bucket;
    }
    const uint32_t shift = bucket / SUB_COUNT - 1;
    return (uint64_t)(SUB_COUNT + bucket % SUB_COUNT) << shift;
}

uint64_t hist_bucket_upper(uint32_t bucket)
{
    return bucket == HIST_BUCKETS - 1 ? UINT64_MAX : hist_bucket_lower(bucket + 1);
}

void hist_record(struct hist *hist, uint64_t value_ns)
{
    if (value_ns == 0) {
        value_ns = 1; /* two readings of a clock of 1 ns: the shortest time that it can tell */
    }
    atomic_fetch_add_explicit(&hist->counts[bucket_of(value_ns)], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&hist->total_ns, value_ns, memory_order_relaxed);
    /* 0 is no minimum yet, so that all-zero memory is an empty histogram. */
    atomic_lower_to(&hist->min_ns, value_ns);
    atomic_raise_to(&hist->max_ns, value_ns);
}

uint64_t hist_bucket_count(const struct hist *hist, uint32_t bucket)
{
    return atomic_load_explicit(&hist->counts[bucket], memory_order_relaxed);
}

void hist_merge(struct hist *into, const struct hist *from)
{
    for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
        const uint64_t count = hist_bucket_count(from, bucket);
        if (count > 0) {
            atomic_fetch_add_explicit(&into->counts[bucket], count, memory_order_relaxed);
        }
    }
    atomic_fetch_add_explicit(&into->total_ns, atomic_load_explicit(&from->total_ns, memory_order_relaxed),
                              memory_order_relaxed);
    const uint64_t min_ns = atomic_load_explicit(&from->min_ns, memory_order_relaxed);
    if (min_ns > 0) {
        atomic_lower_to(&into->min_ns, min_ns);
    }
    atomic_raise_to(&into->max_ns, atomic_load_explicit(&from->max_ns, memory_order_relaxed));
}

uint64_t hist_count(const struct hist *hist)
{
    uint64_t count = 0;
    for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
        count += hist_bucket_count(hist, bucket);
    }
    return count;
}

/* The bucket that holds the value of rank `rank` (1 is the smallest). */
static uint32_t bucket_of_rank(const struct hist *hist, uint64_t rank)
{
    uint64_t seen = 0;
    for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
        seen += hist_bucket_count(hist, bucket);
        if (seen >= rank) {
            return bucket;
        }
    }
    return HIST_BUCKETS - 1;
}

static uint64_t value_at_rank(const struct hist *hist, uint64_t rank, uint64_t count)
{
    const uint64_t min_ns = atomic_load_explicit(&hist->min_ns, memory_order_relaxed);
    const uint64_t max_ns = atomic_load_explicit(&hist->max_ns, memory_order_relaxed);
    if (rank <= 1) {
        return min_ns;
    }
    if (rank >= count) {
        return max_ns;
    }
    const uint32_t bucket = bucket_of_rank(hist, rank);
    const uint64_t lower = hist_bucket_lower(bucket);
    const uint64_t middle = bucket == HIST_BUCKETS - 1 ? max_ns : lower + (hist_bucket_upper(bucket) - lower) / 2;
    return middle < min_ns ? min_ns : middle > max_ns ? max_ns : middle;
}

static uint64_t percentile_of(const struct hist *hist, double percent, uint64_t count)
{
    if (count == 0) {
        return 0;
    }
    return value_at_rank(hist, (uint64_t)ceil(percent / 100.0 * (double)count), count);
}

uint64_t hist_percentile(const struct hist *hist, double percent)
{
    return percentile_of(hist, percent, hist_count(hist));
}

struct latency hist_summary(const struct hist *hist)
{
    const uint64_t count = hist_count(hist);
    if (count == 0) {
        return (struct latency){0};
    }
    return (struct latency){
        .count = count,
        .min_ns = atomic_load_explicit(&hist->min_ns, memory_order_relaxed),
        .p50_ns = percentile_of(hist, 50, count),
        .p90_ns = percentile_of(hist, 90, count),
        .p99_ns = percentile_of(hist, 99, count),
        .p999_ns = percentile_of(hist, 99.9, count),
        .max_ns = atomic_load_explicit(&hist->max_ns, memory_order_relaxed),
        .mean_ns = atomic_load_explicit(&hist->total_ns, memory_order_relaxed) / count,
    };
}

static void write_bucket(struct buf *to, uint32_t bucket, uint64_t count)
{
    json_text_open_array(to, NULL);
    json_text_uint(to, NULL, bucket);
    json_text_uint(to, NULL, count);
    json_text_close_array(to);
}

void hist_write(const struct hist *hist, const char *name, struct buf *to)
{
    json_text_open_object(to, name);
    json_text_uint(to, "total_ns", atomic_load(&hist->total_ns));
    json_text_uint(to, "min_ns", atomic_load(&hist->min_ns));
    json_text_uint(to, "max_ns", atomic_load(&hist->max_ns));
    json_text_open_array(to, "buckets");
    for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
        const uint64_t count = hist_bucket_count(hist, bucket);
        if (count > 0) {
            write_bucket(to, bucket, count);
        }
    }
    json_text_close_array(to);
    json_text_close_object(to);
}
