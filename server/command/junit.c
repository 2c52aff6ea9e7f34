#include "server/command/junit.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

/* The value of an attribute. Line breaks are written as references, because a parser makes blanks of them else
 * (https://www.w3.org/TR/xml/#AVNormalize). */
static void add_value(struct buf *xml, const char *text)
{
    const size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t code_point = 0;
        const size_t step = utf8_decode(text + at, length - at, &code_point);
        const char character = text[at];
        if (character == '&' || character == '<' || character == '>' || character == '"' || character == '\t' ||
            character == '\n' || character == '\r') {
            buf_printf(xml, "&#%d;", character);
        } else if (step == 0 || code_point < ' ' || code_point == 0xfffe || code_point == 0xffff) {
            buf_text(xml, "?"); /* no Char of XML 1.0 */
        } else {
            buf_append(xml, text + at, step);
        }
        at += step > 0 ? step : 1;
    }
}

static void add_attribute(struct buf *xml, const char *name, const char *text)
{
    buf_printf(xml, " %s=\"", name);
    add_value(xml, text);
    buf_text(xml, "\"");
}

static void add_seconds(struct buf *xml, uint64_t ms)
{
    buf_printf(xml, " time=\"%" PRIu64 ".%03u\"", ms / 1000, (unsigned)(ms % 1000));
}

static void add_problem(struct buf *xml, const char *element, const char *message)
{
    if (message != NULL) {
        buf_printf(xml, "      <%s", element);
        add_attribute(xml, "message", message);
        buf_text(xml, "/>\n");
    }
}

static void add_case(struct buf *xml, const char *suite, const struct junit_case *each)
{
    buf_text(xml, "    <testcase");
    add_attribute(xml, "classname", suite);
    add_attribute(xml, "name", each->name);
    add_seconds(xml, each->took_ms);
    buf_text(xml, ">\n");
    add_problem(xml, "failure", each->failure);
    add_problem(xml, "error", each->error);
    buf_text(xml, "    </testcase>\n");
}

void junit_write(const char *suite, const struct junit_case *cases, size_t count, struct buf *xml)
{
    size_t failures = 0;
    size_t errors = 0;
    uint64_t ms = 0;
    for (size_t i = 0; i < count; i++) {
        failures += cases[i].failure != NULL;
        errors += cases[i].error != NULL;
        ms = cases[i].took_ms > ms ? cases[i].took_ms : ms; /* several may be about the same run */
    }
    buf_text(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite");
    add_attribute(xml, "name", suite);
    buf_printf(xml, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", count, failures, errors);
    add_seconds(xml, ms);
    buf_text(xml, ">\n");
    for (size_t i = 0; i < count; i++) {
        add_case(xml, suite, &cases[i]);
    }
    buf_text(xml, "  </testsuite>\n</testsuites>\n");
}
