#include "tests/unit/db/ledger.h"

#include "db/store_experiments.h"
#include "db/store_parts.h"
#include "db/store_prune.h"

#define OLDEST 4 /* the place in the ledger of the run that is created first */
#define SAMPLES 50
#define LOGS 3
#define LIMITS 2
#define GROUPS 2

/* An error is the store's or memory's, and says something; then the ledger stays as it was. */
static bool acknowledged(struct ledger *ledger, enum result result, const struct err *err)
{
    if (result == RESULT_OK) {
        return true;
    }
    assert_true(faults.injected > 0);
    if (result != RESULT_NO_MEMORY) {
        assert_int_equal(result, RESULT_STORE);
        assert_non_null(strstr(err->message, "SQLite"));
    }
    assert_true(strlen(err->message) > 10);
    ledger->failures++;
    return false;
}

static void create(struct store *store, struct ledger *ledger, size_t i)
{
    struct err err;
    struct run run = fixture_run(COUNT);
    run.experiment = i == OLDEST ? ledger->experiment : 0;
    if (acknowledged(ledger, store_run_create(store, &run, &err), &err)) {
        ledger->runs[i] = run;
    } else {
        assert_int_equal(run.id, 0);
    }
}

static void start(struct store *store, struct ledger *ledger, size_t i)
{
    struct err err;
    struct run run = ledger->runs[i];
    run.started_ms = 1763914595500;
    if (run.id != 0 && acknowledged(ledger, store_run_started(store, &run, &err), &err)) {
        run.status = RUN_STATUS_RUNNING;
        ledger->runs[i] = run;
    }
}

static void finish(struct store *store, struct ledger *ledger, size_t i, const struct hist *latency)
{
    struct err err;
    struct run run = ledger->runs[i];
    run.status = RUN_STATUS_COMPLETED;
    run.totals = (struct load_totals){.started = COUNT, .connected = COUNT, .completed = COUNT};
    run.finished_ms = 1763914596500;
    run.group_count = GROUPS;
    if (run.id != 0 && acknowledged(ledger, store_run_finished(store, &run, latency, &err), &err)) {
        ledger->runs[i] = run;
        ledger->measured = ledger->measured || latency != NULL;
    }
}

static void sample(struct store *store, struct ledger *ledger, size_t i)
{
    static struct run_sample samples[SAMPLES];
    struct err err;
    if (ledger->runs[i].id != 0 &&
        acknowledged(ledger, store_samples_add(store, ledger->runs[i].id, samples, SAMPLES, &err), &err)) {
        ledger->sampled = true;
    }
}

static const struct error_trace traces[] = {
    {.call = "connect", .message = "refused", .frame_count = 1, .frames = {{"function", "file.c", 7}}},
};

static void add_parts(struct store *store, struct ledger *ledger, int64_t id)
{
    static const struct run_log logs[LOGS] = {
        {1, RUN_SIDE_CLIENT, "a"}, {2, RUN_SIDE_CLIENT, "b"}, {3, RUN_SIDE_SERVER, "c"}};
    static const struct run_limit limits[LIMITS] = {
        {.limit = {.id = LIMIT_NOFILE, .value = 64, .used = 9, .source = "getrlimit"}, .used_at_peak = 64},
        {.limit = {.id = LIMIT_NPROC, .value = 64}}};
    struct err err;
    if (id != 0) {
        ledger->traced = acknowledged(ledger, store_traces_add(store, id, traces, 1, &err), &err);
        ledger->logged = acknowledged(ledger, store_logs_add(store, id, logs, LOGS, &err), &err);
        ledger->limited = acknowledged(ledger, store_limits_put(store, id, limits, LIMITS, &err), &err);
    }
}

static void amend(struct store *store, struct ledger *ledger, struct run *run)
{
    struct run judged = *run;
    judged.verdict = verdict_of_kind(VERDICT_LIMIT);
    judged.verdict.limit = LIMIT_NOFILE;
    judged.verdict.value = 64;
    judged.verdict.certainty = CERTAINTY_PROVED;
    static const char label[] = "named";
    struct err err;
    if (run->status != RUN_STATUS_COMPLETED) {
        return;
    }
    if (acknowledged(ledger, store_run_label_put(store, run->id, label, &err), &err)) {
        memcpy(run->spec.label, label, sizeof label);
    }
    const enum result none = store_run_label_put(store, 999, label, &err);
    if (none != RESULT_NOT_FOUND) { /* a second statement finds out why */
        assert_false(acknowledged(ledger, none, &err));
    }
    if (acknowledged(ledger, store_run_verdict_put(store, &judged, &err), &err)) {
        run->verdict = judged.verdict;
    }
}

static void experiment(struct store *store, struct ledger *ledger)
{
    struct experiment experiment = {.kind = "classic", .asked = "{\"kind\":\"classic\"}", .created_ms = 1};
    struct err err;
    if (acknowledged(ledger, store_experiment_create(store, &experiment, &err), &err)) {
        ledger->experiment = experiment.id;
        experiment.status = RUN_STATUS_COMPLETED;
        ledger->experiment_over = acknowledged(ledger, store_experiment_update(store, &experiment, &err), &err);
    }
}

/* All but the newest of those that are over. */
static void prune(struct store *store, struct ledger *ledger)
{
    struct pruning pruning = {.keep = 1};
    struct store_ids deleted = {.count = 0};
    struct err err;
    if (acknowledged(ledger, store_prune_find(store, &pruning, &err), &err)) {
        (void)acknowledged(ledger, store_prune_batch(store, &pruning, &deleted, &err), &err);
    }
    for (size_t i = 0; i < RUNS; i++) {
        for (size_t j = 0; j < deleted.count; j++) {
            ledger->deleted[i] = ledger->deleted[i] || (ledger->runs[i].id != 0 && ledger->runs[i].id == deleted.of[j]);
        }
    }
}

static void delete_run(struct store *store, struct ledger *ledger, size_t i)
{
    struct err err;
    if (ledger->runs[i].id != 0 && acknowledged(ledger, store_run_delete(store, ledger->runs[i].id, &err), &err)) {
        ledger->deleted[i] = true;
    }
}

/* What is read is what was acknowledged: half of it, or an empty text, is no answer. */
static void assert_as_acknowledged(const struct run *run, const struct run *expected)
{
    assert_int_equal(run->status, expected->status);
    assert_int_equal(run->totals.completed, expected->totals.completed);
    assert_string_equal(run->spec.label, expected->spec.label);
    assert_memory_equal(&run->verdict, &expected->verdict, sizeof run->verdict);
    assert_int_equal(run->group_count, expected->group_count);
}

static void read_runs(struct store *store, struct ledger *ledger)
{
    struct err err;
    for (size_t i = 0; i < RUNS; i++) {
        struct run run;
        if (ledger->runs[i].id != 0 && !ledger->deleted[i] &&
            acknowledged(ledger, store_run_get(store, ledger->runs[i].id, &run, &err), &err)) {
            assert_as_acknowledged(&run, &ledger->runs[i]);
        }
    }
}

static bool check_run(const struct run *run, void *arg)
{
    struct ledger *const ledger = arg;
    for (size_t i = 0; i < RUNS; i++) {
        if (ledger->runs[i].id == run->id && !ledger->deleted[i]) {
            assert_as_acknowledged(run, &ledger->runs[i]);
            ledger->listed++;
            return true;
        }
    }
    fail_msg("run %lld was never acknowledged", (long long)run->id);
    return false;
}

static size_t kept(const struct ledger *ledger, enum run_status status) /* RUN_STATUS_COUNT: any */
{
    size_t count = 0;
    for (size_t i = 0; i < RUNS; i++) {
        count += ledger->runs[i].id != 0 && !ledger->deleted[i] &&
                         (status == RUN_STATUS_COUNT || ledger->runs[i].status == status)
                     ? 1
                     : 0;
    }
    return count;
}

void ledger_read(struct store *store, struct ledger *ledger)
{
    const struct run_filter filter = fixture_any();
    uint64_t counts[RUN_STATUS_COUNT];
    uint64_t queued = 0;
    uint64_t pending = 0;
    struct err err;
    ledger->listed = 0;
    if (acknowledged(ledger, store_runs_each(store, &filter, check_run, ledger, &err), &err)) {
        assert_int_equal(ledger->listed, kept(ledger, RUN_STATUS_COUNT));
    }
    if (acknowledged(ledger, store_status_counts(store, counts, &err), &err)) {
        for (int status = 0; status < RUN_STATUS_COUNT; status++) {
            assert_int_equal(counts[status], kept(ledger, (enum run_status)status));
        }
    }
    if (acknowledged(ledger, store_queued_count(store, &queued, &err), &err)) {
        assert_int_equal(queued, kept(ledger, RUN_STATUS_QUEUED));
    }
    if (acknowledged(ledger, store_experiments_pending(store, &pending, &err), &err)) {
        assert_int_equal(pending, ledger->experiment != 0 && !ledger->experiment_over ? 1 : 0);
    }
    (void)acknowledged(ledger, store_ping(store, &err), &err);
    read_runs(store, ledger);
}

static bool count_sample(int64_t position, const struct run_sample *one, void *arg)
{
    ++*(int *)arg;
    return true;
}

static bool check_trace(int64_t position, const struct error_trace *one, void *arg)
{
    ++*(int *)arg;
    assert_int_equal(one->frame_count, 1); /* a trace is read whole or not at all */
    assert_string_equal(one->frames[0].file, traces[0].frames[0].file);
    return true;
}

static bool count_log(int64_t position, const struct run_log *one, void *arg)
{
    return count_sample(position, (const void *)one, arg);
}

static bool count_limit(const struct run_limit *one, void *arg)
{
    return count_sample(0, (const void *)one, arg);
}

static bool count_experiment(const struct experiment *one, void *arg)
{
    return count_sample(0, (const void *)one, arg);
}

static bool count_run(const struct experiment_run *one, void *arg)
{
    return count_sample(0, (const void *)one, arg);
}

/* A part is there as it was acknowledged, or an error is returned. */
static void read_parts(struct store *store, struct ledger *ledger, int64_t id)
{
    static struct hist latency[LATENCY_COUNT];
    int counts[6] = {0};
    struct err err;
    if (acknowledged(ledger, store_samples_each(store, id, 0, 1000, count_sample, &counts[0], &err), &err)) {
        assert_int_equal(counts[0], ledger->sampled ? SAMPLES : 0);
    }
    if (acknowledged(ledger, store_traces_each(store, id, 0, 1000, check_trace, &counts[1], &err), &err)) {
        assert_int_equal(counts[1], ledger->traced ? 1 : 0);
    }
    if (acknowledged(ledger, store_logs_each(store, id, 0, 1000, count_log, &counts[2], &err), &err)) {
        assert_int_equal(counts[2], ledger->logged ? LOGS : 0);
    }
    if (acknowledged(ledger, store_limits_each(store, id, count_limit, &counts[3], &err), &err)) {
        assert_int_equal(counts[3], ledger->limited ? LIMITS : 0);
    }
    if (acknowledged(ledger, store_experiments_each(store, 0, 10, count_experiment, &counts[4], &err), &err)) {
        assert_int_equal(counts[4], ledger->experiment != 0 ? 1 : 0);
    }
    if (ledger->experiment != 0 &&
        acknowledged(ledger, store_experiment_runs_each(store, ledger->experiment, count_run, &counts[5], &err),
                     &err)) {
        assert_int_equal(counts[5], ledger->runs[OLDEST].id != 0 && !ledger->deleted[OLDEST] ? 1 : 0);
    }
    if (ledger->measured) {
        (void)acknowledged(ledger, store_histogram_get(store, id, latency, &err), &err);
    }
}

void ledger_work(struct store *store, struct ledger *ledger, const struct hist *latency)
{
    struct err err;
    size_t interrupted = 0;
    (void)acknowledged(ledger, store_recover(store, 1, &interrupted, &err), &err);
    experiment(store, ledger);
    create(store, ledger, OLDEST);
    start(store, ledger, OLDEST);
    finish(store, ledger, OLDEST, NULL);
    create(store, ledger, 0);
    create(store, ledger, 1);
    start(store, ledger, 0);
    sample(store, ledger, 0);
    add_parts(store, ledger, ledger->runs[0].id);
    finish(store, ledger, 0, latency);
    amend(store, ledger, &ledger->runs[0]);
    create(store, ledger, 2);
    ledger_read(store, ledger);
    if (ledger->runs[0].id != 0) {
        read_parts(store, ledger, ledger->runs[0].id);
    }
    delete_run(store, ledger, 1);
    prune(store, ledger);
    create(store, ledger, 3);
}

void ledger_assert_kept(struct store *store, const struct ledger *ledger)
{
    const struct run_filter filter = fixture_any();
    struct ledger list = *ledger;
    struct err err;
    for (size_t i = 0; i < RUNS; i++) {
        const struct run *const expected = &ledger->runs[i];
        struct run run;
        if (expected->id == 0) {
            continue;
        }
        const enum result result = store_run_get(store, expected->id, &run, &err);
        if (ledger->deleted[i]) {
            assert_int_equal(result, RESULT_NOT_FOUND);
        } else {
            OK(result);
            assert_as_acknowledged(&run, expected);
        }
    }
    list.listed = 0;
    OK(store_runs_each(store, &filter, check_run, &list, &err));
    assert_int_equal(list.listed, kept(ledger, RUN_STATUS_COUNT));
    if (ledger->runs[0].id != 0 && !ledger->deleted[0]) {
        struct ledger again = *ledger;
        read_parts(store, &again, ledger->runs[0].id);
        assert_int_equal(again.failures, ledger->failures);
    }
}
