#include "server/lab/experiment/survey_result.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/figures.h"

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

static void describe(const struct plan *plan, struct survey_mode *result)
{
    char runs[FIGURE_SIZE];
    const char *const mode = run_mode_name(result->mode);
    switch (result->state) {
    case PART_MEASURED:
        snprintf(result->sentence, sizeof result->sentence, "%s", result->found.sentence);
        break;
    case PART_UNFINISHED:
        snprintf(result->sentence, sizeof result->sentence,
                 "%s: the search ended after %s runs, unfinished; so far: %s", mode, figure_number(result->runs, runs),
                 result->found.sentence);
        break;
    case PART_NOT_MEASURED:
        snprintf(result->sentence, sizeof result->sentence,
                 "%s: not measured; the survey ended before its turn (%" PRIu64 " minutes were given)", mode,
                 plan->minutes);
        break;
    case PART_UNDER_WAY:
    case PART_WAITING:
        snprintf(result->sentence, sizeof result->sentence, "%s: %s", mode, part_state_name(result->state));
        break;
    }
}

static void explain_pool(const struct survey_mode *pool, char *sentence, size_t size)
{
    char in_turn[FIGURE_SIZE];
    char at_once[FIGURE_SIZE];
    snprintf(sentence, size,
             "The pool carries %s clients in turn and %s at the same time: in turn each of its threads serves "
             "one client after the other, so no more connections are open than it has threads; at the same "
             "time each client keeps its connection and its thread",
             figure_number(pool->in_turn, in_turn), figure_number(pool->found.ceiling, at_once));
}

static void take_mode(const struct strategy_part *part, enum part_state state, const struct plan *plan,
                      struct survey_result *result)
{
    const enum run_mode of = part->plan.spec.mode;
    struct survey_mode mode = {.mode = of,
                               .state = state,
                               .predicted = part->findings.predicted,
                               .runs = part->findings.count,
                               .in_turn = largest_in_turn(&result->classic.findings, of)};
    strategy_of(part->plan.kind)->found(&part->findings, &mode.found);
    describe(plan, &mode);
    if (of == MODE_POOL && state == PART_MEASURED && mode.in_turn > mode.found.high) {
        explain_pool(&mode, result->sentence, sizeof result->sentence);
    }
    result->modes[result->mode_count++] = mode;
}

struct survey_result *survey_result_make(const struct findings *findings, bool over)
{
    bool is_next = true;
    struct survey_result *const result = calloc(1, sizeof *result);
    if (result == NULL) {
        return NULL;
    }
    strategy_survey.part(findings, 0, 0, &result->classic);
    result->classic_state = state_of(&result->classic, over, &is_next);
    size_t first = result->classic.findings.count;
    for (size_t i = 1; i < strategy_survey.part_count(findings->plan); i++) {
        struct strategy_part part;
        strategy_survey.part(findings, i, first, &part);
        first += part.findings.count;
        take_mode(&part, state_of(&part, over, &is_next), findings->plan, result);
    }
    return result;
}
