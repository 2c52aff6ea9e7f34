/* The reading side of hist_write. */
#include <math.h>

#include "loadgen/contract/hist.h"

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
