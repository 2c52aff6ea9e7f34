/* The sweep and the classic experiment: a table of modes and counts, each cell run several times. All cells have their
 * first run before one has its second, so that what drifts in the machine hits all alike. */
#include <stdlib.h>

#include "base/json.h"
#include "server/lab/experiment/strategy.h"

struct cell {
    uint64_t count;
    enum run_mode mode;
    bool worked; /* as it was published; only the classic one has these two */
    const char *note;
};

/* The course's experiment as it was published; DESIGN calls it the classic one. */
static const struct cell classic[] = {
    {50, MODE_THREAD, true, "works"},
    {500, MODE_THREAD, true, "works"},
    {4500, MODE_THREAD, true, "works: the largest count of threads that did"},
    {5000, MODE_THREAD, false, "does not end"},
    {100, MODE_POOL, true, "works"},
    {5000, MODE_POOL, true, "works"},
    {500000, MODE_POOL, true, "works"},
    {100, MODE_PROCESS, true, "works"},
    {5000, MODE_PROCESS, false, "stops at 2,044 with Too many open files"},
};
#define CLASSIC_CELLS (sizeof classic / sizeof *classic)

static bool is_classic(const struct plan *plan)
{
    return plan->kind == EXPERIMENT_CLASSIC;
}

static size_t cell_count(const struct plan *plan)
{
    return is_classic(plan) ? CLASSIC_CELLS : plan->mode_count * plan->count_count;
}

/* Modes change fastest, and each repeat begins with another one. */
static struct cell cell_at(const struct plan *plan, size_t index, uint64_t repeat)
{
    if (is_classic(plan)) {
        return classic[index];
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

struct row {
    uint64_t runs, completed, failed;
    double rates[PLAN_RUNS_MOST];         /* clients a second of each run */
    const struct experiment_run *stopped; /* the newest whose clients failed for a limit */
};

static int by_size(const void *left_side, const void *right_side)
{
    const double a = *(const double *)left_side;
    const double b = *(const double *)right_side;
    return (a > b) - (a < b);
}

static void gather(const struct findings *findings, const struct cell *cell, struct row *row)
{
    *row = (struct row){.runs = 0};
    for (size_t i = 0; i < findings->count; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        if (!is_of(run, cell) || row->runs == PLAN_RUNS_MOST) {
            continue;
        }
        row->rates[row->runs++] = run->duration_us > 0 ? (double)run->completed * 1e6 / (double)run->duration_us : 0;
        row->completed += run->completed;
        row->failed += run->failed;
        row->stopped = run->limit[0] != '\0' ? run : row->stopped;
    }
    qsort(row->rates, row->runs, sizeof *row->rates, by_size);
}

static double middle(const struct row *row)
{
    const size_t half = row->runs / 2;
    return row->runs % 2 == 1 ? row->rates[half] : (row->rates[half - 1] + row->rates[half]) / 2;
}

static bool add_rate(cJSON *object, const char *name, double rate)
{
    return cJSON_AddNumberToObject(object, name, (double)(uint64_t)(rate * 10 + 0.5) / 10) != NULL;
}

static bool add_rates(cJSON *object, const struct row *row)
{
    if (row->runs == 0) {
        return cJSON_AddNullToObject(object, "clients_per_s") != NULL;
    }
    cJSON *const rates = cJSON_AddObjectToObject(object, "clients_per_s");
    return rates != NULL && add_rate(rates, "median", middle(row)) && add_rate(rates, "min", row->rates[0]) &&
           add_rate(rates, "max", row->rates[row->runs - 1]);
}

static bool add_published(cJSON *object, const struct cell *cell)
{
    cJSON *const published = cell->note != NULL ? cJSON_AddObjectToObject(object, "published") : NULL;
    return cell->note == NULL ||
           (published != NULL && cJSON_AddBoolToObject(published, "works", cell->worked) != NULL &&
            cJSON_AddStringToObject(published, "note", cell->note) != NULL);
}

static cJSON *row_to_json(const struct cell *cell, const struct row *row)
{
    cJSON *const object = cJSON_CreateObject();
    if (object != NULL && cJSON_AddStringToObject(object, "mode", run_mode_name(cell->mode)) != NULL &&
        cJSON_AddNumberToObject(object, "count", (double)cell->count) != NULL &&
        cJSON_AddNumberToObject(object, "runs", (double)row->runs) != NULL &&
        cJSON_AddNumberToObject(object, "completed", (double)row->completed) != NULL &&
        cJSON_AddNumberToObject(object, "failed", (double)row->failed) != NULL && add_rates(object, row) &&
        json_add_stored(object, "limit", row->stopped != NULL ? row->stopped->limit : "") &&
        add_published(object, cell)) {
        return object;
    }
    cJSON_Delete(object);
    return NULL;
}

/* Mode by mode, as people read it. */
static struct cell cell_in_order(const struct plan *plan, size_t index)
{
    return is_classic(plan) ? classic[index]
                            : (struct cell){.mode = plan->modes[index / plan->count_count],
                                            .count = plan->counts[index % plan->count_count]};
}

static bool add_result(const struct findings *findings, cJSON *result)
{
    cJSON *const rows = cJSON_AddArrayToObject(result, "rows");
    struct row *const row = malloc(sizeof *row);
    bool added = rows != NULL && row != NULL;
    for (size_t i = 0; added && i < cell_count(findings->plan); i++) {
        const struct cell cell = cell_in_order(findings->plan, i);
        gather(findings, &cell, row);
        added = json_append(rows, row_to_json(&cell, row));
    }
    free(row);
    return added;
}

const struct strategy strategy_sweep = {next, left, add_result};
const struct strategy strategy_classic = {next, left, add_result};
