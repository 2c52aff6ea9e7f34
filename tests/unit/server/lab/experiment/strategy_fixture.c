#include "tests/unit/server/lab/experiment/strategy_fixture.h"

const struct verdict stopped = {.kind = VERDICT_LIMIT,
                                .limit = LIMIT_NOFILE,
                                .side = FACT_SIDE_CLIENT,
                                .value = 1024,
                                .certainty = CERTAINTY_PROVED};

const struct verdict capped = {
    .kind = VERDICT_CAP, .reason = REASON_OWN_CAP, .side = FACT_SIDE_SERVER, .certainty = CERTAINTY_LIKELY};

const struct verdict unexplained = {.kind = VERDICT_UNKNOWN,
                                    .side = FACT_SIDE_SERVER,
                                    .certainty = CERTAINTY_UNKNOWN,
                                    .fact_count = 1,
                                    .facts = {{.kind = FACT_WATCHED}}};

uint64_t hard(uint64_t count, uint64_t limit, size_t run)
{
    return count < limit ? count : limit;
}

uint64_t brittle(uint64_t count, uint64_t limit, size_t run)
{
    return count <= limit ? count : 0;
}

uint64_t disturbed_first(uint64_t count, uint64_t limit, size_t run)
{
    return run == 0 ? count - 1 : hard(count, limit, run);
}

uint64_t lucky_once(uint64_t count, uint64_t limit, size_t run)
{
    return run == 1 ? count : hard(count, limit, run);
}

uint64_t random_one(uint64_t count, uint64_t limit, size_t run)
{
    return run % 2 == 0 ? count : count / 2;
}

int set_up(void **state)
{
    struct lab *const lab = calloc(1, sizeof *lab);
    lab->why = &stopped;
    plan_init(&lab->plan);
    lab->findings = (struct findings){.plan = &lab->plan, .runs = lab->runs};
    *state = lab;
    return 0;
}

int tear_down(void **state)
{
    struct lab *const lab = *state;
    free(lab);
    return 0;
}

void complete(struct lab *lab)
{
    struct err err;
    if (strategy_complete(&lab->plan, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
}

void ask(struct lab *lab, const char *name, const char *value)
{
    struct err err;
    if (plan_set_text(&lab->plan, name, value, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
}

void add_run(struct lab *lab, const struct run_spec *spec, uint64_t completed)
{
    struct experiment_run *const run = &lab->runs[lab->findings.count++];
    *run = (struct experiment_run){.id = (int64_t)lab->findings.count,
                                   .status = RUN_STATUS_COMPLETED,
                                   .mode = spec->mode,
                                   .count = spec->count,
                                   .completed = completed,
                                   .failed = spec->count - completed,
                                   .duration_us = 1000000,
                                   .took_ms = 1000};
    if (completed < spec->count) {
        run->verdict = lab->other != NULL && spec->mode != lab->plan.spec.mode ? *lab->other : *lab->why;
    }
}

void run_all(struct lab *lab, machine carries, uint64_t limit)
{
    const struct strategy *const strategy = strategy_of(lab->plan.kind);
    struct run_spec spec;
    while (strategy->next(&lab->findings, &spec) == STRATEGY_RUN) {
        assert_true(lab->findings.count < RUNS_MOST);
        assert_true(spec.count >= 1 && spec.count <= 10000000);
        add_run(lab, &spec, carries(spec.count, limit, lab->findings.count));
    }
    if (strategy->found != NULL) {
        strategy->found(&lab->findings, &lab->result);
    }
}

void find_ceiling(struct lab *lab, uint64_t predicted, machine carries, uint64_t limit)
{
    ask(lab, "kind", "ceiling");
    ask(lab, "mode", "thread");
    complete(lab);
    lab->findings.predicted = predicted;
    run_all(lab, carries, limit);
}

void expect_found(const struct lab *lab, uint64_t ceiling, uint64_t fails_at)
{
    if (lab->result.ceiling != ceiling || lab->result.fails_at != fails_at) {
        fail_msg("found %llu and %llu, expected %llu and %llu", (unsigned long long)lab->result.ceiling,
                 (unsigned long long)lab->result.fails_at, (unsigned long long)ceiling, (unsigned long long)fails_at);
    }
}

struct table_row row_of(const struct lab *lab, size_t index)
{
    const struct strategy *const strategy = strategy_of(lab->plan.kind);
    struct table_row row;
    assert_true(index < strategy->row_count(&lab->plan));
    strategy->row(&lab->findings, index, &row);
    return row;
}

void expect_runs(const struct lab *lab, const uint64_t *counts, size_t count)
{
    assert_int_equal(lab->findings.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(lab->runs[i].count, counts[i]);
    }
}
