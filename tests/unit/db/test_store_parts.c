/* The parts of a run: samples, traces, limits and transcript, and that nothing of them outlives it. */

#include "db/store_parts.h"
#include "tests/unit/db/store_fixture.h"

struct seen {
    int64_t last;
    size_t count;
    size_t most;
    const void *expected;
};

static bool see_sample(int64_t position, const struct run_sample *sample, void *arg)
{
    struct seen *seen = arg;
    const struct run_sample *expected = seen->expected;
    assert_int_equal(position, seen->last + 1);
    assert_memory_equal(sample, &expected[position - 1], sizeof *sample);
    seen->last = position;
    return ++seen->count < seen->most;
}

/* Every 64-bit member another number, so that two that were swapped would be seen. */
static struct run_sample distinct_sample(uint64_t first)
{
    struct run_sample sample;
    uint64_t numbers[sizeof sample / sizeof(uint64_t)];
    for (size_t i = 0; i < sizeof sample / sizeof(uint64_t); i++) {
        numbers[i] = first + i;
    }
    memcpy(&sample, numbers, sizeof sample);
    return sample;
}

STORE_TEST(keeps_samples_in_order_and_gives_pages)
{
    struct fixture *fixture = *state;
    const int64_t id = fixture_create(fixture, 10).id;
    struct run_sample samples[10];
    for (uint64_t i = 0; i < 10; i++) {
        samples[i] = distinct_sample(i * 1000);
    }
    OK(store_samples_add(fixture->store, id, samples, 4, &fixture->err));
    OK(store_samples_add(fixture->store, id, samples + 4, 6, &fixture->err));
    OK(store_samples_add(fixture->store, id, samples, 0, &fixture->err));
    struct seen seen = {.most = 100, .expected = samples};
    for (size_t pages = 0; pages < 4; pages++) {
        OK(store_samples_each(fixture->store, id, seen.last, 3, see_sample, &seen, &fixture->err));
    }
    assert_int_equal(seen.count, 10);
    struct seen first_two = {.most = 2, .expected = samples};
    OK(store_samples_each(fixture->store, id, 0, 100, see_sample, &first_two, &fixture->err));
    assert_int_equal(first_two.count, 2);
    struct seen none = {.most = 100};
    OK(store_samples_each(fixture->store, 4711, 0, 100, see_sample, &none, &fixture->err));
    assert_int_equal(none.count, 0);
}

static bool keep_sample(int64_t position, const struct run_sample *sample, void *arg)
{
    *(struct run_sample *)arg = *sample;
    return true;
}

STORE_TEST(keeps_a_counter_beyond_what_sqlite_can_count)
{
    struct fixture *fixture = *state;
    const int64_t id = fixture_create(fixture, 10).id;
    const struct run_sample sample = {.at_us = UINT64_MAX, .server_queue = INT64_MAX};
    struct run_sample back;
    OK(store_samples_add(fixture->store, id, &sample, 1, &fixture->err));
    OK(store_samples_each(fixture->store, id, 0, 1, keep_sample, &back, &fixture->err));
    assert_true(back.at_us == INT64_MAX && back.server_queue == INT64_MAX);
}

static struct error_trace trace(uint64_t client)
{
    struct error_trace trace;
    memset(&trace, 0, sizeof trace);
    trace.client = client;
    trace.at_us = 1000 + client;
    trace.phase = PHASE_TIMEOUT;
    trace.error_number = 110;
    trace.frame_count = (uint32_t)(client % (ERROR_FRAMES_MAX + 1));
    snprintf(trace.call, sizeof trace.call, "%s", "recv");
    snprintf(trace.message, sizeof trace.message, "%s", "Connection \"timed\" out\n");
    for (uint32_t i = 0; i < trace.frame_count; i++) {
        snprintf(trace.frames[i].function, sizeof trace.frames[i].function, "function_%u", i);
        snprintf(trace.frames[i].file, sizeof trace.frames[i].file, "loadgen/\"%u\".c", i);
        trace.frames[i].line = (int)i + 1;
    }
    return trace;
}

static bool see_trace(int64_t position, const struct error_trace *found, void *arg)
{
    struct seen *seen = arg;
    const struct error_trace expected = trace((uint64_t)position - 1);
    assert_int_equal(position, seen->last + 1);
    assert_memory_equal(found, &expected, sizeof expected);
    seen->last = position;
    return ++seen->count < seen->most;
}

STORE_TEST(keeps_traces_with_their_frames)
{
    struct fixture *fixture = *state;
    const int64_t id = fixture_create(fixture, 10).id;
    struct error_trace traces[ERROR_FRAMES_MAX + 1];
    for (uint64_t i = 0; i <= ERROR_FRAMES_MAX; i++) {
        traces[i] = trace(i);
    }
    OK(store_traces_add(fixture->store, id, traces, 3, &fixture->err));
    OK(store_traces_add(fixture->store, id, traces + 3, ERROR_FRAMES_MAX - 2, &fixture->err));
    struct seen seen = {.most = 100};
    OK(store_traces_each(fixture->store, id, 0, 5, see_trace, &seen, &fixture->err));
    OK(store_traces_each(fixture->store, id, 5, 100, see_trace, &seen, &fixture->err));
    assert_int_equal(seen.count, ERROR_FRAMES_MAX + 1);
}

static bool see_log(int64_t position, const struct run_log *log, void *arg)
{
    struct seen *seen = arg;
    const struct run_log *expected = seen->expected;
    assert_int_equal(position, seen->last + 1);
    assert_int_equal(log->at_us, expected[position - 1].at_us);
    assert_int_equal(log->side, expected[position - 1].side);
    assert_string_equal(log->text, expected[position - 1].text);
    seen->last = position;
    return ++seen->count < seen->most;
}

STORE_TEST(gives_the_transcript_in_time_order_over_both_sides)
{
    static const struct run_log client[] = {{10, RUN_SIDE_CLIENT, "[CLIENT 0] sending b'TIME\\r\\n\\r\\n'"},
                                            {30, RUN_SIDE_CLIENT, "[CLIENT 0] received b'JAM 12:00:00\\r\\n'"},
                                            {30, RUN_SIDE_CLIENT, "[CLIENT 1] sending b'TIME\\r\\n\\r\\n'"}};
    static const struct run_log server[] = {{20, RUN_SIDE_SERVER, "total koneksi 1"},
                                            {30, RUN_SIDE_SERVER, "total koneksi 2"}};
    const struct run_log expected[] = {client[0], server[0], client[1], client[2], server[1]};
    struct fixture *fixture = *state;
    const int64_t id = fixture_create(fixture, 10).id;
    const int64_t other = fixture_create(fixture, 10).id;
    OK(store_logs_add(fixture->store, id, client, 3, &fixture->err));
    OK(store_logs_add(fixture->store, other, client, 3, &fixture->err));
    OK(store_logs_add(fixture->store, id, server, 2, &fixture->err));
    struct seen seen = {.most = 100, .expected = expected};
    OK(store_logs_each(fixture->store, id, 0, 2, see_log, &seen, &fixture->err));
    OK(store_logs_each(fixture->store, id, 2, 100, see_log, &seen, &fixture->err));
    assert_int_equal(seen.count, 5);
}

static bool see_limit(const struct run_limit *value, void *arg)
{
    struct seen *seen = arg;
    const struct run_limit *expected = seen->expected;
    assert_memory_equal(value, &expected[seen->count], sizeof *value);
    return ++seen->count < seen->most;
}

STORE_TEST(keeps_limits_and_replaces_them)
{
    struct run_limit values[] = {
        {{LIMIT_NOFILE, LIMIT_SIDE_CLIENT, LIMIT_SCOPE_PROCESS, 1024, 7, "getrlimit"}, LIMIT_UNKNOWN, LIMIT_UNKNOWN},
        {{LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, LIMIT_SCOPE_CGROUP, LIMIT_UNLIMITED, 12, "/sys/fs/cgroup/pids.max"}, 0, 1},
        {{LIMIT_NOFILE, LIMIT_SIDE_SERVER, LIMIT_SCOPE_PROCESS, 20000, LIMIT_UNKNOWN, "getrlimit"}, LIMIT_UNKNOWN, 9},
        {{LIMIT_BACKLOG, LIMIT_SIDE_SERVER, LIMIT_SCOPE_SOCKET, 0, 0, "listen"}, 0, 0},
    };
    struct fixture *fixture = *state;
    const int64_t id = fixture_create(fixture, 10).id;
    OK(store_limits_put(fixture->store, id, values + 2, 2, &fixture->err));
    OK(store_limits_put(fixture->store, id, values, 2, &fixture->err));
    struct seen seen = {.most = 100, .expected = values};
    OK(store_limits_each(fixture->store, id, see_limit, &seen, &fixture->err));
    assert_int_equal(seen.count, 4);
    values[0].limit.value = LIMIT_UNLIMITED;
    values[0].limit.used = 8;
    values[0].used_at_failure = 1020;
    values[0].used_at_peak = 1024;
    OK(store_limits_put(fixture->store, id, values, 1, &fixture->err));
    seen.count = 0;
    OK(store_limits_each(fixture->store, id, see_limit, &seen, &fixture->err));
    assert_int_equal(seen.count, 4);
}

static bool see_rank(const struct load_rank *rank, void *arg)
{
    const struct load_rank **const expected = arg;
    assert_memory_equal(rank, (*expected)++, sizeof *rank);
    return true;
}

STORE_TEST(keeps_ranks_and_their_limits)
{
    struct fixture *fixture = *state;
    const int64_t id = fixture_create(fixture, 10).id;
    static const struct load_rank ranks[] = {
        {.rank = 0,
         .host = "lab1",
         .pid = 4711,
         .status = LOAD_END_COMPLETED,
         .late_ns = 5,
         .totals = {6, 5, 4, 2, 1},
         .peaks = {7, 8, 9},
         .verdict = "RLIMIT_NOFILE",
         .side = "client",
         .limit_count = 2,
         .limits = {{LIMIT_NOFILE, LIMIT_SIDE_CLIENT, LIMIT_SCOPE_PROCESS, 1024, 20, "getrlimit"},
                    {LIMIT_NPROC, LIMIT_SIDE_CLIENT, LIMIT_SCOPE_USER, LIMIT_UNLIMITED, LIMIT_UNKNOWN, "getrlimit"}}},
        {.rank = 1,
         .host = "lab2",
         .status = LOAD_END_FAILED,
         .clock_offset_ns = -1234567890123,
         .clock_error_ns = 40000},
    };
    const struct load_rank *expected = ranks;
    OK(store_ranks_add(fixture->store, id, ranks, 2, &fixture->err));
    OK(store_ranks_each(fixture->store, id, see_rank, &expected, &fixture->err));
    assert_ptr_equal(expected, ranks + 2);
    assert_int_equal(store_ranks_add(fixture->store, 99, ranks, 1, &fixture->err), RESULT_NOT_FOUND);
}

STORE_TEST(refuses_parts_of_a_run_that_is_not_there)
{
    struct fixture *fixture = *state;
    const struct run_sample sample = {.at_us = 1};
    const struct run_log log = {.text = "x"};
    const struct error_trace one = trace(1);
    const struct run_limit limit = {.limit.id = LIMIT_NOFILE};
    struct err *err = &fixture->err;
    assert_int_equal(store_samples_add(fixture->store, 99, &sample, 1, err), RESULT_NOT_FOUND);
    assert_int_equal(store_logs_add(fixture->store, 99, &log, 1, err), RESULT_NOT_FOUND);
    assert_int_equal(store_traces_add(fixture->store, 99, &one, 1, err), RESULT_NOT_FOUND);
    assert_int_equal(store_limits_put(fixture->store, 99, &limit, 1, err), RESULT_NOT_FOUND);
}

static const char *const part_tables[] = {
    "SELECT count(*) FROM run_samples",    "SELECT count(*) FROM error_groups", "SELECT count(*) FROM error_traces",
    "SELECT count(*) FROM run_histograms", "SELECT count(*) FROM run_limits",   "SELECT count(*) FROM run_transcript",
    "SELECT count(*) FROM run_ranks",
};

STORE_TEST(deletes_a_run_with_all_its_parts)
{
    struct fixture *fixture = *state;
    struct err *err = &fixture->err;
    struct run run = fixture_create(fixture, 10);
    const struct run_sample sample = {.at_us = 1};
    const struct run_log log = {.text = "x"};
    const struct error_trace one = trace(1);
    const struct run_limit limit = {.limit.id = LIMIT_NOFILE};
    OK(store_samples_add(fixture->store, run.id, &sample, 1, err));
    OK(store_logs_add(fixture->store, run.id, &log, 1, err));
    OK(store_traces_add(fixture->store, run.id, &one, 1, err));
    OK(store_limits_put(fixture->store, run.id, &limit, 1, err));
    OK(store_ranks_add(fixture->store, run.id, &(struct load_rank){.host = "lab1"}, 1, err));
    run.status = RUN_STATUS_COMPLETED;
    run.totals = (struct load_totals){10, 10, 9, 1, 0};
    run.group_count = 1;
    OK(store_run_finished(fixture->store, &run, fixture_histograms(fixture), err));
    for (size_t i = 0; i < sizeof part_tables / sizeof part_tables[0]; i++) {
        assert_true(fixture_number(fixture->path, part_tables[i]) > 0);
    }
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM history WHERE completed = 9"), 1);
    OK(store_run_delete(fixture->store, run.id, err));
    for (size_t i = 0; i < sizeof part_tables / sizeof part_tables[0]; i++) {
        assert_int_equal(fixture_number(fixture->path, part_tables[i]), 0);
    }
    assert_int_equal(fixture_number(fixture->path, "SELECT count(*) FROM history"), 0);
}
