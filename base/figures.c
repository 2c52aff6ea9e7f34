#include "base/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/table.h"

#define EIGHTHS 8

const char *figure_number(uint64_t number, char text[FIGURE_SIZE])
{
    char digits[FIGURE_SIZE];
    const int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

/* For three digits; of what is rounded up to 10 or 100, too. */
static int decimals(double value)
{
    return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

const char *figure_time(uint64_t ns, char text[FIGURE_SIZE])
{
    static const struct {
        uint64_t unit_ns;
        const char *name;
    } units[] = {{NS_PER_S, "s"}, {NS_PER_MS, "ms"}, {NS_PER_US, "us"}};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        const double value = (double)ns / (double)units[i].unit_ns;
        if (value >= 0.9995) { /* 999.6 us are 1.00 ms */
            snprintf(text, FIGURE_SIZE, "%.*f %s", decimals(value), value, units[i].name);
            return text;
        }
    }
    snprintf(text, FIGURE_SIZE, "%llu ns", (unsigned long long)ns);
    return text;
}

void figure_bar(struct buf *text, uint64_t part, uint64_t whole, unsigned width, bool utf8)
{
    static const char *const partial[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const unsigned steps = width * (utf8 ? EIGHTHS : 1);
    unsigned length = (unsigned)((double)part / (double)whole * steps);
    if (length == 0 && part > 0) {
        length = 1;
    }
    for (unsigned i = 0; i < (utf8 ? length / EIGHTHS : length); i++) {
        buf_text(text, utf8 ? "█" : "#");
    }
    if (utf8) {
        buf_text(text, partial[length % EIGHTHS]);
    }
}

bool figure_locale_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = NULL;
    for (size_t i = 0; i < COUNT_OF(names) && (locale == NULL || locale[0] == '\0'); i++) {
        locale = getenv(names[i]);
    }
    const char *const charset = locale != NULL ? strchr(locale, '.') : NULL;
    return charset != NULL && (strncasecmp(charset, ".UTF-8", 6) == 0 || strncasecmp(charset, ".utf8", 5) == 0);
}
