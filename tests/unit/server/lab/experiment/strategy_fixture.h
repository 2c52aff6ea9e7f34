/* Made-up machines, on which a strategy takes the runs of an experiment. */
#ifndef KONEKSI_TESTS_STRATEGY_FIXTURE_H
#define KONEKSI_TESTS_STRATEGY_FIXTURE_H

#include "server/lab/experiment/strategy.h"
#include "tests/unit/test.h"

enum { RUNS_MOST = 400 };

extern const struct verdict stopped, capped, unexplained;

static const struct verdict unstarted = {.kind = VERDICT_LIMIT,
                                         .limit = LIMIT_NPROC,
                                         .side = FACT_SIDE_CLIENT,
                                         .value = 1,
                                         .certainty = CERTAINTY_LIKELY,
                                         .fact_count = 1,
                                         .facts = {{.kind = FACT_START_FAILED}}};

struct lab {
    const struct verdict *why;   /* of a run whose clients did not all complete */
    const struct verdict *other; /* of one in another mode than that of the search; NULL: the same */
    struct plan plan;
    struct experiment_run runs[RUNS_MOST];
    struct findings findings;
    struct search_result result; /* of a search */
};

/* How many of the clients of a run complete on a machine that carries `limit` at once. */
typedef uint64_t (*machine)(uint64_t count, uint64_t limit, size_t run);

uint64_t hard(uint64_t count, uint64_t limit, size_t run);
/* One too many, and nothing comes of any. */
uint64_t brittle(uint64_t count, uint64_t limit, size_t run);
/* Something else is in the way once. */
uint64_t disturbed_first(uint64_t count, uint64_t limit, size_t run);
uint64_t lucky_once(uint64_t count, uint64_t limit, size_t run);
uint64_t random_one(uint64_t count, uint64_t limit, size_t run);

int set_up(void **state);
int tear_down(void **state);
void complete(struct lab *lab);
void ask(struct lab *lab, const char *name, const char *value);
void add_run(struct lab *lab, const struct run_spec *spec, uint64_t completed);
/* Runs the experiment to its end and takes its result. */
void run_all(struct lab *lab, machine carries, uint64_t limit);
/* The same for a ceiling of threads. */
void find_ceiling(struct lab *lab, uint64_t predicted, machine carries, uint64_t limit);
void expect_found(const struct lab *lab, uint64_t ceiling, uint64_t fails_at);
struct table_row row_of(const struct lab *lab, size_t index);
void expect_runs(const struct lab *lab, const uint64_t *counts, size_t count);

#define CASE(name) TEST_IN(name, set_up, tear_down)

#endif
