#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

static void moments_are_iso_8601_in_utc(void **state)
{
    (void)state;
    char text[CLOCK_ISO_SIZE];
    clock_format_iso(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    clock_format_iso(1795450595123, text);
    assert_string_equal(text, "2026-11-23T16:16:35.123Z");
    clock_format_iso(1709251199007, text);
    assert_string_equal(text, "2024-02-29T23:59:59.007Z");
}

static void the_clock_does_not_go_back(void **state)
{
    (void)state;
    uint64_t before = clock_now_ns();
    for (int i = 0; i < 1000; i++) {
        const uint64_t now = clock_now_ns();
        assert_true(now >= before);
        before = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_iso_8601_in_utc),
        cmocka_unit_test(the_clock_does_not_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
