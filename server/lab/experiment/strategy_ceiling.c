/* The search for the ceiling: the largest count at which every client completes, exact to one client.
 *
 * Each count that was run works or fails, by the majority of its runs. `works` is the largest that works below `fails`,
 * the smallest that fails. The prediction and the one above it come first. A failed run tells where to look: with a
 * hard limit as many clients as it allows complete, so that count is next, then the one above it; where that does not
 * help, the gap is halved. When nothing has failed yet, the steps upwards double. In the end both counts are run until
 * each has the same outcome CONFIRMED + 1 times, or a majority of that. */
#include <stdio.h>

#include "base/figures.h"
#include "server/lab/experiment/strategy.h"

#define CEILING_MOST 100000
/* Behind the stalls of 1, 3 and 7 seconds of a full accept queue; a server that is full costs each run this long. */
#define CEILING_TIMEOUT_MS 10000

#define CONFIRMED 2U
#define RUNS_MOST 50   /* for a machine on which no count behaves the same twice */
#define FIRST_STEP 128 /* of the prediction: what it is off by, at first */

static enum result complete(struct plan *plan, struct err *err)
{
    struct run_spec largest;
    const bool all_pools = plan->spec.mode == MODE_POOL && (!plan->has_hold || plan->spec.hold) && plan->max == 0;
    plan->spec.hold = plan->has_hold ? plan->spec.hold : true;
    plan->spec.timeout_ms = plan->has_timeout ? plan->spec.timeout_ms : CEILING_TIMEOUT_MS;
    plan->max = plan->max != 0 ? plan->max : all_pools && plan->has_pool_size ? plan->spec.pool_size : CEILING_MOST;
    plan_run(plan, plan->spec.mode, plan->max, &largest);
    return run_spec_check(&largest, err);
}

/* What the runs of one count say. */
struct tally {
    uint64_t count;
    unsigned good, bad;
    uint64_t carried; /* completed clients of the newest run that failed */
};

struct search {
    struct tally tallies[RUNS_MOST];
    size_t tally_count;
    const struct tally *works; /* NULL: none yet */
    const struct tally *fails;
    const struct tally *open; /* of an undecided count between them */
    uint64_t first;           /* the count that is tried first */
};

static struct tally *tally_of(struct search *search, uint64_t count)
{
    size_t i = 0;
    while (i < search->tally_count && search->tallies[i].count != count) {
        i++;
    }
    if (i == search->tally_count) {
        search->tallies[search->tally_count++] = (struct tally){.count = count};
    }
    return &search->tallies[i];
}

static void find_bounds(struct search *search)
{
    const struct tally *const end = search->tallies + search->tally_count;
    for (const struct tally *each = search->tallies; each < end; each++) {
        const bool lower = search->fails == NULL || each->count < search->fails->count;
        search->fails = each->bad > each->good && lower ? each : search->fails;
    }
    for (const struct tally *each = search->tallies; each < end; each++) {
        const bool below = search->fails == NULL || each->count < search->fails->count;
        const bool higher = search->works == NULL || each->count > search->works->count;
        search->works = each->good > each->bad && below && higher ? each : search->works;
    }
    for (const struct tally *each = search->tallies; each < end; each++) {
        const bool below = search->fails == NULL || each->count < search->fails->count;
        const bool above = search->works == NULL || each->count > search->works->count;
        search->open = each->good == each->bad && below && above ? each : search->open;
    }
}

static void look(const struct findings *findings, struct search *search)
{
    const uint64_t max = findings->plan->max;
    *search = (struct search){.tally_count = 0};
    search->first = findings->predicted == 0 || findings->predicted > max ? max : findings->predicted;
    for (size_t i = 0; i < findings->count && i < RUNS_MOST; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        struct tally *const tally = tally_of(search, run->count);
        if (run->completed == run->count) {
            tally->good++;
        } else {
            tally->bad++;
            tally->carried = run->completed;
        }
    }
    find_bounds(search);
}

static uint64_t works(const struct search *search)
{
    return search->works != NULL ? search->works->count : 0;
}

static bool was_run(struct search *search, uint64_t count)
{
    for (size_t i = 0; i < search->tally_count; i++) {
        if (search->tallies[i].count == count) {
            return true;
        }
    }
    return false;
}

/* Nothing has failed yet: the one above the prediction, then steps that double. */
static uint64_t upwards(const struct findings *findings, const struct search *search)
{
    const uint64_t max = findings->plan->max;
    const uint64_t low = works(search);
    const uint64_t gone = low > search->first ? low - search->first : 0;
    const uint64_t least = search->first / FIRST_STEP + 1;
    const uint64_t step = gone == 0 ? 1 : gone * 2 > least ? gone * 2 : least;
    return max - low < step ? max : low + step;
}

static uint64_t between(struct search *search)
{
    const uint64_t low = works(search);
    const uint64_t high = search->fails->count;
    const uint64_t carried = search->fails->carried;
    if (carried > low && carried < high && !was_run(search, carried)) {
        return carried;
    }
    return carried == low && low > 0 ? low + 1 : low + (high - low) / 2;
}

/* The count that still has to be confirmed; 0: none. */
static uint64_t to_confirm(const struct search *search)
{
    const unsigned good = search->works != NULL ? search->works->good : CONFIRMED + 1;
    const unsigned bad = search->fails != NULL ? search->fails->bad : CONFIRMED + 1;
    if (good <= CONFIRMED && good <= bad) {
        return search->works->count;
    }
    return bad <= CONFIRMED ? search->fails->count : 0;
}

static bool has_gap(const struct findings *findings, const struct search *search)
{
    return search->fails == NULL ? works(search) < findings->plan->max : works(search) + 1 < search->fails->count;
}

/* 0: done */
static uint64_t next_count(const struct findings *findings, struct search *search)
{
    if (findings->count == 0) {
        return search->first;
    }
    if (findings->count >= RUNS_MOST) {
        return 0;
    }
    if (search->open != NULL) {
        return search->open->count;
    }
    if (has_gap(findings, search)) {
        return search->fails == NULL ? upwards(findings, search) : between(search);
    }
    return to_confirm(search);
}

static enum strategy_step next(const struct findings *findings, struct run_spec *spec)
{
    struct search search;
    look(findings, &search);
    const uint64_t count = next_count(findings, &search);
    if (count == 0) {
        return STRATEGY_DONE;
    }
    plan_run(findings->plan, findings->plan->spec.mode, count, spec);
    return STRATEGY_RUN;
}

/* --- how far it is --- */

static unsigned lacks(const struct tally *tally, unsigned outcomes)
{
    return tally == NULL ? 0 : outcomes <= CONFIRMED ? CONFIRMED + 1 - outcomes : 0;
}

static size_t runs_left(const struct findings *findings)
{
    struct search search;
    size_t runs = 0;
    look(findings, &search);
    if (findings->count == 0) {
        return (size_t)2 * (CONFIRMED + 1);
    }
    if (next_count(findings, &search) == 0) {
        return 0;
    }
    if (search.fails == NULL) {
        return has_gap(findings, &search) ? 2 * CONFIRMED + 1 : lacks(search.works, search.works->good);
    }
    for (uint64_t gap = search.fails->count - works(&search); gap > 1; gap = gap / 2) {
        runs++;
    }
    return runs > 0 ? runs + (size_t)2 * CONFIRMED
                    : lacks(search.works, search.works != NULL ? search.works->good : 0) +
                          lacks(search.fails, search.fails->bad);
}

/* Each takes about as long as the last two: one that works, one that fails. */
static size_t left(const struct findings *findings, uint64_t *ms)
{
    const size_t runs = runs_left(findings);
    const size_t seen = findings->count < 2 ? findings->count : 2;
    uint64_t took = 0;
    for (size_t i = findings->count - seen; i < findings->count; i++) {
        took += findings->runs[i].took_ms;
    }
    *ms = seen > 0 ? runs * took / seen : 0;
    return runs;
}

/* --- the result --- */

/* Of the counts that failed the lowest, and of its runs the newest that names a limit. */
static const struct experiment_run *stopped_run(const struct findings *findings, const struct search *search)
{
    const struct experiment_run *stopped = NULL;
    for (size_t i = 0; search->fails != NULL && i < findings->count; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        if (run->count == search->fails->count && run->completed < run->count &&
            (stopped == NULL || run->verdict.kind != VERDICT_NONE)) {
            stopped = run;
        }
    }
    return stopped;
}

static unsigned confirmations(const struct search *search)
{
    unsigned least = CONFIRMED + 1;
    least = search->works != NULL && search->works->good < least ? search->works->good : least;
    least = search->fails != NULL && search->fails->bad < least ? search->fails->bad : least;
    return least > 0 ? least - 1 : 0;
}

static bool is_stable(const struct search *search)
{
    return (search->works == NULL || search->works->bad == 0) && (search->fails == NULL || search->fails->good == 0);
}

/* ": RLIMIT_NOFILE 1,024 on the client side", "; what stopped them is not known" */
static void name_limit(const struct verdict *verdict, char *text, size_t size)
{
    char value[FIGURE_SIZE];
    const char *const name = verdict != NULL ? verdict_name(verdict) : NULL;
    if (name == NULL) {
        snprintf(text, size, "; what stopped them is not known");
    } else if (verdict->kind == VERDICT_LIMIT) {
        snprintf(text, size, ": %s %s on the %s side", name, figure_number(verdict->value, value),
                 fact_side_name(verdict->side));
    } else {
        snprintf(text, size, ": %s", name);
    }
}

static void describe(const struct findings *findings, struct search_result *result)
{
    char low[FIGURE_SIZE];
    char high[FIGURE_SIZE];
    char why[160] = "";
    const char *const mode = run_mode_name(result->mode);
    const char *const at_once = findings->plan->spec.hold ? " at the same time" : "";
    figure_number(result->ceiling, low);
    if (result->fails_at == 0) {
        snprintf(result->sentence, sizeof result->sentence, "%s: no limit found up to %s clients%s", mode, low,
                 at_once);
        return;
    }
    name_limit(result->verdict, why, sizeof why);
    snprintf(result->sentence, sizeof result->sentence, "%s: %s clients%s all complete, with %s some fail%s", mode, low,
             at_once, figure_number(result->fails_at, high), why);
}

/* The ceiling moved as the lowered limit has it: within 1 %, and the same limit stopped the others. */
static bool has_moved(const struct plan_proof *proof, const struct search_result *result)
{
    const uint64_t ceiling = result->ceiling;
    const uint64_t apart = ceiling > proof->expected ? ceiling - proof->expected : proof->expected - ceiling;
    const uint64_t tolerance = proof->expected / 100 > 1 ? proof->expected / 100 : 1;
    return proof->run != 0 && result->verdict != NULL &&
           verdict_names(result->verdict, proof->limit, LIMIT_SIDE_CLIENT) && apart <= tolerance;
}

static void found(const struct findings *findings, struct search_result *result)
{
    struct search search;
    look(findings, &search);
    const struct experiment_run *const stopped = stopped_run(findings, &search);
    *result = (struct search_result){.mode = findings->plan->spec.mode,
                                     .ceiling = works(&search),
                                     .fails_at = search.fails != NULL ? search.fails->count : 0,
                                     .confirmations = confirmations(&search),
                                     .stable = is_stable(&search),
                                     .verdict = stopped != NULL ? &stopped->verdict : NULL};
    result->moved = has_moved(&findings->plan->proof, result);
    describe(findings, result);
}

const struct strategy strategy_ceiling = {.complete = complete, .next = next, .left = left, .found = found};
const struct strategy strategy_proof = {.complete = complete, .next = next, .left = left, .found = found};
