/* What a run has to reach: reading the options, and keeping or missing them. */
#include <math.h>
#include <string.h>

#include "base/table.h"
#include "server/command/thresholds.h"
#include "tests/unit/test.h"

static struct threshold parsed(enum threshold_id id, const char *text)
{
    struct threshold threshold;
    struct err err;
    OK(threshold_parse(id, text, &threshold, &err));
    return threshold;
}

TEST(numbers_and_percents_are_read)
{
    struct threshold threshold = parsed(THRESHOLD_MAX_FAILED, "12");
    assert_true(threshold.checked && threshold.given && !threshold.percent);
    assert_true(threshold.value == 12);
    threshold = parsed(THRESHOLD_MAX_FAILED, "0.5%");
    assert_true(threshold.percent && threshold.value == 0.5);
    assert_true(parsed(THRESHOLD_P99_MS, "2.5").value == 2.5);
    assert_true(parsed(THRESHOLD_MIN_CEILING, "600").value == 600);
    assert_true(parsed(THRESHOLD_MIN_RATE, "0").value == 0);
}

TEST(what_is_no_such_number_is_refused_by_name)
{
    static const struct {
        enum threshold_id id;
        const char *text;
    } rows[] = {
        {THRESHOLD_MAX_FAILED, ""},      {THRESHOLD_MAX_FAILED, "-1"},   {THRESHOLD_MAX_FAILED, "1.5"},
        {THRESHOLD_MAX_FAILED, "101%"},  {THRESHOLD_MAX_FAILED, "%"},    {THRESHOLD_MAX_FAILED, "1%%"},
        {THRESHOLD_P99_MS, "5%"},        {THRESHOLD_P99_MS, "1.2.3"},    {THRESHOLD_P99_MS, "0x10"},
        {THRESHOLD_P99_MS, "inf"},       {THRESHOLD_MIN_CEILING, "1e3"}, {THRESHOLD_MIN_CEILING, "6 "},
        {THRESHOLD_MIN_CEILING, "10.5"}, {THRESHOLD_MIN_RATE, "nan"},    {THRESHOLD_MIN_RATE, "99999999999999999999"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct threshold threshold;
        struct err err;
        if (threshold_parse(rows[i].id, rows[i].text, &threshold, &err) != RESULT_INVALID) {
            fail_msg("\"%s\" was taken", rows[i].text);
        }
        assert_string_equal(err.field, threshold_rows[rows[i].id].name);
    }
}

static void expect_missed(enum threshold_id id, const char *option, const struct measured *measured, const char *says)
{
    const struct threshold threshold = parsed(id, option);
    struct buf sentence = BUF_INIT;
    assert_false(threshold_kept(id, &threshold, measured, &sentence));
    assert_false(sentence.failed);
    assert_string_equal(sentence.bytes, says);
    buf_free(&sentence);
}

static void expect_kept(enum threshold_id id, const char *option, const struct measured *measured)
{
    const struct threshold threshold = parsed(id, option);
    struct buf sentence = BUF_INIT;
    assert_true(threshold_kept(id, &threshold, measured, &sentence));
    assert_int_equal(sentence.length, 0);
}

static struct measured a_run(void)
{
    struct measured measured;
    measured_init(&measured);
    snprintf(measured.name, sizeof measured.name, "thread, 5000 clients");
    measured.count = 5000;
    measured.of[THRESHOLD_MAX_FAILED] = 50;
    measured.of[THRESHOLD_MIN_RATE] = 1234.5;
    measured.of[THRESHOLD_P99_MS] = 12.25;
    return measured;
}

TEST(a_threshold_holds_up_to_its_value)
{
    const struct measured measured = a_run();
    expect_kept(THRESHOLD_MAX_FAILED, "50", &measured);
    expect_kept(THRESHOLD_MAX_FAILED, "1%", &measured);
    expect_kept(THRESHOLD_P99_MS, "12.25", &measured);
    expect_kept(THRESHOLD_MIN_RATE, "1234.5", &measured);
    struct measured hundred = a_run();
    hundred.count = 100;
    hundred.of[THRESHOLD_MAX_FAILED] = 29; /* 29 / 100 * 100 is a little less */
    expect_kept(THRESHOLD_MAX_FAILED, "29%", &hundred);
}

TEST(a_missed_threshold_is_one_sentence_with_the_figure)
{
    const struct measured measured = a_run();
    expect_missed(THRESHOLD_MAX_FAILED, "49", &measured,
                  "thread, 5000 clients: --max-failed 49 was missed: 50 of 5,000 clients did not complete.");
    expect_missed(THRESHOLD_MAX_FAILED, "0.9%", &measured,
                  "thread, 5000 clients: --max-failed 0.9% was missed: 50 of 5,000 clients did not complete.");
    expect_missed(THRESHOLD_P99_MS, "5", &measured,
                  "thread, 5000 clients: --p99-ms 5 was missed: 99% of the clients took at most 12.25 ms.");
    expect_missed(THRESHOLD_MIN_RATE, "2000", &measured,
                  "thread, 5000 clients: --min-rate 2000 was missed: 1234.50 clients completed a second.");
}

TEST(the_sentence_names_what_stopped_the_clients)
{
    struct measured measured;
    struct verdict verdict = verdict_of_kind(VERDICT_LIMIT);
    measured_init(&measured);
    snprintf(measured.name, sizeof measured.name, "ceiling of mode thread");
    measured.of[THRESHOLD_MIN_CEILING] = 196;
    verdict.limit = LIMIT_NOFILE;
    verdict.side = FACT_SIDE_CLIENT;
    verdict.value = 200;
    measured_set_verdict(&measured, &verdict);
    expect_missed(THRESHOLD_MIN_CEILING, "600", &measured,
                  "ceiling of mode thread: --min-ceiling 600 was missed: 196 clients completed at the same time; "
                  "RLIMIT_NOFILE (200) on the client side stopped clients.");
    verdict = verdict_of_kind(VERDICT_UNKNOWN);
    measured_set_verdict(&measured, &verdict);
    assert_string_equal(measured.stopped, "what stopped clients is not known");
    verdict = verdict_of_kind(VERDICT_CAUSE);
    verdict.reason = REASON_NOBODY_LISTENS;
    measured_set_verdict(&measured, &verdict);
    assert_string_equal(measured.stopped, "cause: nobody listens");
    verdict = verdict_of_kind(VERDICT_NONE);
    measured_set_verdict(&measured, &verdict);
    assert_string_equal(measured.stopped, "");
}

TEST(a_figure_that_was_not_measured_keeps_nothing)
{
    struct measured measured = a_run();
    measured.of[THRESHOLD_P99_MS] = NAN;
    expect_missed(THRESHOLD_P99_MS, "5", &measured,
                  "thread, 5000 clients: --p99-ms 5 was missed: no client completed, so that there is nothing to "
                  "measure.");
}
