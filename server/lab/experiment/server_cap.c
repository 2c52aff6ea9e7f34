#include "server/lab/experiment/server_cap.h"

#include "base/table.h"
#include "base/utf8.h"
#include "loadgen/verdict/sentence.h"

#define CEILING_MOST 10000 /* of a search that is followed by a run in another mode, with twice as many clients and */
#define MORE 10
#define SPREAD_S 3

/* How a cap shows. */
static const enum fact_kind shapes[] = {FACT_TURNED_AWAY, FACT_KEPT_WAITING, FACT_KEPT_OPEN, FACT_REQUESTS};

static enum run_mode other_mode(enum run_mode mode)
{
    return mode == MODE_EVENT ? MODE_THREAD : MODE_EVENT;
}

/* NULL: there is none, or it is not over. */
static const struct experiment_run *run_of_other_mode(const struct findings *findings)
{
    size_t i = 0;
    while (i < findings->count && findings->runs[i].mode != other_mode(findings->plan->spec.mode)) {
        i++;
    }
    return i < findings->count ? &findings->runs[i] : NULL;
}

static bool is_own_cap(const struct verdict *verdict)
{
    return verdict->kind == VERDICT_CAP && verdict->reason == REASON_OWN_CAP;
}

/* A run with one client more than the cap shows nothing by itself, maybe not even whose doing it was: others on this
 * machine may have sent packets again meanwhile. */
static bool may_be_cap(const struct verdict *verdict)
{
    const bool is_open = verdict->kind == VERDICT_UNKNOWN || verdict->reason == REASON_SERVER_CLOSED;
    return is_own_cap(verdict) || (is_open && (verdict->side == FACT_SIDE_SERVER || verdict->side == FACT_SIDE_NONE));
}

bool server_cap_is_open(const struct findings *findings, uint64_t ceiling, const struct verdict *stopped)
{
    return findings->plan->spec.hold && ceiling > 0 && may_be_cap(stopped) && ceiling <= CEILING_MOST &&
           run_of_other_mode(findings) == NULL;
}

/* Who turns clients away is known by the order in which they come, which of threads that all begin at once is not that
 * of their numbers. They come within three seconds: a server that admits so many in a second serves more of them. Who
 * closes held connections is known by the time. */
static uint64_t pace_of(const struct verdict *stopped, const struct run_spec *spec)
{
    const struct fact *const errors = verdict_fact(stopped, FACT_ERRORS);
    const bool by_order = errors != NULL && errors->about.error.phase != PHASE_HOLD;
    const uint64_t third = spec->count / SPREAD_S > 0 ? spec->count / SPREAD_S : 1;
    return spec->rate == 0 && by_order ? third : spec->rate;
}

void server_cap_plan(const struct plan *plan, uint64_t ceiling, const struct verdict *stopped, struct run_spec *spec)
{
    const uint64_t count = 2 * ceiling + MORE;
    plan_run(plan, other_mode(plan->spec.mode), count < plan->max ? count : plan->max, spec);
    spec->rate = pace_of(stopped, spec);
}

/* Whether all clients may have met the same second of a server that admits so many in one. */
static bool came_at_once(const struct verdict *verdict)
{
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        const struct fact *const shape = verdict_fact(verdict, shapes[i]);
        const bool by_order = shapes[i] == FACT_TURNED_AWAY || shapes[i] == FACT_KEPT_WAITING;
        if (by_order && shape != NULL && (shape->numbers[2] == FACT_UNKNOWN || shape->numbers[2] <= SENTENCE_SOON_MS)) {
            return true;
        }
    }
    return false;
}

/* Connections of others that the server had in that run. */
static uint64_t others_of(const struct verdict *verdict)
{
    const struct fact *const others = verdict_fact(verdict, FACT_OTHERS);
    return others != NULL ? others->numbers[0] : 0;
}

/* How the cap showed, and what the server said to those that it turned away: one client more than the cap shows less.
 */
static void take_shape(const struct verdict *other, struct verdict *verdict)
{
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        const struct fact *const shape = verdict_fact(other, shapes[i]);
        verdict_drop(verdict, shapes[i]);
        if (shape != NULL) {
            verdict_add(verdict, *shape);
        }
    }
    const struct fact *const reply = verdict_fact(other, FACT_REPLY);
    if (reply != NULL) {
        verdict_drop(verdict, FACT_REPLY);
        verdict_add(verdict, *reply);
        utf8_copy(verdict->text, sizeof verdict->text, other->text);
    }
}

/* The run that shows the cap: the one in another mode, or else one of the search with more clients, as where the
 * machine held up a few of the other mode's. NULL: none does. */
static const struct experiment_run *run_that_shows(const struct findings *findings, const struct experiment_run *other,
                                                   uint64_t ceiling)
{
    if (is_own_cap(&other->verdict)) {
        return other;
    }
    for (size_t i = 0; i < findings->count; i++) {
        const struct experiment_run *const run = &findings->runs[i];
        if (run->count > ceiling && run->completed <= ceiling && is_own_cap(&run->verdict)) {
            return run;
        }
    }
    return NULL;
}

/* Proved where the run in another mode shows the cap, too, at the number that the search found, unless others took from
 * it: then it is their doing as well that it is the same number; nor where it may bound requests. A server that closes
 * more connections than it has to serves fewer there; one that serves more has no such cap. */
static void judge(const struct experiment_run *other, const struct experiment_run *shown, struct search_result *result)
{
    struct verdict *const verdict = &result->verdict;
    if (shown == NULL || other->completed > result->ceiling) {
        if (is_own_cap(verdict) && other->completed > result->ceiling) {
            verdict->kind = VERDICT_UNKNOWN;
            verdict->reason = REASON_COUNT;
            verdict->certainty = CERTAINTY_UNKNOWN;
            verdict->value = verdict->reached = verdict->needed = FACT_UNKNOWN;
        }
        return;
    }
    verdict->kind = VERDICT_CAP;
    verdict->reason = REASON_OWN_CAP;
    verdict->side = FACT_SIDE_SERVER;
    verdict_drop(verdict, FACT_SLOW);
    const uint64_t others = others_of(&other->verdict);
    const bool is_alone = others == 0 && others_of(verdict) == 0;
    const bool is_same = shown == other && other->completed == result->ceiling && !came_at_once(&other->verdict) &&
                         verdict_fact(&other->verdict, FACT_REQUESTS) == NULL;
    verdict->certainty = is_alone && is_same ? CERTAINTY_PROVED : CERTAINTY_LIKELY;
    verdict->value = verdict->reached = result->ceiling + others;
    verdict_drop(verdict, FACT_OTHERS);
    if (others > 0) {
        verdict_add(verdict, *verdict_fact(&other->verdict, FACT_OTHERS));
    }
    struct fact fact = fact_of_kind(FACT_OTHER_MODE);
    fact.numbers[0] = other->count;
    fact.numbers[1] = other->completed;
    verdict_add(verdict, fact);
    take_shape(&shown->verdict, verdict);
}

void server_cap_name(const struct findings *findings, struct search_result *result)
{
    const struct experiment_run *const other = run_of_other_mode(findings);
    if (other != NULL && may_be_cap(&result->verdict)) {
        judge(other, run_that_shows(findings, other, result->ceiling), result);
    }
}
