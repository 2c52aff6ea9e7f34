#include "web/http/csv.h"

#include <string.h>

#include "base/clock.h"

static void begin_cell(struct csv *csv)
{
    if (csv->begun) {
        buf_text(csv->out, ",");
    }
    csv->begun = true;
}

void csv_text(struct csv *csv, const char *text)
{
    begin_cell(csv);
    text = text != NULL ? text : "";
    /* https://owasp.org/www-community/attacks/CSV_Injection */
    const bool formula = *text != '\0' && strchr("=+-@\t\r\n", *text) != NULL;
    if (!formula && strpbrk(text, "\",\r\n") == NULL) {
        buf_text(csv->out, text);
        return;
    }
    buf_text(csv->out, formula ? "\"'" : "\"");
    for (;;) {
        const size_t plain = strcspn(text, "\"");
        buf_append(csv->out, text, plain);
        text += plain;
        if (*text == '\0') {
            break;
        }
        buf_text(csv->out, "\"\"");
        text++;
    }
    buf_text(csv->out, "\"");
}

void csv_uint(struct csv *csv, uint64_t value)
{
    begin_cell(csv);
    buf_printf(csv->out, "%llu", (unsigned long long)value);
}

void csv_optional(struct csv *csv, uint64_t value)
{
    if (value == 0) {
        csv_text(csv, "");
    } else {
        csv_uint(csv, value);
    }
}

void csv_known(struct csv *csv, uint64_t value)
{
    if (value == CSV_UNKNOWN) {
        csv_text(csv, "");
    } else {
        csv_uint(csv, value);
    }
}

void csv_bool(struct csv *csv, bool value)
{
    begin_cell(csv);
    buf_text(csv->out, value ? "true" : "false");
}

void csv_decimal(struct csv *csv, double value)
{
    begin_cell(csv);
    buf_printf(csv->out, "%.6f", value);
}

void csv_known_decimal(struct csv *csv, double value)
{
    if (value > 0) {
        csv_decimal(csv, value);
    } else {
        csv_text(csv, "");
    }
}

void csv_time(struct csv *csv, int64_t utc_ms)
{
    char text[CLOCK_ISO_SIZE] = "";
    if (utc_ms != 0) {
        clock_format_iso(utc_ms, text);
    }
    csv_text(csv, text);
}

void csv_end_row(struct csv *csv)
{
    buf_text(csv->out, "\r\n");
    csv->begun = false;
}
