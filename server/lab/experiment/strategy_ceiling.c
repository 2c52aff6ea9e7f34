/* The search for the ceiling: the largest count at which every client completes, exact to one client.
 *
 * Each count that was run works or fails, by the majority of its runs. `works` is the largest that works below `fails`,
 * the smallest that fails. The prediction and the one above it come first. A failed run tells where to look: with a
 * hard limit as many clients as it allows complete, so that count is next, then the one above it; where that does not
 * help, the gap is halved. When nothing has failed yet, the steps upwards double. In the end both counts are run until
 * each has the same outcome CONFIRMED + 1 times, or a majority of that. It ends early when the server is lost. */
#include "server/lab/experiment/lost_server.h"
#include "server/lab/experiment/search_sentence.h"
#include "server/lab/experiment/server_cap.h"
#include "server/lab/experiment/strategy.h"

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
    plan->max = plan->max != 0 ? plan->max : all_pools && plan->has_pool_size ? plan->spec.pool_size : PLAN_MAX_USUAL;
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
        if (run->mode != findings->plan->spec.mode) {
            continue; /* see server_cap.h */
        }
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
    return carried == low ? low + 1 : low + (high - low) / 2;
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

/* Of the counts that failed the lowest, and of its runs the newest that names what stopped it, if one does. */
static const struct experiment_run *stopped_run(const struct findings *findings, const struct search *search)
{
    const struct experiment_run *stopped = NULL;
    for (size_t i = 0; search->fails != NULL && i < findings->count; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        const bool names_more = stopped == NULL || verdict_name(&run->verdict) != NULL ||
                                (verdict_name(&stopped->verdict) == NULL && run->verdict.kind != VERDICT_NONE);
        if (run->mode == findings->plan->spec.mode && run->count == search->fails->count &&
            run->completed < run->count && names_more) {
            stopped = run;
        }
    }
    return stopped;
}

static bool needs_other_mode(const struct findings *findings, const struct search *search)
{
    const struct experiment_run *const stopped = stopped_run(findings, search);
    return stopped != NULL && server_cap_is_open(findings, works(search), &stopped->verdict);
}

static enum strategy_step next(const struct findings *findings, struct run_spec *spec)
{
    struct search search;
    if (server_loss_find(findings).lost) {
        return STRATEGY_DONE;
    }
    look(findings, &search);
    const uint64_t count = next_count(findings, &search);
    if (count > 0) {
        plan_run(findings->plan, findings->plan->spec.mode, count, spec);
        return STRATEGY_RUN;
    }
    if (needs_other_mode(findings, &search)) {
        server_cap_plan(findings->plan, works(&search), &stopped_run(findings, &search)->verdict, spec);
        return STRATEGY_RUN;
    }
    return STRATEGY_DONE;
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
    if (server_loss_find(findings).lost) {
        return 0;
    }
    look(findings, &search);
    if (findings->count == 0) {
        return (size_t)2 * (CONFIRMED + 1);
    }
    if (next_count(findings, &search) == 0) {
        return needs_other_mode(findings, &search) ? 1 : 0;
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

/* A run that failed shows no more than that its clients which completed could be carried, or as many as in every run of
 * a smaller count; one that completed, that so many could. A search that ended early did not try what lies between. */
static void find_range(const struct findings *findings, struct search *search, struct search_result *result)
{
    const struct tally *const end = search->tallies + search->tally_count;
    result->low = result->high = result->ceiling;
    for (const struct tally *each = search->tallies; each < end; each++) {
        result->high = each->good > 0 && each->count > result->high ? each->count : result->high;
    }
    for (size_t i = 0; i < findings->count; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        uint64_t carried = run->completed;
        for (const struct tally *each = search->tallies; each < end; each++) {
            carried = each->bad == 0 && each->count < run->count && each->count > carried ? each->count : carried;
        }
        const bool failed = run->mode == result->mode && run->completed < run->count;
        result->low = failed && carried < result->low ? carried : result->low;
    }
    if (result->served_until != 0 && search->fails != NULL && search->fails->carried > result->high) {
        result->high = search->fails->carried;
    }
}

/* The ceiling moved as the lowered limit has it: within 1 %, and the same limit stopped the others. */
static bool has_moved(const struct plan_proof *proof, const struct search_result *result)
{
    const uint64_t ceiling = result->ceiling;
    const uint64_t apart = ceiling > proof->expected ? ceiling - proof->expected : proof->expected - ceiling;
    const uint64_t tolerance = proof->expected / 100 > 1 ? proof->expected / 100 : 1;
    return proof->run != 0 && verdict_names(&result->verdict, proof->limit, LIMIT_SIDE_CLIENT) && apart <= tolerance;
}

static void found(const struct findings *all, struct search_result *result)
{
    struct search search;
    struct findings shown = *all;
    const struct findings *const findings = &shown;
    const struct server_loss loss = server_loss_find(all);
    shown.count = loss.shown;
    look(findings, &search);
    const struct experiment_run *const stopped = stopped_run(findings, &search);
    *result = (struct search_result){.mode = findings->plan->spec.mode,
                                     .ceiling = works(&search),
                                     .fails_at = search.fails != NULL ? search.fails->count : 0,
                                     .confirmations = confirmations(&search),
                                     .stable = is_stable(&search),
                                     .served_until = loss.after_run,
                                     .verdict = stopped != NULL ? stopped->verdict : verdict_of_kind(VERDICT_NONE)};
    if (search.fails == NULL && loss.shown < all->count && all->runs[loss.shown].count > result->ceiling) {
        result->fails_at = all->runs[loss.shown].count; /* the run in which the server was lost */
        result->verdict = all->runs[loss.shown].verdict;
    }
    server_cap_name(findings, result);
    find_range(findings, &search, result);
    result->moved = has_moved(&findings->plan->proof, result);
    search_describe(findings->plan->spec.hold, LANGUAGE_ENGLISH, result);
}

const struct strategy strategy_ceiling = {.complete = complete, .next = next, .left = left, .found = found};
const struct strategy strategy_proof = {.complete = complete, .next = next, .left = left, .found = found};
