#include "server/command/thresholds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/figures.h"

#define VALUE_MOST 1e12

const struct threshold_row threshold_rows[THRESHOLD_COUNT] = {
#define THRESHOLD(NAME, name, argument, of, help) {name, argument, of, help},
#include "server/command/thresholds.def"
};

/* --- reading --- */

enum result threshold_parse(enum threshold_id id, const char *text, struct threshold *threshold, struct err *err)
{
    const char *const name = threshold_rows[id].name;
    const size_t length = strspn(text, "0123456789.");
    const bool percent = id == THRESHOLD_MAX_FAILED && strcmp(text + length, "%") == 0;
    char *end = NULL;
    const double value = strtod(text, &end);
    if (length == 0 || text[0] == '.' || end != text + length || (!percent && text[length] != '\0') ||
        value > (percent ? 100 : VALUE_MOST)) {
        return err_field(err, name, "--%s must be %s, got \"%.60s\"", name,
                         id == THRESHOLD_MAX_FAILED ? "a whole number, or 0% to 100%" : "a number from 0 on", text);
    }
    if (!percent && value != floor(value) && id != THRESHOLD_P99_MS && id != THRESHOLD_MIN_RATE) {
        return err_field(err, name, "--%s must be a whole number, got \"%.60s\"", name, text);
    }
    *threshold = (struct threshold){.checked = true, .given = true, .percent = percent, .value = value};
    return RESULT_OK;
}

/* --- what was measured --- */

void measured_init(struct measured *measured)
{
    memset(measured, 0, sizeof *measured);
    for (enum threshold_id id = 0; id < THRESHOLD_COUNT; id++) {
        measured->of[id] = NAN;
    }
}

void measured_set_verdict(struct measured *measured, const struct verdict *verdict)
{
    struct buf text = BUF_INIT;
    char number[FIGURE_SIZE];
    const char *const name = verdict_name(verdict);
    if (verdict->kind == VERDICT_UNKNOWN) {
        buf_text(&text, "what stopped clients is not known");
    } else if (verdict->kind == VERDICT_CAUSE) {
        buf_printf(&text, "cause: %s", name);
    } else if (name != NULL) {
        buf_text(&text, name);
        if (verdict->value != FACT_UNKNOWN) {
            buf_printf(&text, " (%s)", figure_number(verdict->value, number));
        }
        if (verdict->kind == VERDICT_LIMIT && verdict->side != FACT_SIDE_NONE) {
            buf_printf(&text, verdict->side == FACT_SIDE_BOTH ? " on %s sides" : " on the %s side",
                       fact_side_name(verdict->side));
        }
        buf_text(&text, " stopped clients");
    }
    snprintf(measured->stopped, sizeof measured->stopped, "%s", text.failed || text.bytes == NULL ? "" : text.bytes);
    buf_free(&text);
}

/* --- checking --- */

/* Up to two decimals, none where there are none. */
static void add_number(struct buf *text, double value)
{
    char number[FIGURE_SIZE];
    if (value == floor(value)) {
        buf_text(text, figure_number((uint64_t)value, number));
    } else {
        buf_printf(text, "%.2f", value);
    }
}

void threshold_write(enum threshold_id id, const struct threshold *threshold, struct buf *text)
{
    buf_printf(text, "--%s %.12g%s", threshold_rows[id].name, threshold->value, threshold->percent ? "%" : "");
}

static void add_figure(enum threshold_id id, const struct measured *measured, struct buf *text)
{
    const double value = measured->of[id];
    char count[FIGURE_SIZE];
    if (isnan(value)) {
        buf_text(text, id == THRESHOLD_MIN_CEILING ? "it was not measured"
                                                   : "no client completed, so that there is nothing to measure");
        return;
    }
    switch (id) {
    case THRESHOLD_MIN_CEILING:
        add_number(text, value);
        buf_text(text, " clients completed at the same time");
        break;
    case THRESHOLD_MAX_FAILED:
        add_number(text, value);
        buf_printf(text, " of %s clients did not complete", figure_number(measured->count, count));
        break;
    case THRESHOLD_P99_MS:
        buf_text(text, "99% of the clients took at most ");
        add_number(text, value);
        buf_text(text, " ms");
        break;
    case THRESHOLD_MIN_RATE:
        add_number(text, value);
        buf_text(text, " clients completed a second");
        break;
    case THRESHOLD_COUNT:
        break;
    }
}

static bool holds(enum threshold_id id, const struct threshold *threshold, const struct measured *measured)
{
    const double value = measured->of[id];
    switch (id) {
    case THRESHOLD_MIN_CEILING:
    case THRESHOLD_MIN_RATE:
        return value >= threshold->value;
    case THRESHOLD_MAX_FAILED:
        return threshold->percent ? value * 100 <= threshold->value * (double)measured->count
                                  : value <= threshold->value;
    case THRESHOLD_P99_MS:
        return value <= threshold->value;
    case THRESHOLD_COUNT:
        break;
    }
    return true;
}

bool threshold_kept(enum threshold_id id, const struct threshold *threshold, const struct measured *measured,
                    struct buf *sentence)
{
    if (holds(id, threshold, measured)) {
        return true;
    }
    buf_printf(sentence, "%s: ", measured->name);
    if (threshold->given) {
        threshold_write(id, threshold, sentence);
        buf_text(sentence, " was missed: ");
    }
    add_figure(id, measured, sentence);
    buf_printf(sentence, "%s%s.", measured->stopped[0] != '\0' ? "; " : "", measured->stopped);
    return false;
}
