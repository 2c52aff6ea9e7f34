/* The run queue with a real store, a real TIME server and load generators that live and die in every way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "fake_generator.h"
#include "lab/run_queue.h"

enum { HANG_S = 20, COUNT = 5 };

struct lab {
    struct fake_generator fake;
    char database[64];
    struct store *store;
    struct live *live;
    struct time_server *server;
    struct run_queue *queue;
    struct run *run;
    struct live_subscriber *subscriber;
    pthread_mutex_t lock;
    pthread_cond_t news;
    unsigned wakes;
};

static void wake(void *arg)
{
    struct lab *const lab = arg;
    pthread_mutex_lock(&lab->lock);
    lab->wakes++;
    pthread_cond_signal(&lab->news);
    pthread_mutex_unlock(&lab->lock);
}

/* Until the next event; a hang fails the test. */
static void wait_for_news(struct lab *lab, const struct timespec *give_up)
{
    int status = 0;
    pthread_mutex_lock(&lab->lock);
    while (lab->wakes == 0 && status == 0) {
        status = pthread_cond_timedwait(&lab->news, &lab->lock, give_up);
    }
    lab->wakes = 0;
    pthread_mutex_unlock(&lab->lock);
    assert_int_equal(status, 0);
}

static struct timespec hang_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_sec += HANG_S;
    return time;
}

static int make_lab(void **state)
{
    struct lab *const lab = calloc(1, sizeof *lab);
    struct err err;
    struct time_server_config config = time_server_defaults();
    if (lab == NULL || fake_generator_make(&lab->fake, "exit 99\n") != 0 ||
        net_parse("127.0.0.1:0", &config.address, &err) != RESULT_OK) {
        return -1;
    }
    lab->run = calloc(1, sizeof *lab->run);
    pthread_mutex_init(&lab->lock, NULL);
    pthread_cond_init(&lab->news, NULL);
    snprintf(lab->database, sizeof lab->database, "%s/koneksi.db", lab->fake.directory);
    if (lab->run == NULL || store_open(lab->database, &lab->store, &err) != RESULT_OK ||
        time_server_start(&config, &lab->server, &err) != RESULT_OK || live_create(&lab->live, &err) != RESULT_OK) {
        return -1;
    }
    lab->subscriber = live_subscribe(lab->live, wake, lab);
    *state = lab;
    return lab->subscriber != NULL ? 0 : -1;
}

static int drop_lab(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    struct lab *const lab = *state;
    run_queue_stop(lab->queue);
    live_unsubscribe(lab->live, lab->subscriber);
    live_destroy(lab->live);
    time_server_stop(lab->server);
    store_close(lab->store);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[80];
        snprintf(path, sizeof path, "%s%s", lab->database, ends[i]);
        unlink(path);
    }
    fake_generator_remove(&lab->fake);
    pthread_mutex_destroy(&lab->lock);
    pthread_cond_destroy(&lab->news);
    free(lab->run);
    free(lab);
    return 0;
}

static void start_queue_with(struct lab *lab, const char *script, struct run_queue_config config)
{
    struct err err;
    assert_int_equal(fake_generator_write(&lab->fake, script), 0);
    config.store = lab->store;
    config.live = lab->live;
    config.server = lab->server;
    config.generator = config.generator != NULL ? config.generator : lab->fake.path;
    if (run_queue_start(&config, &lab->queue, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
}

static void start_queue(struct lab *lab, const char *script)
{
    start_queue_with(lab, script, (struct run_queue_config){.generator = NULL});
}

static struct run_spec make_spec(void)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.mode = MODE_THREAD;
    spec.count = COUNT;
    return spec;
}

static int64_t submit(struct lab *lab)
{
    const struct run_spec spec = make_spec();
    struct err err;
    if (run_queue_submit(lab->queue, &spec, 0, lab->run, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(lab->run->status, RUN_STATUS_QUEUED);
    return lab->run->id;
}

static struct run *get(struct lab *lab, int64_t id)
{
    struct err err;
    if (store_run_get(lab->store, id, lab->run, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
    return lab->run;
}

static void assert_adds_up(const struct run *run)
{
    uint64_t in_groups = 0;
    for (uint32_t i = 0; i < run->group_count; i++) {
        in_groups += run->groups[i].count;
    }
    assert_int_equal(run->totals.started + run->totals.not_started, run->spec.count);
    assert_int_equal(run->totals.completed + run->totals.failed, run->totals.started);
    assert_int_equal(in_groups, run->totals.failed);
}

static struct run *wait_over(struct lab *lab, int64_t id)
{
    const struct timespec give_up = hang_time();
    while (!run_status_is_over(get(lab, id)->status)) {
        wait_for_news(lab, &give_up);
    }
    assert_adds_up(lab->run);
    return lab->run;
}

/* Until the queue has heard a sample of the run with `started` clients. */
static void wait_started(struct lab *lab, int64_t id, uint64_t started)
{
    const struct timespec give_up = hang_time();
    while (run_queue_overlay(lab->queue, get(lab, id)), lab->run->totals.started != started) {
        wait_for_news(lab, &give_up);
    }
}

static struct run *run_script(struct lab *lab, const char *script)
{
    start_queue(lab, script);
    return wait_over(lab, submit(lab));
}

static bool count_sample(int64_t position, const struct run_sample *sample, void *arg)
{
    (void)position;
    (void)sample;
    ++*(size_t *)arg;
    return true;
}

static bool count_log(int64_t position, const struct run_log *log, void *arg)
{
    (void)position;
    size_t *const sides = arg;
    sides[log->side]++;
    return true;
}

#define HALF_WAY FAKE_START FAKE_SAMPLE(FAKE_TOTALS(3, 3, 1, 0, 2))
#define ALL_DONE FAKE_RESULT(FAKE_TOTALS(5, 5, 5, 0, 0), "") FAKE_END("completed")
#define HEEDS_CANCEL                                                                                                   \
    "cancel() { " FAKE_RESULT(FAKE_TOTALS(3, 3, 1, 2, 2), FAKE_REFUSED(2)) FAKE_END("cancelled") "exit 0; }\n"         \
                                                                                                 "trap cancel TERM\n"

/* --- ends --- */

static void a_run_goes_from_queued_over_running_to_completed(void **state)
{
    struct lab *const lab = *state;
    struct buf out = BUF_INIT;
    struct err err;
    uint64_t cursor = 0;
    size_t samples = 0;
    const struct run *const run = run_script(lab, HALF_WAY ALL_DONE);
    assert_int_equal(run->status, RUN_STATUS_COMPLETED);
    assert_int_equal(run->totals.completed, 5);
    assert_true(run->server_known);
    assert_string_equal(run->server_model, "thread");
    assert_true(run->created_ms <= run->started_ms && run->started_ms <= run->finished_ms);
    assert_true(run->environment[0] == '{');
    assert_int_equal(store_samples_each(lab->store, run->id, 0, 1000, count_sample, &samples, &err), RESULT_OK);
    assert_true(samples >= 1);
    assert_true(live_read(lab->live, run->id, &cursor, 1U << 20, &out));
    const char *const queued = strstr(out.bytes, "\"status\":\"queued\"");
    const char *const running = strstr(out.bytes, "\"status\":\"running\"");
    const char *const completed = strstr(out.bytes, "\"status\":\"completed\"");
    assert_true(queued != NULL && running != NULL && completed != NULL && queued < running && running < completed);
    assert_non_null(strstr(out.bytes, "event: sample\n"));
    buf_free(&out);
}

static void a_killed_generator_is_a_failed_run_with_partial_totals(void **state)
{
    const struct run *const run = run_script(*state, HALF_WAY "kill -KILL $$\n");
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_string_equal(run->message, "the load generator was killed by SIGKILL");
    assert_int_equal(run->totals.completed, 1);
    assert_int_equal(run->totals.failed, 2);
    assert_int_equal(run->totals.not_started, 2);
    assert_int_equal(run->groups[0].phase, PHASE_RECEIVE);
    assert_string_equal(run->groups[0].call, "waitpid");
    assert_int_equal(run->peaks.connections, 2);
}

static void an_exit_without_an_end_is_a_failed_run_with_its_last_words(void **state)
{
    const struct run *const run = run_script(*state, "echo 'no memory' >&2; exit 3\n");
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_string_equal(run->message, "the load generator ended with exit status 3: no memory");
    assert_int_equal(run->totals.not_started, COUNT);
}

static void a_generator_that_cannot_be_executed_is_a_failed_run(void **state)
{
    struct lab *const lab = *state;
    start_queue_with(lab, "", (struct run_queue_config){.generator = "/nonexistent/koneksi-load"});
    const struct run *const run = wait_over(lab, submit(lab));
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_non_null(strstr(run->message, "was not started"));
    assert_non_null(strstr(run->message, "ENOENT"));
}

static void garbage_is_a_failed_run(void **state)
{
    const struct run *const run = run_script(*state, HALF_WAY "head -c 100000 /dev/urandom\n" FAKE_WAIT);
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_non_null(strstr(run->message, "not of the protocol"));
}

static void a_closed_output_is_a_failed_run(void **state)
{
    const struct run *const run = run_script(*state, HALF_WAY "exec >&-\n" FAKE_WAIT);
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_non_null(strstr(run->message, "closed its output early"));
}

static void a_generator_that_stops_reporting_is_killed(void **state)
{
    struct lab *const lab = *state;
    start_queue_with(lab, HALF_WAY FAKE_WAIT, (struct run_queue_config){.stall_ms = 300});
    const struct run *const run = wait_over(lab, submit(lab));
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_string_equal(run->message, "the load generator stopped reporting and was killed");
}

static void a_result_that_does_not_add_up_is_a_failed_run(void **state)
{
    const struct run *const run =
        run_script(*state, HALF_WAY FAKE_RESULT(FAKE_TOTALS(5, 5, 4, 0, 0), "") FAKE_END("completed"));
    assert_int_equal(run->status, RUN_STATUS_FAILED);
    assert_non_null(strstr(run->message, "does not add up"));
}

static void a_flood_of_lines_is_kept_within_bounds(void **state)
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
    assert_int_equal(store_logs_each(lab->store, run->id, 0, 100000, count_log, sides, &err), RESULT_OK);
    assert_in_range(sides[RUN_SIDE_CLIENT], 400, 402); /* all at one moment: the ends alone */
}

/* --- cancel, delete, stop --- */

static void a_cancel_ends_a_running_run(void **state)
{
    struct lab *const lab = *state;
    struct err err;
    start_queue(lab, HEEDS_CANCEL HALF_WAY FAKE_WAIT);
    const int64_t id = submit(lab);
    wait_started(lab, id, 3);
    assert_int_equal(run_queue_active(lab->queue), id);
    assert_int_equal(run_queue_delete(lab->queue, id, &err), RESULT_CONFLICT);
    assert_int_equal(run_queue_cancel(lab->queue, id, lab->run, &err), RESULT_OK);
    assert_int_equal(lab->run->id, id);
    assert_int_equal(wait_over(lab, id)->status, RUN_STATUS_CANCELLED);
    assert_int_equal(lab->run->totals.failed, 2);
    assert_string_equal(lab->run->groups[0].call, "connect");
    assert_int_equal(run_queue_cancel(lab->queue, id, lab->run, &err), RESULT_CONFLICT);
    assert_int_equal(run_queue_delete(lab->queue, id, &err), RESULT_OK);
    assert_int_equal(run_queue_delete(lab->queue, id, &err), RESULT_NOT_FOUND);
    assert_int_equal(run_queue_cancel(lab->queue, id, lab->run, &err), RESULT_NOT_FOUND);
}

static void a_cancel_ends_a_run_whose_generator_does_not_heed_it(void **state)
{
    struct lab *const lab = *state;
    struct err err;
    start_queue(lab, "trap '' TERM\n" HALF_WAY "exec sleep 60\n");
    const int64_t id = submit(lab);
    wait_started(lab, id, 3);
    assert_int_equal(run_queue_cancel(lab->queue, id, lab->run, &err), RESULT_OK);
    assert_int_equal(wait_over(lab, id)->status, RUN_STATUS_CANCELLED);
    assert_int_equal(lab->run->totals.failed, 2);
}

static void a_queued_run_is_cancelled_at_once_and_never_begins(void **state)
{
    struct lab *const lab = *state;
    struct err err;
    start_queue_with(lab, HALF_WAY ALL_DONE, (struct run_queue_config){.held = true});
    const int64_t first = submit(lab);
    const int64_t second = submit(lab);
    const int64_t third = submit(lab);
    assert_int_equal(run_queue_cancel(lab->queue, first, lab->run, &err), RESULT_OK);
    assert_int_equal(lab->run->status, RUN_STATUS_CANCELLED);
    assert_int_equal(lab->run->totals.not_started, COUNT);
    assert_int_equal(run_queue_delete(lab->queue, second, &err), RESULT_OK);
    run_queue_release(lab->queue);
    assert_int_equal(wait_over(lab, third)->status, RUN_STATUS_COMPLETED);
    assert_int_equal(get(lab, first)->status, RUN_STATUS_CANCELLED);
    assert_int_equal(get(lab, first)->started_ms, 0);
}

static void runs_go_one_at_a_time_oldest_first(void **state)
{
    struct lab *const lab = *state;
    start_queue_with(lab, HALF_WAY ALL_DONE, (struct run_queue_config){.held = true});
    const int64_t first = submit(lab);
    const int64_t second = submit(lab);
    run_queue_release(lab->queue);
    const int64_t second_started = wait_over(lab, second)->started_ms;
    assert_int_equal(get(lab, first)->status, RUN_STATUS_COMPLETED);
    assert_true(lab->run->finished_ms <= second_started);
}

static void a_stopped_queue_interrupts_its_run_and_goes_on_with_the_queued_ones(void **state)
{
    struct lab *const lab = *state;
    start_queue(lab, HEEDS_CANCEL HALF_WAY FAKE_WAIT);
    const int64_t first = submit(lab);
    const int64_t second = submit(lab);
    wait_started(lab, first, 3);
    run_queue_stop(lab->queue);
    lab->queue = NULL;
    assert_int_equal(get(lab, first)->status, RUN_STATUS_INTERRUPTED);
    assert_string_equal(lab->run->message, "the panel was stopped");
    assert_adds_up(lab->run);
    assert_int_equal(get(lab, second)->status, RUN_STATUS_QUEUED);
    start_queue(lab, HALF_WAY ALL_DONE);
    assert_int_equal(wait_over(lab, second)->status, RUN_STATUS_COMPLETED);
}

/* --- the server's side --- */

static void what_the_server_accepted_is_reconciled(void **state)
{
    struct lab *const lab = *state;
    struct err err;
    size_t sides[2] = {0, 0};
    /* bash opens TCP connections; the last argument that looks like an address is the target. */
    const struct run *const run = run_script(
        lab, FAKE_START "while [ $# -gt 0 ]; do [ \"$1\" = --target ] && target=$2; shift; done\n"
                        "for i in 1 2 3; do bash -c 'exec 3<>\"/dev/tcp/${0%:*}/${0##*:}\"; printf \"TIME\\r\\n\" >&3;"
                        " read -r line <&3; case $line in JAM*) ;; *) exit 1 ;; esac' \"$target\" >/dev/null || exit "
                        "9; done\n" FAKE_SAMPLE(FAKE_TOTALS(5, 3, 3, 2, 0))
                            FAKE_RESULT(FAKE_TOTALS(5, 3, 3, 2, 0), FAKE_REFUSED(2)) FAKE_END("completed"));
    assert_string_equal(run->message, "");
    assert_int_equal(run->status, RUN_STATUS_COMPLETED);
    assert_int_equal(run->server_accepted, 3);
    assert_int_equal(store_logs_each(lab->store, run->id, 0, 1000, count_log, sides, &err), RESULT_OK);
    assert_int_equal(sides[RUN_SIDE_SERVER], 3);
}

static void a_difference_to_the_server_is_kept(void **state)
{
    const struct run *const run = run_script(*state, HALF_WAY ALL_DONE);
    assert_int_equal(run->totals.connected, 5);
    assert_int_equal(run->server_accepted, 0);
    assert_int_equal(run->status, RUN_STATUS_COMPLETED);
}

/* --- what is refused, and a store that fails --- */

static void a_run_that_may_not_be_is_not_stored(void **state)
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
    assert_int_equal(store_queued_count(lab->store, &queued, &err), RESULT_OK);
    assert_int_equal(queued, 0);
}

static void limit_file_size(rlim_t most)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = most;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A disk that is full while a run ends, as RLIMIT_FSIZE plays it. Two FIFOs lead the generator: it opens `go` to wait
 * for us, and holds `gone` until its end. */
static void a_store_that_fails_at_the_end_is_tried_until_it_works(void **state)
{
    struct lab *const lab = *state;
    char go[80];
    char gone[80];
    char script[2048];
    char byte = 0;
    signal(SIGXFSZ, SIG_IGN);
    snprintf(go, sizeof go, "%s/go", lab->fake.directory);
    snprintf(gone, sizeof gone, "%s/gone", lab->fake.directory);
    assert_int_equal(mkfifo(go, 0600), 0);
    assert_int_equal(mkfifo(gone, 0600), 0);
    snprintf(script, sizeof script, "%sexec 7>%s\nread line <%s\n%s", HALF_WAY, gone, go, ALL_DONE);
    start_queue(lab, script);
    const int64_t id = submit(lab);
    const int gone_fd = open(gone, O_RDONLY | O_CLOEXEC);
    assert_true(gone_fd >= 0);
    limit_file_size(1);
    const int go_fd = open(go, O_WRONLY | O_CLOEXEC);
    assert_true(go_fd >= 0);
    close(go_fd);
    assert_int_equal(read(gone_fd, &byte, 1), 0);
    close(gone_fd);
    assert_int_equal(get(lab, id)->status, RUN_STATUS_RUNNING);
    limit_file_size(RLIM_INFINITY);
    assert_int_equal(wait_over(lab, id)->status, RUN_STATUS_COMPLETED);
    unlink(go);
    unlink(gone);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make_lab, drop_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_run_goes_from_queued_over_running_to_completed),
        CASE(a_killed_generator_is_a_failed_run_with_partial_totals),
        CASE(an_exit_without_an_end_is_a_failed_run_with_its_last_words),
        CASE(a_generator_that_cannot_be_executed_is_a_failed_run),
        CASE(garbage_is_a_failed_run),
        CASE(a_closed_output_is_a_failed_run),
        CASE(a_generator_that_stops_reporting_is_killed),
        CASE(a_result_that_does_not_add_up_is_a_failed_run),
        CASE(a_flood_of_lines_is_kept_within_bounds),
        CASE(a_cancel_ends_a_running_run),
        CASE(a_cancel_ends_a_run_whose_generator_does_not_heed_it),
        CASE(a_queued_run_is_cancelled_at_once_and_never_begins),
        CASE(runs_go_one_at_a_time_oldest_first),
        CASE(a_stopped_queue_interrupts_its_run_and_goes_on_with_the_queued_ones),
        CASE(what_the_server_accepted_is_reconciled),
        CASE(a_difference_to_the_server_is_kept),
        CASE(a_run_that_may_not_be_is_not_stored),
        CASE(a_store_that_fails_at_the_end_is_tried_until_it_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
