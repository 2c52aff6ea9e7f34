#include "server/lab/experiment/survey_result.h"

#include <stdio.h>
#include <stdlib.h>

#include "loadgen/verdict/words.h"
#include "server/lab/experiment/search_sentence.h"

const char *part_state_name(enum part_state state)
{
    static const char *const names[] = {[PART_WAITING] = "waiting",
                                        [PART_UNDER_WAY] = "under way",
                                        [PART_MEASURED] = "measured",
                                        [PART_UNFINISHED] = "unfinished",
                                        [PART_NOT_MEASURED] = "not measured"};
    return names[state];
}

/* The first part that is not done is under way. */
static enum part_state state_of(const struct strategy_part *part, bool over, bool *is_next)
{
    const bool was_next = *is_next;
    *is_next = was_next && part->done;
    if (part->done) {
        return PART_MEASURED;
    }
    if (over) {
        return part->findings.count > 0 ? PART_UNFINISHED : PART_NOT_MEASURED;
    }
    return was_next ? PART_UNDER_WAY : PART_WAITING;
}

static uint64_t largest_in_turn(const struct findings *classic, enum run_mode mode)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < classic->count; i++) {
        const struct experiment_run *const run = &classic->runs[i];
        const bool whole = run->mode == mode && run->completed == run->count;
        largest = whole && run->count > largest ? run->count : largest;
    }
    return largest;
}

static void describe(const struct plan *plan, enum language language, struct survey_mode *result)
{
    char number[FIGURE_SIZE];
    char *const text = result->sentence;
    const size_t size = sizeof result->sentence;
    const char *const mode = run_mode_name(result->mode);
    search_describe(true, language, &result->found);
    switch (result->state) {
    case PART_MEASURED:
        snprintf(text, size, "%s", result->found.sentence);
        break;
    case PART_UNFINISHED:
        word_fill(WORD_UNFINISHED, language,
                  WORD_VALUES(mode, word_number(result->runs, language, number), result->found.sentence), text, size);
        break;
    case PART_NOT_MEASURED:
        word_fill(WORD_NOT_MEASURED, language, WORD_VALUES(mode, word_number(plan->minutes, language, number)), text,
                  size);
        break;
    case PART_UNDER_WAY:
        word_fill(WORD_PART_UNDER_WAY, language, WORD_VALUES(mode), text, size);
        break;
    case PART_WAITING:
        word_fill(WORD_PART_WAITING, language, WORD_VALUES(mode), text, size);
        break;
    }
}

static void explain_pool(const struct survey_mode *pool, enum language language, char *sentence, size_t size)
{
    char in_turn[FIGURE_SIZE];
    char at_once[FIGURE_SIZE];
    word_fill(
        WORD_POOL, language,
        WORD_VALUES(word_number(pool->in_turn, language, in_turn), word_number(pool->found.ceiling, language, at_once)),
        sentence, size);
}

static void name_left_out(const struct plan *plan, enum language language, char *sentence, size_t size)
{
    struct table_row row;
    char number[FIGURE_SIZE];
    struct buf list = BUF_INIT;
    for (size_t i = 0; strategy_classic_left_out(plan, i, &row); i++) {
        buf_printf(&list, "%s%s %s", i > 0 ? ", " : "", run_mode_name(row.mode),
                   word_number(row.count, language, number));
    }
    if (list.length > 0 && !list.failed) {
        word_fill(WORD_LEFT_OUT, language, WORD_VALUES(word_number(plan->max, language, number), list.bytes), sentence,
                  size);
    }
    buf_free(&list);
}

static void take_mode(const struct strategy_part *part, enum part_state state, enum language language,
                      struct survey_result *result)
{
    const enum run_mode of = part->plan.spec.mode;
    struct survey_mode mode = {.mode = of,
                               .asked = part->plan,
                               .state = state,
                               .predicted = part->findings.predicted,
                               .runs = part->findings.count,
                               .in_turn = largest_in_turn(&result->classic.findings, of)};
    strategy_of(part->plan.kind)->found(&part->findings, &mode.found);
    describe(&part->plan, language, &mode);
    const bool has_end = state == PART_MEASURED && mode.found.fails_at > 0; /* otherwise max ended the search */
    if (of == MODE_POOL && has_end && mode.in_turn > mode.found.high) {
        explain_pool(&mode, language, result->sentence, sizeof result->sentence);
    }
    result->modes[result->mode_count++] = mode;
}

struct survey_result *survey_result_make(const struct findings *findings, bool over, enum language language)
{
    bool is_next = true;
    struct survey_result *const result = calloc(1, sizeof *result);
    if (result == NULL) {
        return NULL;
    }
    strategy_survey.part(findings, 0, 0, &result->classic);
    result->classic_state = state_of(&result->classic, over, &is_next);
    name_left_out(findings->plan, language, result->left_out, sizeof result->left_out);
    size_t first = result->classic.findings.count;
    for (size_t i = 1; i < strategy_survey.part_count(findings->plan); i++) {
        struct strategy_part part;
        strategy_survey.part(findings, i, first, &part);
        first += part.findings.count;
        take_mode(&part, state_of(&part, over, &is_next), language, result);
    }
    return result;
}
