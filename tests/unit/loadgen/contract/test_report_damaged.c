/* Lines that were cut or changed on their way. */

#include "tests/unit/loadgen/contract/report_events.h"
#include "tests/unit/test.h"

/* Every beginning of a line is refused: the generator may die in the middle of one. */
TEST(truncated_lines_are_refused)
{
    for (size_t i = 0; i < MAKERS; i++) {
        struct report_event event = makers[i]();
        char *const line = format_line(&event);
        const size_t length = strlen(line) - 1;
        for (size_t cut = 0; cut < length; cut++) {
            struct report_event again;
            struct err err = {0};
            char *const bytes = exact_copy(line, cut);
            assert_int_equal(report_parse(bytes, cut, &again, &err), RESULT_INVALID);
            report_event_free(&again);
            free(bytes);
        }
        free(line);
        report_event_free(&event);
    }
}

static void mutate(char *bytes, size_t length, uint64_t *seed)
{
    static const char spice[] = "\"{}[],:-0123456789.eE\\u\xff\xc3 tfn";
    const size_t changes = 1 + next_random(seed) % 6;
    for (size_t i = 0; i < changes && length > 0; i++) {
        bytes[next_random(seed) % length] = spice[next_random(seed) % (sizeof spice - 1)];
    }
}

TEST(mutated_lines_do_no_harm)
{
    uint64_t seed = 88172645463325252ULL;
    size_t refused = 0;
    for (size_t round = 0; round < 6000; round++) {
        struct report_event event = makers[round % MAKERS]();
        struct report_event again;
        struct err err;
        char *const line = format_line(&event);
        const size_t length = strlen(line) - 1;
        char *const bytes = exact_copy(line, length);
        mutate(bytes, length, &seed);
        if (report_parse(bytes, length, &again, &err) == RESULT_OK) {
            char *const second = format_line(&again); /* what was taken can be written */
            assert_non_null(second);
            free(second);
        } else {
            assert_true(err.message[0] != '\0');
            refused++;
        }
        report_event_free(&again);
        report_event_free(&event);
        free(bytes);
        free(line);
    }
    assert_in_range(refused, 3000, 5999);
}
