/* What an experiment will take: a table says it; another is asked for its runs, each of which is made up. */
#include <stdlib.h>
#include <string.h>

#include "server/lab/experiment/strategy.h"

#define RUNS_MOST 2000
#define START_MS 100 /* of a generator, and of storing what it did */

/* Where it was measured here, the pace of those runs corrects it. */
static uint64_t expected_ms(enum run_mode mode, uint64_t count, bool hold)
{
    static const struct {
        uint64_t in_turn_us, held_us;
    } modes[MODE_COUNT] = {
#define MODE(NAME, name, help, clients, threads, processes, bytes, helpers, loops, in_turn, held, ...) {in_turn, held},
#include "loadgen/contract/modes.def"
#undef MODE
    };
    return START_MS + count * (hold ? modes[mode].held_us : modes[mode].in_turn_us) / 1000;
}

/* Of a survey the classic loads are the runs that are not held. */
static double pace(const struct strategy *strategy, const struct findings *findings)
{
    struct strategy_part classic = {.findings = {.count = 0}};
    const bool has_parts = strategy->part != NULL;
    if (has_parts) {
        strategy->part(findings, 0, 0, &classic);
    }
    uint64_t took = 0;
    uint64_t expected = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        took += run->took_ms;
        const bool held = has_parts ? i >= classic.findings.count : findings->plan->spec.hold;
        expected += expected_ms(run->mode, run->count, held);
    }
    return expected > 0 ? (double)took / (double)expected : 1;
}

/* Held clients complete up to the ceiling that was predicted. One that a limit of the server's side stops is connected
 * by the kernel and waits for a reply; one that a limit of its own side stops fails at once. */
static struct experiment_run make_up(const struct findings *findings, const struct run_spec *spec, double factor)
{
    const uint64_t of_mode = findings->predicted_by_mode[spec->mode];
    const uint64_t most = of_mode != 0 ? of_mode : findings->predicted;
    const bool all = !spec->hold || most == 0 || spec->count <= most;
    const uint64_t wait_ms = !all && findings->waits_by_mode[spec->mode] ? spec->timeout_ms : 0;
    const uint64_t ms = wait_ms + (uint64_t)((double)expected_ms(spec->mode, spec->count, spec->hold) * factor);
    return (struct experiment_run){.status = RUN_STATUS_COMPLETED,
                                   .mode = spec->mode,
                                   .count = spec->count,
                                   .completed = all ? spec->count : most,
                                   .took_ms = ms};
}

/* The rows of a table say what is left. */
static struct strategy_outlook look_at_rows(const struct strategy *strategy, const struct findings *findings,
                                            double factor)
{
    const struct plan *const plan = findings->plan;
    struct strategy_outlook outlook = {.runs = 0};
    for (size_t i = 0; i < strategy->row_count(plan); i++) {
        struct table_row row;
        strategy->row(findings, i, &row);
        const uint64_t more = row.runs < plan->repeats ? plan->repeats - row.runs : 0;
        outlook.runs += (size_t)more;
        outlook.ms += more * (uint64_t)((double)expected_ms(row.mode, row.count, plan->spec.hold) * factor);
    }
    return outlook;
}

struct strategy_outlook strategy_look_ahead(const struct strategy *strategy, const struct findings *findings)
{
    struct strategy_outlook outlook = {.runs = 0};
    struct findings ahead = *findings;
    struct run_spec spec;
    const double factor = pace(strategy, findings);
    if (strategy->row != NULL) {
        return look_at_rows(strategy, findings, factor);
    }
    struct experiment_run *const runs = calloc(findings->count + RUNS_MOST, sizeof *runs);
    if (runs == NULL) {
        return outlook;
    }
    if (findings->count > 0) {
        memcpy(runs, findings->runs, findings->count * sizeof *runs);
    }
    ahead.runs = runs;
    while (outlook.runs < RUNS_MOST && strategy->next(&ahead, &spec) == STRATEGY_RUN) {
        const struct experiment_run run = make_up(findings, &spec, factor);
        runs[ahead.count++] = run;
        ahead.elapsed_ms += run.took_ms;
        outlook.ms += run.took_ms;
        outlook.runs++;
    }
    free(runs);
    return outlook;
}
