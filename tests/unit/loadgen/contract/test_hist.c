#include <pthread.h>

#include "loadgen/contract/hist.h"
#include "tests/unit/test.h"

#define VALUES 200000U

static int compare(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Latencies spread evenly over the powers of two from 2^9 ns to 2^35 ns: every size that a run meets. */
static uint64_t *random_values(void)
{
    uint64_t *const values = malloc(VALUES * sizeof *values);
    assert_non_null(values);
    uint64_t state = 88172645463325252U;
    for (size_t i = 0; i < VALUES; i++) {
        const uint64_t exponent = 9 + next_random(&state) % 26;
        values[i] = (1ULL << exponent) + next_random(&state) % (1ULL << exponent);
    }
    return values;
}

static struct hist *new_hist(void)
{
    struct hist *const hist = calloc(1, sizeof *hist);
    assert_non_null(hist);
    return hist;
}

TEST(percentiles_are_within_one_percent_of_the_sorted_values)
{
    struct hist *const hist = new_hist();
    uint64_t *const values = random_values();
    for (size_t i = 0; i < VALUES; i++) {
        hist_record(hist, values[i]);
    }
    qsort(values, VALUES, sizeof *values, compare);
    for (unsigned half = 1; half < 200; half++) {
        const double percent = half / 2.0;
        const uint64_t exact = values[(size_t)(percent / 100 * VALUES + 0.999999) - 1];
        const double error = (double)hist_percentile(hist, percent) / (double)exact - 1;
        assert_true(error < 0.01 && error > -0.01);
    }
    assert_int_equal(hist_percentile(hist, 0), values[0]);
    assert_int_equal(hist_percentile(hist, 100), values[VALUES - 1]);
    free(values);
    free(hist);
}

/* As the histograms of many generators are merged. */
TEST(merged_histograms_are_one_of_all_values)
{
    enum { PARTS = 52 };
    struct hist *const whole = new_hist();
    struct hist *const merged = new_hist();
    struct hist *const parts = calloc(PARTS, sizeof *parts);
    uint64_t *const values = random_values();
    assert_non_null(parts);
    for (size_t i = 0; i < VALUES; i++) {
        hist_record(whole, values[i]);
        hist_record(&parts[i % PARTS * (i % 3) % PARTS], values[i]);
    }
    for (size_t i = 0; i < PARTS; i++) {
        hist_merge(merged, &parts[i]);
    }
    assert_memory_equal(merged, whole, sizeof *whole);
    qsort(values, VALUES, sizeof *values, compare);
    for (unsigned half = 1; half < 200; half++) {
        const uint64_t exact = values[(size_t)(half / 2.0 / 100 * VALUES + 0.999999) - 1];
        const double error = (double)hist_percentile(merged, half / 2.0) / (double)exact - 1;
        assert_true(error < 0.005 && error > -0.005);
    }
    free(values);
    free(parts);
    free(merged);
    free(whole);
}

TEST(the_summary_has_exact_count_min_max_and_mean)
{
    struct hist *const hist = new_hist();
    hist_record(hist, 1001);
    hist_record(hist, 1999);
    hist_record(hist, 900000007);
    const struct latency summary = hist_summary(hist);
    assert_int_equal(summary.count, 3);
    assert_int_equal(summary.min_ns, 1001);
    assert_int_equal(summary.max_ns, 900000007);
    assert_int_equal(summary.mean_ns, (1001 + 1999 + 900000007) / 3);
    assert_in_range(summary.p50_ns, 1989, 2009);
    free(hist);
}

TEST(an_empty_histogram_is_all_zero)
{
    struct hist *const hist = new_hist();
    const struct latency zero = {0};
    const struct latency summary = hist_summary(hist);
    assert_memory_equal(&summary, &zero, sizeof zero);
    assert_int_equal(hist_percentile(hist, 99), 0);
    free(hist);
}

TEST(each_bucket_holds_its_own_bounds)
{
    for (uint32_t bucket = 1; bucket + 1 < HIST_BUCKETS; bucket++) {
        assert_int_equal(hist_bucket_upper(bucket), hist_bucket_lower(bucket + 1));
        struct hist *const hist = bucket % 97 == 0 ? new_hist() : NULL; /* a sample: a histogram is large */
        if (hist != NULL) {
            hist_record(hist, hist_bucket_lower(bucket));
            hist_record(hist, hist_bucket_upper(bucket) - 1);
            assert_int_equal(hist->counts[bucket], 2);
            free(hist);
        }
    }
}

TEST(values_beyond_the_range_are_kept_in_the_last_bucket)
{
    struct hist *const hist = new_hist();
    hist_record(hist, UINT64_MAX / 2);
    hist_record(hist, 0);
    assert_int_equal(hist_count(hist), 2);
    assert_int_equal(hist->counts[HIST_BUCKETS - 1], 1);
    assert_int_equal(hist_percentile(hist, 100), UINT64_MAX / 2);
    free(hist);
}

TEST(merging_is_the_same_as_recording_all_in_one)
{
    struct hist *const one = new_hist();
    struct hist *const odd = new_hist();
    struct hist *const even = new_hist();
    for (uint64_t value = 1; value < 100000; value += 7) {
        hist_record(one, value);
        hist_record(value % 2 == 0 ? even : odd, value);
    }
    hist_merge(even, odd);
    assert_memory_equal(one, even, sizeof *one);
    free(one);
    free(odd);
    free(even);
}

static void *record_many(void *argument)
{
    struct hist *const hist = argument;
    for (uint64_t value = 1; value <= 20000; value++) {
        hist_record(hist, value);
    }
    return NULL;
}

TEST(threads_that_record_together_lose_nothing)
{
    struct hist *const hist = new_hist();
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, record_many, hist), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(hist_count(hist), 80000);
    assert_int_equal(hist->total_ns, 4ULL * 20000 * 20001 / 2);
    assert_int_equal(hist->min_ns, 1);
    assert_int_equal(hist->max_ns, 20000);
    free(hist);
}

TEST(json_gives_back_the_same_histogram)
{
    struct hist *const hist = new_hist();
    struct hist *const back = new_hist();
    for (uint64_t value = 500; value < 5000000; value += value / 3) {
        hist_record(hist, value);
    }
    hist_record(back, 77); /* must be overwritten */
    struct buf text = BUF_INIT;
    hist_write(hist, NULL, &text);
    assert_false(text.failed);
    cJSON *const json = cJSON_Parse(text.bytes);
    assert_non_null(json);
    struct err err;
    OK(hist_from_json(back, json, &err));
    assert_memory_equal(hist, back, sizeof *hist);
    cJSON_Delete(json);
    buf_free(&text);
    free(hist);
    free(back);
}

TEST(wrong_json_is_refused)
{
    static const char *const wrong[] = {
        "null",
        "{}",
        "{\"total_ns\":1,\"min_ns\":1,\"max_ns\":1}",
        "{\"total_ns\":-1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[]}",
        "{\"total_ns\":1,\"min_ns\":\"1\",\"max_ns\":1,\"buckets\":[]}",
        "{\"total_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[7]}",
        "{\"total_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[[1]]}",
        "{\"total_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[[4736,1]]}",
        "{\"total_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[[-1,1]]}",
        "{\"total_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[[1,-1]]}",
        "{\"total_ns\":1,\"min_ns\":1,\"max_ns\":1,\"buckets\":[[1.5,1]]}",
    };
    struct hist *const hist = new_hist();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cJSON *const json = cJSON_Parse(wrong[i]);
        assert_non_null(json);
        struct err err = {0};
        assert_int_equal(hist_from_json(hist, json, &err), RESULT_INVALID);
        assert_string_not_equal(err.message, "");
        cJSON_Delete(json);
    }
    free(hist);
}
