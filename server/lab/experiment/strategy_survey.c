/* The survey: the classic loads of its modes, then the ceiling of each. It has no runs of its own: each of its parts is
 * an experiment of another kind, whose strategy takes the runs that follow those of the part before. */
#include "server/lab/experiment/strategy.h"

#define MS_PER_MINUTE 60000ULL
/* As of a search: one timeout for all runs, which are to be comparable. */
#define SURVEY_TIMEOUT_MS 10000

static size_t part_count(const struct plan *plan)
{
    return 1 + plan->mode_count;
}

/* The pool_size that was asked for is that of the classic loads: a held pool is as large as its count. */
static void plan_part(const struct plan *survey, size_t index, struct plan *plan)
{
    struct run_spec defaults;
    *plan = *survey;
    if (index == 0) {
        plan->kind = EXPERIMENT_CLASSIC;
        plan->repeats = 1;
        return;
    }
    run_spec_init(&defaults);
    plan->kind = EXPERIMENT_CEILING;
    plan->spec.mode = survey->modes[index - 1];
    plan->spec.hold = true;
    plan->spec.pool_size = defaults.pool_size;
    plan->has_pool_size = false;
    plan->max = plan->spec.mode == MODE_POOL && plan->max > PLAN_POOL_MOST ? PLAN_POOL_MOST : plan->max;
}

static const struct strategy *strategy_of_part(const struct plan *plan)
{
    return plan->kind == EXPERIMENT_CLASSIC ? &strategy_classic : &strategy_ceiling;
}

static enum result complete(struct plan *plan, struct err *err)
{
    plan_fill_modes(plan);
    plan->max = plan->max != 0 ? plan->max : PLAN_MAX_USUAL;
    plan->minutes = plan->minutes != 0 ? plan->minutes : PLAN_MINUTES_USUAL;
    plan->spec.timeout_ms = plan->has_timeout ? plan->spec.timeout_ms : SURVEY_TIMEOUT_MS;
    for (size_t i = 1; i < part_count(plan); i++) {
        struct plan of_part;
        struct run_spec largest;
        plan_part(plan, i, &of_part);
        plan_run(&of_part, of_part.spec.mode, of_part.max, &largest);
        if (run_spec_check(&largest, err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

/* The first version that had surveys ran the classic loads of all modes: those of others are no part of a ceiling. */
static bool is_unasked(const struct findings *all, size_t run)
{
    return run < all->count && !plan_has_mode(all->plan, all->runs[run].mode);
}

/* Gives the part as many of the runs from `first` on as its strategy asks for. */
static void part(const struct findings *all, size_t index, size_t first, struct strategy_part *part)
{
    struct run_spec spec;
    plan_part(all->plan, index, &part->plan);
    const struct strategy *const strategy = strategy_of_part(&part->plan);
    const enum run_mode mode = part->plan.spec.mode;
    part->findings = (struct findings){.plan = &part->plan,
                                       .predicted = mode < MODE_COUNT ? all->predicted_by_mode[mode] : 0,
                                       .runs = all->runs + first};
    part->done = strategy->next(&part->findings, &spec) == STRATEGY_DONE;
    while ((!part->done && first + part->findings.count < all->count) ||
           is_unasked(all, first + part->findings.count)) {
        part->findings.count++;
        part->done = strategy->next(&part->findings, &spec) == STRATEGY_DONE;
    }
}

size_t strategy_survey_now(const struct findings *findings, struct strategy_part *now)
{
    size_t first = 0;
    for (size_t i = 0; i < part_count(findings->plan); i++) {
        part(findings, i, first, now);
        if (!now->done) {
            return i;
        }
        first += now->findings.count;
    }
    return part_count(findings->plan);
}

static enum strategy_step next(const struct findings *findings, struct run_spec *spec)
{
    struct strategy_part now;
    if (findings->elapsed_ms >= findings->plan->minutes * MS_PER_MINUTE ||
        strategy_survey_now(findings, &now) == part_count(findings->plan)) {
        return STRATEGY_DONE;
    }
    return strategy_of_part(&now.plan)->next(&now.findings, spec);
}

static size_t left(const struct findings *findings, uint64_t *ms)
{
    const struct strategy_outlook outlook = strategy_look_ahead(&strategy_survey, findings);
    *ms = outlook.ms;
    return outlook.runs;
}

const struct strategy strategy_survey = {
    .complete = complete, .next = next, .left = left, .part_count = part_count, .part = part};
