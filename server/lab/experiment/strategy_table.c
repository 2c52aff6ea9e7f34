/* The sweep and the classic experiment: a table of modes and counts, each cell run several times. All cells have their
 * first run before one has its second, so that what drifts in the machine hits all alike. */
#include <stdlib.h>

#include "base/table.h"
#include "loadgen/verdict/sentence.h"
#include "server/lab/experiment/strategy.h"

#define SWEEP_REPEATS 3

struct cell {
    uint64_t count;
    enum run_mode mode;
    bool worked; /* as it was published; only the classic one has these two */
    const char *const *note;
};

/* In English and in Indonesian. */
static const char *const works[LANGUAGE_COUNT] = {"works", "berhasil"};
static const char *const largest[LANGUAGE_COUNT] = {"works: the largest count of threads that did",
                                                    "berhasil: jumlah thread terbesar yang berhasil"};
static const char *const endless[LANGUAGE_COUNT] = {"does not end", "tidak selesai"};
static const char *const too_many_files[LANGUAGE_COUNT] = {"stops at 2,044 with Too many open files",
                                                           "berhenti pada 2.044: Too many open files"};

/* The course's experiment as it was published; DESIGN calls it the classic one. */
static const struct cell classic[] = {
    {50, MODE_THREAD, true, works},      {500, MODE_THREAD, true, works},  {4500, MODE_THREAD, true, largest},
    {5000, MODE_THREAD, false, endless}, {100, MODE_POOL, true, works},    {5000, MODE_POOL, true, works},
    {500000, MODE_POOL, true, works},    {100, MODE_PROCESS, true, works}, {5000, MODE_PROCESS, false, too_many_files},
};
#define POOL_SHARE 100

/* --- plans --- */

static enum result check_runs(const struct plan *plan, struct err *err)
{
    for (size_t m = 0; m < plan->mode_count; m++) {
        for (size_t c = 0; c < plan->count_count; c++) {
            struct run_spec spec;
            plan_run(plan, plan->modes[m], plan->counts[c], &spec);
            if (run_spec_check(&spec, err) != RESULT_OK) {
                return err->code;
            }
        }
    }
    return RESULT_OK;
}

static enum result complete_sweep(struct plan *plan, struct err *err)
{
    if (plan->count_count == 0) {
        return err_field(err, "counts", "counts is required, such as 100,1000");
    }
    plan_fill_modes(plan);
    plan->repeats = plan->repeats != 0 ? plan->repeats : SWEEP_REPEATS;
    if (plan->mode_count * plan->count_count * plan->repeats > PLAN_RUNS_MOST) {
        return err_field(err, "counts", "modes x counts x repeats are more than %d runs", PLAN_RUNS_MOST);
    }
    return check_runs(plan, err);
}

/* It cannot be held: its pool carries 500,000 clients. */
static enum result complete_classic(struct plan *plan, struct err *err)
{
    (void)err;
    plan->repeats = plan->repeats != 0 ? plan->repeats : 1;
    return RESULT_OK;
}

/* --- runs --- */

static bool is_classic(const struct plan *plan)
{
    return plan->kind == EXPERIMENT_CLASSIC;
}

/* Those of a survey are of its modes; the classic experiment by itself has no choice of them. */
static bool is_of_modes(const struct plan *plan, const struct cell *cell)
{
    return plan->mode_count == 0 || plan_has_mode(plan, cell->mode);
}

/* A survey's `max` bounds the clients at the same time, of which a pool carries many more in turn. */
static bool is_within(const struct plan *plan, const struct cell *cell)
{
    return plan->max == 0 || cell->count <= plan->max * (cell->mode == MODE_POOL ? POOL_SHARE : 1);
}

/* NULL beyond the last. */
static const struct cell *classic_cell(const struct plan *plan, size_t index)
{
    for (size_t i = 0; i < COUNT_OF(classic); i++) {
        if (is_of_modes(plan, &classic[i]) && is_within(plan, &classic[i]) && index-- == 0) {
            return &classic[i];
        }
    }
    return NULL;
}

bool strategy_classic_left_out(const struct plan *plan, size_t index, struct table_row *row)
{
    for (size_t i = 0; i < COUNT_OF(classic); i++) {
        if (is_of_modes(plan, &classic[i]) && !is_within(plan, &classic[i]) && index-- == 0) {
            *row = (struct table_row){.mode = classic[i].mode, .count = classic[i].count};
            return true;
        }
    }
    return false;
}

static size_t cell_count(const struct plan *plan)
{
    size_t count = plan->mode_count * plan->count_count;
    if (is_classic(plan)) {
        for (count = 0; classic_cell(plan, count) != NULL;) {
            count++;
        }
    }
    return count;
}

/* Modes change fastest, and each repeat begins with another one. */
static struct cell cell_at(const struct plan *plan, size_t index, uint64_t repeat)
{
    if (is_classic(plan)) {
        return *classic_cell(plan, index);
    }
    return (struct cell){.mode = plan->modes[(index + repeat) % plan->mode_count],
                         .count = plan->counts[index / plan->mode_count]};
}

static bool is_of(const struct experiment_run *run, const struct cell *cell)
{
    return run->mode == cell->mode && run->count == cell->count;
}

static uint64_t runs_of(const struct findings *findings, const struct cell *cell)
{
    uint64_t runs = 0;
    for (size_t i = 0; i < findings->count; i++) {
        runs += is_of(&findings->runs[i], cell);
    }
    return runs;
}

static enum strategy_step next(const struct findings *findings, struct run_spec *spec)
{
    const struct plan *const plan = findings->plan;
    for (uint64_t repeat = 0; repeat < plan->repeats; repeat++) {
        for (size_t i = 0; i < cell_count(plan); i++) {
            const struct cell cell = cell_at(plan, i, repeat);
            if (runs_of(findings, &cell) <= repeat) {
                plan_run(plan, cell.mode, cell.count, spec);
                return STRATEGY_RUN;
            }
        }
    }
    return STRATEGY_DONE;
}

/* A cell's run takes as long as those that it had, else as the same mode took for a client, else as any. */
static uint64_t guess_ms(const struct findings *findings, const struct cell *cell)
{
    uint64_t of_cell[2] = {0}; /* milliseconds, runs */
    uint64_t of_mode[2] = {0}; /* milliseconds, clients */
    uint64_t of_all[2] = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        const bool same_mode = run->mode == cell->mode;
        const bool same = is_of(run, cell);
        of_cell[0] += same ? run->took_ms : 0;
        of_cell[1] += same;
        of_mode[0] += same_mode ? run->took_ms : 0;
        of_mode[1] += same_mode ? run->count : 0;
        of_all[0] += run->took_ms;
        of_all[1] += run->count;
    }
    if (of_cell[1] > 0) {
        return of_cell[0] / of_cell[1];
    }
    const uint64_t *const known = of_mode[1] > 0 ? of_mode : of_all;
    return known[1] > 0 ? (uint64_t)((double)known[0] / (double)known[1] * (double)cell->count) : 0;
}

static size_t left(const struct findings *findings, uint64_t *ms)
{
    size_t runs = 0;
    *ms = 0;
    for (size_t i = 0; i < cell_count(findings->plan); i++) {
        const struct cell cell = cell_at(findings->plan, i, 0);
        const uint64_t done = runs_of(findings, &cell);
        const uint64_t more = done < findings->plan->repeats ? findings->plan->repeats - done : 0;
        runs += (size_t)more;
        *ms += more * guess_ms(findings, &cell);
    }
    return runs;
}

/* --- the result: a row for each cell --- */

static int by_size(const void *left_side, const void *right_side)
{
    const double a = *(const double *)left_side;
    const double b = *(const double *)right_side;
    return (a > b) - (a < b);
}

static void take_rates(double *rates, size_t count, struct table_row *row)
{
    if (count > 0) {
        qsort(rates, count, sizeof *rates, by_size);
        row->min = rates[0];
        row->max = rates[count - 1];
        row->median = (rates[(count - 1) / 2] + rates[count / 2]) / 2;
    }
}

/* Mode by mode, as people read it. */
static struct cell cell_in_order(const struct plan *plan, size_t index)
{
    return is_classic(plan) ? *classic_cell(plan, index)
                            : (struct cell){.mode = plan->modes[index / plan->count_count],
                                            .count = plan->counts[index % plan->count_count]};
}

static void gather_row(const struct findings *findings, size_t index, struct table_row *row)
{
    double rates[PLAN_RUNS_MOST];
    const struct cell cell = cell_in_order(findings->plan, index);
    *row = (struct table_row){
        .mode = cell.mode, .count = cell.count, .published = cell.note, .published_works = cell.worked};
    for (size_t i = 0; i < findings->count && row->runs < PLAN_RUNS_MOST; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        if (is_of(run, &cell)) {
            rates[row->runs++] = run->duration_us > 0 ? (double)run->completed * 1e6 / (double)run->duration_us : 0;
            row->completed += run->completed;
            row->failed += run->failed;
            row->verdict = run->verdict.kind != VERDICT_NONE ? &run->verdict : row->verdict;
        }
    }
    take_rates(rates, row->runs, row);
}

const struct strategy strategy_sweep = {
    .complete = complete_sweep, .next = next, .left = left, .row_count = cell_count, .row = gather_row};
const struct strategy strategy_classic = {
    .complete = complete_classic, .next = next, .left = left, .row_count = cell_count, .row = gather_row};
