#include "base/clock.h"
#include "tests/unit/test.h"

TEST(moments_are_iso_8601_in_utc)
{
    char text[CLOCK_ISO_SIZE];
    clock_format_iso(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    clock_format_iso(1795450595123, text);
    assert_string_equal(text, "2026-11-23T16:16:35.123Z");
    clock_format_iso(1709251199007, text);
    assert_string_equal(text, "2024-02-29T23:59:59.007Z");
}

TEST(the_clock_does_not_go_back)
{
    uint64_t before = clock_now_ns();
    for (int i = 0; i < 1000; i++) {
        const uint64_t now = clock_now_ns();
        assert_true(now >= before);
        before = now;
    }
}

TEST(an_end_is_not_before_its_beginning_when_the_clock_was_set_back)
{
    const int64_t now_ms = clock_utc_ms();
    const int64_t in_an_hour_ms = now_ms + 3600000;
    assert_true(clock_utc_ms_from(now_ms - 3600000) >= now_ms);
    assert_true(clock_utc_ms_from(in_an_hour_ms) == in_an_hour_ms);
}
