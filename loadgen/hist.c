#include "hist.h"

#include <math.h>

#include "base/atomics.h"
#include "json.h"

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

static bool add_bucket(cJSON *buckets, uint32_t bucket, uint64_t count)
{
    cJSON *const pair = cJSON_CreateArray();
    return json_append(buckets, pair) && json_append(pair, cJSON_CreateNumber(bucket)) &&
           json_append(pair, cJSON_CreateNumber((double)count));
}

cJSON *hist_to_json(const struct hist *hist)
{
    cJSON *const json = cJSON_CreateObject();
    if (cJSON_AddNumberToObject(json, "total_ns", (double)atomic_load(&hist->total_ns)) == NULL ||
        cJSON_AddNumberToObject(json, "min_ns", (double)atomic_load(&hist->min_ns)) == NULL ||
        cJSON_AddNumberToObject(json, "max_ns", (double)atomic_load(&hist->max_ns)) == NULL) {
        goto fail;
    }
    cJSON *const buckets = cJSON_AddArrayToObject(json, "buckets");
    for (uint32_t bucket = 0; buckets != NULL && bucket < HIST_BUCKETS; bucket++) {
        const uint64_t count = hist_bucket_count(hist, bucket);
        if (count > 0 && !add_bucket(buckets, bucket, count)) {
            goto fail;
        }
    }
    if (buckets != NULL) {
        return json;
    }
fail:
    cJSON_Delete(json);
    return NULL;
}

/* A whole number from 0 to 2^63; false when `item` is anything else. */
static bool read_count(const cJSON *item, uint64_t *value)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > 0x1p63 ||
        floor(item->valuedouble) != item->valuedouble) {
        return false;
    }
    *value = (uint64_t)item->valuedouble;
    return true;
}

static bool read_field(const cJSON *json, const char *name, _Atomic uint64_t *field)
{
    uint64_t value = 0;
    if (!read_count(cJSON_GetObjectItemCaseSensitive(json, name), &value)) {
        return false;
    }
    atomic_store(field, value);
    return true;
}

static bool read_bucket(struct hist *hist, const cJSON *pair)
{
    uint64_t bucket = 0;
    uint64_t count = 0;
    if (!cJSON_IsArray(pair) || cJSON_GetArraySize(pair) != 2 || !read_count(pair->child, &bucket) ||
        !read_count(pair->child->next, &count) || bucket >= HIST_BUCKETS) {
        return false;
    }
    atomic_fetch_add(&hist->counts[bucket], count);
    return true;
}

enum result hist_from_json(struct hist *hist, const cJSON *json, struct err *err)
{
    hist_init(hist);
    const cJSON *const buckets = cJSON_GetObjectItemCaseSensitive(json, "buckets");
    if (!read_field(json, "total_ns", &hist->total_ns) || !read_field(json, "min_ns", &hist->min_ns) ||
        !read_field(json, "max_ns", &hist->max_ns) || !cJSON_IsArray(buckets)) {
        return err_set(err, RESULT_INVALID, "a histogram needs total_ns, min_ns, max_ns and buckets");
    }
    const cJSON *pair = NULL;
    cJSON_ArrayForEach(pair, buckets)
    {
        if (!read_bucket(hist, pair)) {
            return err_set(err, RESULT_INVALID, "a histogram's bucket is [index below %d, count]", HIST_BUCKETS);
        }
    }
    return RESULT_OK;
}
