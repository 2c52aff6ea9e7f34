#include "loadgen/verdict/words.h"

#include <ctype.h>
#include <string.h>

#include "tests/unit/test.h"

enum { VALUES_MOST = 5 };

/* Bit N: the text has {N}. */
static unsigned values_in(const char *text)
{
    unsigned found = 0;
    for (const char *at = text; (at = strchr(at, '{')) != NULL; at++) {
        assert_true(at[1] >= '0' && at[1] < '0' + VALUES_MOST && at[2] == '}');
        found |= 1U << (unsigned)(at[1] - '0');
    }
    return found;
}

TEST(each_text_has_the_same_values_in_each_language_and_no_byte_that_breaks_a_column)
{
    for (enum word word = 0; word < WORD_COUNT; word++) {
        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
            const char *const text = word_of(word, language);
            assert_true(text[0] != '\0');
            assert_int_equal(values_in(text), values_in(word_of(word, LANGUAGE_ENGLISH)));
            for (const char *at = text; *at != '\0'; at++) {
                assert_true(isascii(*at) && isprint(*at));
            }
        }
    }
}

TEST(names_before_a_figure_keep_their_column)
{
    static const enum word names[] = {WORD_COMPLETED,       WORD_FAILED,         WORD_NOT_STARTED,
                                      WORD_COMPLETED_PER_S, WORD_TOOK,           WORD_CONNECTIONS,
                                      WORD_COMPLETES,       WORD_CLIENT_THREADS, WORD_CLIENT_PROCESSES,
                                      WORD_SERVER_THREADS,  WORD_FAILS_AT,       WORD_PREDICTED};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
            assert_true(strlen(word_of(names[i], language)) <= 16);
        }
    }
    for (enum word word = WORD_COLUMN_VALUE; word <= WORD_UNLIMITED; word++) {
        assert_true(strlen(word_of(word, LANGUAGE_INDONESIAN)) <= 14);
    }
}

TEST(a_text_gets_its_values_and_is_cut_to_its_room)
{
    char text[64];
    word_fill(WORD_SOME_COMPLETED, LANGUAGE_INDONESIAN, WORD_VALUES("4.500", "5.000"), text, sizeof text);
    assert_string_equal(text, "4.500 dari 5.000 klien selesai");
    char small[8];
    word_fill(WORD_SOME_COMPLETED, LANGUAGE_ENGLISH, WORD_VALUES("4,500", "5,000"), small, sizeof small);
    assert_string_equal(small, "4,500 o");
    struct buf all = BUF_INIT;
    word_append(&all, WORD_ALL_COMPLETED, LANGUAGE_ENGLISH, WORD_VALUES("5"));
    assert_string_equal(all.bytes, "All 5 clients completed.");
    buf_free(&all);
}

TEST(figures_are_written_as_the_language_writes_them)
{
    char text[FIGURE_SIZE];
    assert_string_equal(word_number(1234567, LANGUAGE_ENGLISH, text), "1,234,567");
    assert_string_equal(word_number(1234567, LANGUAGE_INDONESIAN, text), "1.234.567");
    assert_string_equal(word_decimal(0.25, 3, LANGUAGE_INDONESIAN, text), "0,250");
    assert_string_equal(word_time(1950000000, LANGUAGE_ENGLISH, text), "1.95 s");
    assert_string_equal(word_time(1950000000, LANGUAGE_INDONESIAN, text), "1,95 s");
}
