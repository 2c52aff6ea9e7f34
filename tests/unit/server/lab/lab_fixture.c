#include "tests/unit/server/lab/lab_fixture.h"

#include <time.h>

static void wake(void *arg)
{
    struct lab *const lab = arg;
    pthread_mutex_lock(&lab->lock);
    lab->wakes++;
    pthread_cond_signal(&lab->news);
    pthread_mutex_unlock(&lab->lock);
}

void wait_for_news(struct lab *lab, const struct timespec *give_up)
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

struct timespec hang_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_sec += HANG_S;
    return time;
}

int make_lab(void **state)
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
    lab->publisher = (struct publisher){.live = lab->live, .store = lab->store, .server = lab->server};
    lab->subscriber = live_subscribe(lab->live, wake, lab);
    *state = lab;
    return lab->subscriber != NULL ? 0 : -1;
}

int drop_lab(void **state)
{
    struct lab *const lab = *state;
    run_queue_stop(lab->queue);
    live_unsubscribe(lab->live, lab->subscriber);
    publisher_free(&lab->publisher);
    live_destroy(lab->live);
    time_server_stop(lab->server);
    store_close(lab->store);
    fake_generator_remove(&lab->fake);
    pthread_mutex_destroy(&lab->lock);
    pthread_cond_destroy(&lab->news);
    free(lab->run);
    free(lab);
    return 0;
}

void start_queue_with(struct lab *lab, const char *script, struct run_queue_config config)
{
    struct err err;
    assert_int_equal(fake_generator_write(&lab->fake, script), 0);
    config.watch.store = lab->store;
    config.watch.observer = publisher_observer(&lab->publisher);
    config.watch.server = lab->server;
    config.watch.programs.generator =
        config.watch.programs.generator != NULL ? config.watch.programs.generator : lab->fake.path;
    if (run_queue_start(&config, &lab->queue, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
}

void start_queue(struct lab *lab, const char *script)
{
    start_queue_with(lab, script, (struct run_queue_config){.held = false});
}

struct run_spec make_spec(void)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.mode = MODE_THREAD;
    spec.count = COUNT;
    /* The fakes do not load the built-in server, so the queue would wait for it to count their clients. */
    snprintf(spec.target, sizeof spec.target, "127.0.0.1:9");
    return spec;
}

static int64_t submit_spec(struct lab *lab, const struct run_spec *spec)
{
    struct err err;
    if (run_queue_submit(lab->queue, spec, 0, lab->run, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(lab->run->status, RUN_STATUS_QUEUED);
    return lab->run->id;
}

int64_t submit(struct lab *lab)
{
    const struct run_spec spec = make_spec();
    return submit_spec(lab, &spec);
}

int64_t submit_builtin(struct lab *lab)
{
    struct run_spec spec = make_spec();
    snprintf(spec.target, sizeof spec.target, RUN_TARGET_BUILTIN);
    return submit_spec(lab, &spec);
}

struct run *get(struct lab *lab, int64_t id)
{
    struct err err;
    if (store_run_get(lab->store, id, lab->run, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
    return lab->run;
}

void assert_adds_up(const struct run *run)
{
    uint64_t in_groups = 0;
    for (uint32_t i = 0; i < run->group_count; i++) {
        in_groups += run->groups[i].count;
    }
    assert_int_equal(run->totals.started + run->totals.not_started, run->spec.count);
    assert_int_equal(run->totals.completed + run->totals.failed, run->totals.started);
    assert_int_equal(in_groups, run->totals.failed);
    assert_true(run->totals.connected <= run->totals.started);
}

struct run *wait_over(struct lab *lab, int64_t id)
{
    const struct timespec give_up = hang_time();
    while (!run_status_is_over(get(lab, id)->status)) {
        wait_for_news(lab, &give_up);
    }
    assert_adds_up(lab->run);
    return lab->run;
}

void wait_started(struct lab *lab, int64_t id, uint64_t started)
{
    const struct timespec give_up = hang_time();
    while (run_queue_overlay(lab->queue, get(lab, id)), lab->run->totals.started != started) {
        wait_for_news(lab, &give_up);
    }
}

struct run *run_script(struct lab *lab, const char *script)
{
    start_queue(lab, script);
    return wait_over(lab, submit(lab));
}
