#include <stdint.h>
#include <string.h>

#include "tests/unit/test.h"
#include "web/http/header_bytes.h"

/* A head as libmicrohttpd 0.9 leaves it: a NUL for each space, colon, CR and LF that separates. */
#define LINE "GET\0/runs\0HTTP/1.1\0\0"

struct part {
    size_t name;
    size_t name_size;
    size_t value;
    size_t value_size;
};

static bool is_whole(const char *head, size_t size, const struct part *parts, size_t count)
{
    struct header_bytes bytes;
    const struct request_line line = {head, head + 4, head + 9, head + 10};
    header_bytes_begin(&bytes, &line);
    for (size_t i = 0; i < count; i++) {
        header_bytes_add(&bytes, head + parts[i].name, parts[i].name_size, head + parts[i].value, parts[i].value_size);
    }
    return header_bytes_end(&bytes, head + size);
}

TEST(a_head_whose_parts_adjoin_is_whole)
{
    static const char head[] = LINE "A\0 b\0\0C\0d \0\0\0";
    const struct part parts[] = {{20, 1, 23, 1}, {26, 1, 28, 2}};
    assert_true(is_whole(head, sizeof head, parts, 2));
    assert_true(is_whole(LINE "\0", 22, NULL, 0));
}

TEST(bytes_behind_a_nul_in_a_value_are_found)
{
    static const char head[] = LINE "A\0b\0x\0\0C\0d\0\0\0";
    const struct part parts[] = {{20, 1, 22, 1}, {27, 1, 29, 1}};
    assert_false(is_whole(head, sizeof head, parts, 2));
    assert_false(is_whole(LINE "A\0b\0\0\0\0", 28, parts, 1)); /* only a NUL */
}

TEST(a_line_feed_alone_is_found)
{
    static const char head[] = LINE "A\0b\0C\0d\0\0\0";
    const struct part parts[] = {{20, 1, 22, 1}, {24, 1, 26, 1}};
    assert_false(is_whole(head, sizeof head, parts, 2));
    assert_false(is_whole(LINE "A\0b\0\0", 26, parts, 1)); /* at the end */
}

TEST(a_part_that_was_copied_elsewhere_is_found)
{
    static const char head[] = LINE "A\0b\0\0\0\0Ac\0";
    const struct part parts[] = {{27, 2, 22, 1}};
    assert_false(is_whole(head, 27, parts, 1));
}

/* The version of such a line is no pointer into the head: it is not followed. */
TEST(a_request_line_that_does_not_adjoin_is_not_followed)
{
    static const char head[] = LINE "\0";
    struct header_bytes bytes;
    const struct request_line line = {head, head + 4, head + 9, (const char *)(uintptr_t)1};
    header_bytes_begin(&bytes, &line);
    assert_false(header_bytes_end(&bytes, head + sizeof head));
}
