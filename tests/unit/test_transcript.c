/* The transcript's bounds: the first lines, the last ones and a sample in between, whatever comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/traces.h"
#include "lab/transcript.h"

enum { ENDS = 200 };

static void say(struct transcript *transcript, uint64_t at_us, int number)
{
    char text[40];
    snprintf(text, sizeof text, "line %d", number);
    transcript_client(transcript, at_us, text);
}

static int number_of(const struct run_log *row)
{
    return (int)strtol(row->text + strlen("line "), NULL, 10);
}

static void a_short_run_is_kept_whole(void **state)
{
    (void)state;
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    size_t count = 0;
    assert_non_null(transcript);
    for (int i = 0; i < 2 * ENDS; i++) {
        say(transcript, 5, i);
    }
    transcript_close(transcript);
    const struct run_log *const rows = transcript_rows(transcript, &count);
    assert_int_equal(count, 2 * ENDS);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(number_of(&rows[i]), (int)i);
    }
    transcript_destroy(transcript);
}

static void of_a_long_run_both_ends_and_a_sample_are_kept(void **state)
{
    (void)state;
    enum { LINES = 100000, EACH_US = 100 }; /* ten seconds */
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    size_t count = 0;
    assert_non_null(transcript);
    for (int i = 0; i < LINES; i++) {
        say(transcript, (uint64_t)i * EACH_US, i);
    }
    transcript_close(transcript);
    const struct run_log *const rows = transcript_rows(transcript, &count);
    assert_in_range(count, 2 * ENDS + 900, 2 * ENDS + 1001); /* 100 a second in between */
    assert_int_equal(number_of(&rows[ENDS - 1]), ENDS - 1);
    for (size_t i = 0; i < ENDS; i++) {
        assert_int_equal(number_of(&rows[count - 1 - i]), LINES - 1 - (int)i);
    }
    for (size_t i = 1; i < count; i++) {
        assert_true(rows[i - 1].at_us <= rows[i].at_us);
    }
    transcript_destroy(transcript);
}

static void rows_that_are_not_stored_do_not_grow_without_bound(void **state)
{
    (void)state;
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    size_t count = 0;
    assert_non_null(transcript);
    for (int i = 0; i < 20000; i++) {
        say(transcript, (uint64_t)i * 1000000, i);
    }
    transcript_rows(transcript, &count);
    assert_int_equal(count, 4096);
    transcript_stored(transcript, 4000);
    const struct run_log *const rows = transcript_rows(transcript, &count);
    assert_int_equal(count, 96);
    assert_int_equal(number_of(&rows[0]), 4000);
    transcript_destroy(transcript);
}

static void the_live_view_gets_few_lines(void **state)
{
    (void)state;
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    struct run_log rows[TRANSCRIPT_LIVE_MOST];
    assert_non_null(transcript);
    for (int i = 0; i < 10000; i++) {
        say(transcript, (uint64_t)i * 1000000, i);
    }
    assert_int_equal(transcript_take_live(transcript, rows), TRANSCRIPT_LIVE_MOST);
    assert_int_equal(number_of(&rows[0]), 0);
    assert_int_equal(transcript_take_live(transcript, rows), 0);
    transcript_destroy(transcript);
}

static void the_live_view_has_ten_lines_a_second_in_pairs(void **state)
{
    (void)state;
    enum { EACH_US = 1000 };
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    struct run_log rows[TRANSCRIPT_LIVE_MOST];
    int last = -1;
    size_t lines = 0;
    assert_non_null(transcript);
    for (int i = 0; i < 1000; i++) {
        say(transcript, (uint64_t)i * EACH_US, i);
        const size_t count = transcript_take_live(transcript, rows);
        for (size_t j = 0; j < count; j++) {
            assert_true(lines % 2 == 0 || number_of(&rows[j]) == last + 1);
            last = number_of(&rows[j]);
            lines++;
        }
    }
    assert_int_equal(lines, 10);
    transcript_destroy(transcript);
}

static void every_failure_is_counted_and_the_first_of_each_group_kept(void **state)
{
    (void)state;
    struct traces *const traces = traces_create();
    uint32_t groups = 0;
    size_t rows = 0;
    assert_non_null(traces);
    for (uint64_t i = 0; i < 1000; i++) {
        const struct error_trace trace = {.client = i, .phase = PHASE_CONNECT, .call = "connect", .error_number = 111};
        traces_add(traces, &trace);
    }
    for (int i = 0; i < 1000; i++) {
        const struct error_trace trace = {.phase = PHASE_SEND, .call = "send", .error_number = i};
        traces_add(traces, &trace);
    }
    const struct error_group *const all = traces_groups(traces, &groups);
    assert_int_equal(groups, ERROR_GROUPS_MAX);
    assert_int_equal(all[0].count, 1000);
    traces_rows(traces, &rows);
    assert_int_equal(rows, TRACES_OF_GROUP_MOST + ERROR_GROUPS_MAX - 1);
    traces_stored(traces, 100);
    const struct error_trace *const left = traces_rows(traces, &rows);
    assert_int_equal(rows, ERROR_GROUPS_MAX - 1);
    assert_string_equal(left[0].call, "send");
    traces_destroy(traces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_run_is_kept_whole),
        cmocka_unit_test(of_a_long_run_both_ends_and_a_sample_are_kept),
        cmocka_unit_test(rows_that_are_not_stored_do_not_grow_without_bound),
        cmocka_unit_test(the_live_view_gets_few_lines),
        cmocka_unit_test(the_live_view_has_ten_lines_a_second_in_pairs),
        cmocka_unit_test(every_failure_is_counted_and_the_first_of_each_group_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
