#include "server/lab/experiment/survey_result.h"

#include <inttypes.h>
#include <stdio.h>

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

enum part_state survey_part_state(const struct findings *findings, size_t index, bool over)
{
    struct strategy_part part;
    strategy_survey.part(findings, index, &part);
    if (part.done) {
        return PART_MEASURED;
    }
    if (over) {
        return part.findings.count > 0 ? PART_UNFINISHED : PART_NOT_MEASURED;
    }
    return strategy_survey_now(findings, &part) == index ? PART_UNDER_WAY : PART_WAITING;
}

static uint64_t largest_in_turn(const struct findings *findings, enum run_mode mode)
{
    struct strategy_part classic;
    uint64_t largest = 0;
    strategy_survey.part(findings, 0, &classic);
    for (size_t i = 0; i < classic.findings.count; i++) {
        const struct experiment_run *const run = &classic.findings.runs[i];
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

void survey_mode_find(const struct findings *findings, size_t index, bool over, struct survey_mode *result)
{
    struct strategy_part part;
    strategy_survey.part(findings, index + 1, &part);
    *result = (struct survey_mode){.mode = part.plan.spec.mode,
                                   .state = survey_part_state(findings, index + 1, over),
                                   .predicted = part.findings.predicted,
                                   .runs = part.findings.count,
                                   .in_turn = largest_in_turn(findings, part.plan.spec.mode)};
    strategy_of(part.plan.kind)->found(&part.findings, &result->found);
    describe(findings->plan, result);
}

void survey_explain(const struct findings *findings, bool over, char sentence[SURVEY_SENTENCE_SIZE])
{
    sentence[0] = '\0';
    for (size_t i = 0; i < findings->plan->mode_count; i++) {
        struct survey_mode pool;
        char in_turn[FIGURE_SIZE];
        char at_once[FIGURE_SIZE];
        survey_mode_find(findings, i, over, &pool);
        if (pool.mode == MODE_POOL && pool.state == PART_MEASURED && pool.in_turn > pool.found.high) {
            snprintf(sentence, SURVEY_SENTENCE_SIZE,
                     "The pool carries %s clients in turn and %s at the same time: in turn each of its threads serves "
                     "one client after the other, so no more connections are open than it has threads; at the same "
                     "time each client keeps its connection and its thread",
                     figure_number(pool.in_turn, in_turn), figure_number(pool.found.ceiling, at_once));
        }
    }
}
