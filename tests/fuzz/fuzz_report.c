/* Report lines: what is accepted can be written, and what was written is read and written again to the same bytes. */
#include <string.h>

#include "loadgen/contract/report.h"
#include "tests/fuzz/fuzz.h"

static char *format(const struct report_event *event)
{
    struct buf text = BUF_INIT;
    MUST(report_format(event, &text));
    char *const line = buf_take(&text);
    MUST(line != NULL && line[0] == '{' && strchr(line, '\n') == line + strlen(line) - 1);
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct err err;
    struct report_event event;
    struct report_event again;
    if (report_parse((const char *)bytes, size, &event, &err) != RESULT_OK) {
        MUST(err.code == RESULT_INVALID && err.message[0] != '\0');
        return 0;
    }
    char *const first = format(&event);
    MUST(report_parse(first, strlen(first) - 1, &again, &err) == RESULT_OK);
    char *const second = format(&again);
    MUST(strcmp(first, second) == 0);
    free(first);
    free(second);
    report_event_free(&event);
    report_event_free(&again);
    return 0;
}
