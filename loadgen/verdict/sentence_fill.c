#include "loadgen/verdict/sentence_fill.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/figures.h"
#include "loadgen/contract/run_rlimits.h"
#include "loadgen/verdict/words.h"

static const char *const sentences[SENTENCE_COUNT][LANGUAGE_COUNT] = {
#define SENTENCE(NAME, english, indonesian) {english, indonesian},
#include "loadgen/verdict/sentences.def"
#undef SENTENCE
};

static void append_number(uint64_t number, const struct words *words)
{
    char figure[FIGURE_SIZE];
    if (number == FACT_UNKNOWN || number == LIMIT_UNLIMITED) {
        buf_text(words->text, "?");
        return;
    }
    buf_text(words->text, word_number(number, words->language, figure));
}

const char *sentence_side(enum fact_side side, enum language language)
{
    static const enum sentence sides[FACT_SIDE_NONE] = {SENTENCE_SIDE_CLIENT, SENTENCE_SIDE_SERVER, SENTENCE_SIDE_BOTH,
                                                        SENTENCE_SIDE_PATH};
    return side < FACT_SIDE_NONE ? sentences[sides[side]][language] : "?";
}

static void append_of_verdict(const char *key, const struct words *words)
{
    const struct verdict *const verdict = words->verdict;
    if (strcmp(key, "name") == 0) {
        buf_text(words->text, verdict_name_in(verdict_name(verdict), words->language));
    } else if (strcmp(key, "value") == 0) {
        append_number(verdict->value, words);
    } else if (strcmp(key, "reached") == 0) {
        append_number(verdict->reached, words);
    } else if (strcmp(key, "side") == 0) {
        buf_text(words->text, sentence_side(verdict->side, words->language));
    } else if (strcmp(key, "host") == 0) {
        buf_text(words->text, verdict->host);
    } else if (strcmp(key, "rank") == 0) {
        append_number(verdict->rank, words);
    } else if (strcmp(key, "text") == 0) {
        buf_text(words->text, verdict->text);
    }
}

/* Of a limit that a run can set: the name of the field, and how much of it would have sufficed. */
static void append_field(const struct fact *fact, const struct words *words)
{
    const struct run_rlimit *const row = run_rlimit_find(fact->about.limit.id);
    buf_text(words->text, row != NULL ? row->field->name : "?");
}

static uint64_t needed_of_field(const struct fact *fact, const struct verdict *verdict)
{
    const struct run_rlimit *const row = run_rlimit_find(fact->about.limit.id);
    return row != NULL && verdict->needed != FACT_UNKNOWN ? (verdict->needed + row->unit - 1) / row->unit
                                                          : FACT_UNKNOWN;
}

/* The accept queue takes one connection more than its bound (sk_acceptq_is_full in the kernel's include/net/sock.h). */
static uint64_t number_of(const struct fact *fact, size_t index)
{
    const uint64_t number = fact->numbers[index];
    const bool of_queue = fact->kind == FACT_USE && fact->about.limit.id == LIMIT_BACKLOG && index == 3;
    return of_queue && number != FACT_UNKNOWN ? number + 1 : number;
}

static void append_of_fact(const char *key, const struct words *words)
{
    const struct fact *const fact = words->fact;
    const bool of_limit = fact_subject(fact->kind) == FACT_ABOUT_LIMIT;
    if (key[0] >= '0' && key[0] < '0' + FACT_NUMBERS) {
        append_number(number_of(fact, (size_t)(key[0] - '0')), words);
    } else if (strcmp(key, "room") == 0) {
        append_number(fact->numbers[0] + 1, words);
    } else if (strcmp(key, "of") == 0) {
        buf_text(words->text,
                 of_limit ? limit_name_in(fact->about.limit.id, words->language) : counter_name(fact->about.counter));
    } else if (strcmp(key, "side") == 0 && of_limit) {
        buf_text(words->text, sentence_side((enum fact_side)fact->about.limit.side, words->language));
    } else if (strcmp(key, "unit") == 0) {
        buf_text(words->text, limit_unit(fact->about.limit.id, words->language));
    } else if (strcmp(key, "field") == 0 && of_limit) {
        append_field(fact, words);
    } else if (strcmp(key, "needed") == 0 && of_limit) {
        append_number(needed_of_field(fact, words->verdict), words);
    } else if (strcmp(key, "call") == 0) {
        buf_text(words->text, client_call_name(fact->about.error.call));
    } else if (strcmp(key, "refusal") == 0) {
        buf_text(words->text, uring_refusal_why(fact->about.refusal, words->language));
    } else if (strcmp(key, "errno") == 0) {
        buf_text(words->text, err_errno_name(fact->about.error.error_number));
    } else {
        append_of_verdict(key, words);
    }
}

static bool ends_sentence(const struct buf *text)
{
    return text->length > 0 && text->bytes[text->length - 1] == '.';
}

void sentence_fill(enum sentence which, const struct words *words)
{
    const char *rest = sentences[which][words->language];
    const char *open = NULL;
    buf_text(words->text, words->text->length > words->start ? " " : "");
    while ((open = strchr(rest, '{')) != NULL) {
        char key[16];
        const size_t length = strcspn(open + 1, "}");
        snprintf(key, sizeof key, "%.*s", (int)length, open + 1);
        buf_append(words->text, rest, (size_t)(open - rest));
        if (words->fact != NULL) {
            append_of_fact(key, words);
        } else {
            append_of_verdict(key, words);
        }
        rest = open + length + 2;
        rest += rest[0] == '.' && ends_sentence(words->text)
                    ? 1
                    : 0; /* a text that was recorded may have its own full stop */
    }
    buf_text(words->text, rest);
}
