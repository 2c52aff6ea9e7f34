/* The run queue with a real store, a real TIME server and load generators that end in every way. */
#include "db/store_parts.h"
#include "tests/unit/server/lab/lab_fixture.h"

static bool count_sample(int64_t position, const struct run_sample *sample, void *arg)
{
    ++*(size_t *)arg;
    return true;
}

static bool count_log(int64_t position, const struct run_log *log, void *arg)
{
    size_t *const sides = arg;
    sides[log->side]++;
    return true;
}

#define HEEDS_CANCEL                                                                                                   \
    "cancel() { " FAKE_RESULT(FAKE_TOTALS(3, 3, 1, 2, 2), FAKE_REFUSED(2)) FAKE_END("cancelled") "exit 0; }\n"         \
                                                                                                 "trap cancel TERM\n"

LAB_TEST(a_run_is_queued_then_running_then_completed)
{
    struct lab *const lab = *state;
    struct buf out = BUF_INIT;
    struct err err;
    uint64_t cursor = 0;
    size_t samples = 0;
    const struct run *const run = run_script(lab, FAKE_HALF_WAY FAKE_ALL_DONE);
    assert_int_equal(run->status, RUN_STATUS_COMPLETED);
    assert_int_equal(run->totals.completed, 5);
    assert_false(run->server_known);
    assert_true(run->created_ms <= run->started_ms && run->started_ms <= run->finished_ms);
    assert_true(run->environment[0] == '{');
    OK(store_samples_each(lab->store, run->id, 0, 1000, count_sample, &samples, &err));
    assert_true(samples >= 1);
    assert_true(live_read(lab->live, &(struct live_subject){.run = run->id}, &cursor, 1U << 20, &out, NULL));
    const char *const queued = strstr(out.bytes, "\"status\":\"queued\"");
    const char *const running = strstr(out.bytes, "\"status\":\"running\"");
    const char *const completed = strstr(out.bytes, "\"status\":\"completed\"");
    assert_true(queued != NULL && running != NULL && completed != NULL && queued < running && running < completed);
    assert_non_null(strstr(out.bytes, "event: sample\n"));
    buf_free(&out);
}

LAB_TEST(a_killed_generator_is_a_failed_run_with_partial_totals)
{
    const struct run *const run = run_script(*state, FAKE_HALF_WAY "kill -KILL $$\n");
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_string_equal(run->message, "the load generator was killed by SIGKILL");
    assert_int_equal(run->totals.completed, 1);
    assert_int_equal(run->totals.failed, 2);
    assert_int_equal(run->totals.not_started, 2);
    assert_int_equal(run->groups[0].phase, PHASE_RECEIVE);
    assert_string_equal(run->groups[0].call, "waitpid");
    assert_int_equal(run->peaks.connections, 2);
}

LAB_TEST(a_generator_that_breaks_off_is_a_failed_run)
{
    static const struct {
        const char *script;
        const char *message;
    } rows[] = {
        {FAKE_HALF_WAY "head -c 100000 /dev/urandom\n" FAKE_WAIT, "not of the protocol"},
        {FAKE_HALF_WAY "exec >&-\n" FAKE_WAIT, "closed its output early"},
        {FAKE_HALF_WAY FAKE_RESULT(FAKE_TOTALS(5, 5, 4, 0, 0), "") FAKE_END("completed"), "does not add up"},
        {"echo 'no memory' >&2; exit 3\n", "the load generator ended with exit status 3: no memory"},
    };
    struct lab *const lab = *state;
    start_queue(lab, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(fake_generator_write(&lab->fake, rows[i].script), 0);
        const struct run *const run = wait_over(lab, submit(lab));
        assert_int_equal(run->status, RUN_STATUS_FAILED);
        assert_non_null(strstr(run->message, rows[i].message));
    }
    assert_string_equal(lab->run->message, rows[3].message);
}

LAB_TEST(a_generator_that_cannot_be_executed_is_a_failed_run)
{
    struct lab *const lab = *state;
    start_queue_with(lab, "", (struct run_queue_config){.watch.programs.generator = "/nonexistent/koneksi-load"});
    const struct run *const run = wait_over(lab, submit(lab));
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_non_null(strstr(run->message, "was not started"));
    assert_non_null(strstr(run->message, "ENOENT"));
}

LAB_TEST(a_generator_that_stops_reporting_is_killed)
{
    struct lab *const lab = *state;
    start_queue_with(lab, FAKE_HALF_WAY FAKE_WAIT, (struct run_queue_config){.watch.stall_ms = 300});
    const struct run *const run = wait_over(lab, submit(lab));
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_string_equal(run->message, "the load generator stopped reporting and was killed");
}

LAB_TEST(a_suspended_generator_is_waited_for)
{
    struct lab *const lab = *state;
    start_queue_with(lab, FAKE_HALF_WAY "(sleep 1.5; kill -CONT $$) &\nkill -STOP $$\n" FAKE_ALL_DONE,
                     (struct run_queue_config){.watch.stall_ms = 300});
    const struct run *const run = wait_over(lab, submit(lab));
    assert_string_equal(run->message, "");
    assert_int_equal(run->status, RUN_STATUS_COMPLETED);
}

LAB_TEST(a_flood_of_lines_is_bounded)
{
    struct lab *const lab = *state;
    struct err err;
    size_t sides[2] = {0, 0};
    const struct run *const run = run_script(
        lab, FAKE_START "yes '{\"v\":1,\"type\":\"log\",\"at_us\":1,\"text\":\"[CLIENT 1]\"}' | head -n 50000\n"
                        "yes '{\"v\":1,\"type\":\"error\",\"client\":1,\"at_us\":1,\"phase\":\"connect\","
                        "\"call\":\"connect\",\"errno\":111,\"message\":\"refused\",\"frames\":[]}' | head -n 5000\n"
                        "kill -KILL $$\n");
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    OK(store_logs_each(lab->store, run->id, 0, 100000, count_log, sides, &err));
    assert_in_range(sides[RUN_SIDE_CLIENT], 400, 402); /* all have one time, so that only the ends are kept */
}

struct times {
    uint64_t first, second, last; /* of samples */
    size_t samples;
    uint64_t failed; /* of a trace */
};

static bool note_sample(int64_t position, const struct run_sample *sample, void *arg)
{
    struct times *const times = arg;
    times->first = times->samples == 0 ? sample->at_us : times->first;
    times->second = times->samples == 1 ? sample->at_us : times->second;
    times->last = sample->at_us;
    times->samples++;
    return true;
}

static bool note_trace(int64_t position, const struct error_trace *trace, void *arg)
{
    ((struct times *)arg)->failed = trace->at_us;
    return true;
}

LAB_TEST(all_times_of_a_run_count_from_the_moment_at_which_its_clients_began_as_its_duration_does)
{
    struct lab *const lab = *state;
    struct err err;
    struct times times = {.samples = 0};
    const struct run *const run = run_script(
        lab, "sleep 0.5\n" FAKE_HALF_WAY "say '{\"v\":1,\"type\":\"error\",\"client\":1,\"at_us\":1000,\"phase\":"
             "\"connect\",\"call\":\"connect\",\"errno\":111,\"message\":\"refused\",\"frames\":[]}'\n"
             "sleep 0.1\nkill -KILL $$\n");
    OK(store_samples_each(lab->store, run->id, 0, 1000, note_sample, &times, &err));
    OK(store_traces_each(lab->store, run->id, 0, 1000, note_trace, &times, &err));
    assert_int_equal(times.failed, 1000);
    assert_int_equal(run->groups[0].first_at_us, 1000);
    assert_int_equal(times.first, 0);
    assert_true(times.second > 0); /* of the time before there is one sample */
    assert_true(times.last >= run->duration_us);
    assert_true((int64_t)(run->duration_us / 1000) + 500 <= run->finished_ms - run->started_ms + 1);
}

/* --- cancel, delete, stop --- */

LAB_TEST(a_cancel_ends_a_running_run)
{
    struct lab *const lab = *state;
    struct err err;
    start_queue(lab, HEEDS_CANCEL FAKE_HALF_WAY FAKE_WAIT);
    const int64_t id = submit(lab);
    wait_started(lab, id, 3);
    assert_int_equal(run_queue_active(lab->queue), id);
    assert_int_equal(run_queue_delete(lab->queue, id, &err), RESULT_CONFLICT);
    OK(run_queue_cancel(lab->queue, id, lab->run, &err));
    assert_int_equal(lab->run->id, id);
    assert_int_equal(wait_over(lab, id)->status, RUN_STATUS_CANCELLED);
    assert_int_equal(lab->run->totals.failed, 2);
    assert_string_equal(lab->run->groups[0].call, "connect");
    assert_int_equal(run_queue_cancel(lab->queue, id, lab->run, &err), RESULT_CONFLICT);
    OK(run_queue_delete(lab->queue, id, &err));
    assert_int_equal(run_queue_delete(lab->queue, id, &err), RESULT_NOT_FOUND);
    assert_int_equal(run_queue_cancel(lab->queue, id, lab->run, &err), RESULT_NOT_FOUND);
}

LAB_TEST(a_cancel_ends_a_run_whose_generator_ignores_it)
{
    struct lab *const lab = *state;
    struct err err;
    start_queue(lab, "trap '' TERM\n" FAKE_HALF_WAY "exec sleep 60\n");
    const int64_t id = submit(lab);
    wait_started(lab, id, 3);
    OK(run_queue_cancel(lab->queue, id, lab->run, &err));
    assert_int_equal(wait_over(lab, id)->status, RUN_STATUS_CANCELLED);
    assert_int_equal(lab->run->totals.failed, 2);
}

LAB_TEST(a_queued_run_is_cancelled_at_once_and_never_begins)
{
    struct lab *const lab = *state;
    struct err err;
    start_queue_with(lab, FAKE_HALF_WAY FAKE_ALL_DONE, (struct run_queue_config){.held = true});
    const int64_t first = submit(lab);
    const int64_t second = submit(lab);
    const int64_t third = submit(lab);
    OK(run_queue_cancel(lab->queue, first, lab->run, &err));
    assert_int_equal(lab->run->status, RUN_STATUS_CANCELLED);
    assert_int_equal(lab->run->totals.not_started, COUNT);
    OK(run_queue_delete(lab->queue, second, &err));
    run_queue_release(lab->queue);
    assert_int_equal(wait_over(lab, third)->status, RUN_STATUS_COMPLETED);
    assert_int_equal(get(lab, first)->status, RUN_STATUS_CANCELLED);
    assert_int_equal(get(lab, first)->started_ms, 0);
}

LAB_TEST(runs_are_carried_out_one_at_a_time_oldest_first)
{
    struct lab *const lab = *state;
    start_queue_with(lab, FAKE_HALF_WAY FAKE_ALL_DONE, (struct run_queue_config){.held = true});
    const int64_t first = submit(lab);
    const int64_t second = submit(lab);
    run_queue_release(lab->queue);
    const int64_t second_started = wait_over(lab, second)->started_ms;
    assert_int_equal(get(lab, first)->status, RUN_STATUS_COMPLETED);
    assert_true(lab->run->finished_ms <= second_started);
}

LAB_TEST(a_stopped_queue_interrupts_its_run_and_resumes_the_queued_ones)
{
    struct lab *const lab = *state;
    start_queue(lab, HEEDS_CANCEL FAKE_HALF_WAY FAKE_WAIT);
    const int64_t first = submit(lab);
    const int64_t second = submit(lab);
    wait_started(lab, first, 3);
    run_queue_stop(lab->queue);
    lab->queue = NULL;
    assert_int_equal(get(lab, first)->status, RUN_STATUS_INTERRUPTED);
    assert_string_equal(lab->run->message, "the panel was stopped");
    assert_adds_up(lab->run);
    assert_int_equal(get(lab, second)->status, RUN_STATUS_QUEUED);
    start_queue(lab, FAKE_HALF_WAY FAKE_ALL_DONE);
    assert_int_equal(wait_over(lab, second)->status, RUN_STATUS_COMPLETED);
}

/* --- the server's side --- */

LAB_TEST(what_the_server_accepted_is_reconciled)
{
    struct lab *const lab = *state;
    struct err err;
    size_t sides[2] = {0, 0};
    /* bash opens TCP connections by itself. */
    start_queue(lab, FAKE_START "while [ $# -gt 0 ]; do [ \"$1\" = --target ] && target=$2; shift; done\n"
                                "export HOST=${target%:*} PORT=${target##*:}\n"
                                "talk() { bash -c 'exec 3<>/dev/tcp/$HOST/$PORT; printf \"TIME\\r\\n\" >&3; "
                                "read -r line <&3; [ \"${line#JAM }\" != \"$line\" ]'; }\n"
                                "talk && talk && talk || exit 9\n" FAKE_SAMPLE(FAKE_TOTALS(5, 3, 3, 2, 0))
                                    FAKE_RESULT(FAKE_TOTALS(5, 3, 3, 2, 0), FAKE_REFUSED(2)) FAKE_END("completed"));
    const struct run *const run = wait_over(lab, submit_builtin(lab));
    assert_string_equal(run->message, "");
    assert_int_equal(run->status, RUN_STATUS_COMPLETED);
    assert_true(run->server_known);
    assert_string_equal(run->server_model, "thread");
    assert_int_equal(run->server_accepted, 3);
    OK(store_logs_each(lab->store, run->id, 0, 1000, count_log, sides, &err));
    assert_int_equal(sides[RUN_SIDE_SERVER], 3);
}

LAB_TEST(a_difference_from_the_server_is_kept)
{
    struct lab *const lab = *state;
    start_queue(lab, FAKE_HALF_WAY FAKE_ALL_DONE);
    const struct run *const run = wait_over(lab, submit_builtin(lab));
    assert_int_equal(run->totals.connected, 5);
    assert_int_equal(run->server_accepted, 0);
    assert_int_equal(run->status, RUN_STATUS_COMPLETED);
}

/* --- refusals --- */

LAB_TEST(a_refused_run_is_not_stored)
{
    struct lab *const lab = *state;
    struct run_spec spec = make_spec();
    struct err err;
    uint64_t queued = 0;
    start_queue_with(lab, "", (struct run_queue_config){.held = true});
    snprintf(spec.target, sizeof spec.target, "192.0.2.1:45000");
    assert_int_equal(run_queue_submit(lab->queue, &spec, 0, lab->run, &err), RESULT_FORBIDDEN);
    assert_string_equal(err.field, "target");
    spec = make_spec();
    spec.count = 0;
    assert_int_equal(run_queue_submit(lab->queue, &spec, 0, lab->run, &err), RESULT_INVALID);
    OK(store_queued_count(lab->store, &queued, &err));
    assert_int_equal(queued, 0);
}

/* --- the TIME server between runs --- */

static enum result configure(struct lab *lab, enum time_model model, struct err *err)
{
    const struct time_server_change change = {.model = model, .backlog = 33, .workers = 3};
    return run_queue_configure_server(lab->queue, &change, err);
}

LAB_TEST(a_changed_server_is_published_and_recorded_by_the_next_run)
{
    struct lab *const lab = *state;
    struct err err;
    struct buf out = BUF_INIT;
    uint64_t cursor = 0;
    const struct timespec give_up = hang_time();
    start_queue_with(lab, "exit 3\n", (struct run_queue_config){.held = true});
    const int64_t id = submit_builtin(lab); /* queued while the server is changed */
    OK(configure(lab, TIME_MODEL_POOL, &err));
    while (live_read(lab->live, &(struct live_subject){.run = 0}, &cursor, 1U << 20, &out, NULL),
           out.bytes == NULL || strstr(out.bytes, "event: server\ndata: {\"model\":\"pool\"") == NULL) {
        wait_for_news(lab, &give_up);
    }
    buf_free(&out);
    run_queue_release(lab->queue);
    const struct run *const run = wait_over(lab, id);
    assert_string_equal(run->server_model, "pool");
    assert_int_equal(run->server_backlog, 33);
}

LAB_TEST(the_server_cannot_be_changed_while_a_run_is_under_way)
{
    struct lab *const lab = *state;
    struct err err;
    struct time_stats stats;
    start_queue(lab, HEEDS_CANCEL FAKE_HALF_WAY FAKE_WAIT);
    const int64_t id = submit_builtin(lab);
    wait_started(lab, id, 3);
    assert_int_equal(configure(lab, TIME_MODEL_EPOLL, &err), RESULT_CONFLICT);
    OK(run_queue_cancel(lab->queue, id, lab->run, &err));
    assert_string_equal(wait_over(lab, id)->server_model, "thread");
    time_server_stats(lab->server, &stats);
    assert_int_equal(stats.model, TIME_MODEL_THREAD);
    /* The change succeeds at once: the run is over when the store says so. */
    OK(configure(lab, TIME_MODEL_EPOLL, &err));
}
