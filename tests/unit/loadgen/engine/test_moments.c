/* What is in use when the first client of a group fails, and at most. */

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "loadgen/engine/engine.h"
#include "loadgen/limits/limits.h"
#include "tests/unit/loadgen/engine/time_stub.h"
#include "tests/unit/test.h"

#define CLIENTS 60
#define JAM "JAM 12:00:00\r\n"

struct moments {
    struct sink sink;
    size_t count;
    struct group_usage usages[GROUP_USAGES_MAX];
    struct load_result result;
    size_t limit_count; /* when the run began */
    struct limit_value limits[LIMIT_COUNT];
};

static bool remember(struct sink *sink, const struct report_event *event)
{
    struct moments *const moments = (struct moments *)sink;
    if (event->type == REPORT_USAGE) {
        assert_true(moments->count < GROUP_USAGES_MAX);
        moments->usages[moments->count++] = event->usage;
    } else if (event->type == REPORT_START) {
        moments->limit_count = event->start.limit_count;
        memcpy(moments->limits, event->start.limits, sizeof moments->limits);
    } else if (event->type == REPORT_RESULT) {
        memcpy(&moments->result, event->result, sizeof moments->result);
    }
    return true;
}

/* The caller frees what was reported. */
static struct moments *run(enum run_mode mode, const struct net_address *target)
{
    struct moments *const moments = calloc(1, sizeof *moments);
    struct engine *engine = NULL;
    struct load_totals totals = {0};
    struct run_spec spec;
    struct err err;
    assert_non_null(moments);
    moments->sink = (struct sink){.write = remember, .wants_details = true};
    run_spec_init(&spec);
    spec.mode = mode;
    spec.count = CLIENTS;
    spec.pool_size = 7;
    spec.timeout_ms = 1000;
    spec.hold = mode != MODE_POOL; /* which would take a thread for each */
    OK(engine_create(&spec, target, &moments->sink, &engine, &err));
    OK(engine_run(engine, &totals, &err));
    engine_destroy(engine);
    return moments;
}

static struct net_address nobody(void)
{
    struct net_address address = {.length = sizeof(struct sockaddr_in)};
    struct sockaddr_in *const in = (struct sockaddr_in *)&address.storage;
    in->sin_family = AF_INET;
    in->sin_port = htons(1);
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

TEST(each_mode_reads_it_once_for_a_group)
{
    const struct net_address target = nobody();
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        struct moments *const moments = run(mode, &target);
        assert_int_equal(moments->result.totals.failed, CLIENTS);
        assert_int_equal(moments->result.group_count, 1);
        assert_int_equal(moments->count, 1);
        const struct group_usage *const usage = &moments->usages[0];
        const struct usage *const used = &usage->used[LIMIT_SIDE_CLIENT];
        assert_int_equal(usage->phase, moments->result.groups[0].phase);
        assert_string_equal(usage->call, "connect");
        assert_int_equal(usage->error_number, ECONNREFUSED);
        assert_true(usage->at_us >= moments->result.groups[0].first_at_us);
        assert_in_range(used->used[LIMIT_THREADS_MAX], 1, 1 << 22);
        assert_in_range(used->used[LIMIT_FILE_MAX], 1, LIMIT_UNKNOWN - 1);
        assert_true((used->used[LIMIT_NOFILE] == LIMIT_UNKNOWN) == (mode == MODE_PROCESS)); /* the client's own table */
        assert_true(moments->result.peak.used[LIMIT_THREADS_MAX] >= used->used[LIMIT_THREADS_MAX]);
        free(moments);
    }
}

TEST(nothing_is_reported_when_nobody_fails)
{
    struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = JAM});
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        struct moments *const moments = run(mode, &stub->address);
        assert_int_equal(moments->result.totals.completed, CLIENTS);
        assert_int_equal(moments->count, 0);
#ifndef __SANITIZE_THREAD__ /* there the monitor has no table of descriptors of its own, and looks for no peak */
        assert_in_range(moments->result.peak.used[LIMIT_THREADS_MAX], 1, 1 << 22);
#endif
        free(moments);
    }
    time_stub_stop(stub);
    time_stub_free(stub);
}

/* A listener that accepts nobody takes no descriptor for a connection. */
static int listen_only(struct net_address *address)
{
    struct err err;
    int fd = -1;
    *address = nobody();
    ((struct sockaddr_in *)&address->storage)->sin_port = 0;
    OK(net_listen(address, 2 * CLIENTS, &fd, &err));
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address->storage, &address->length), 0);
    return fd;
}

/* The reader's files take none of the descriptors that clients could have: besides theirs there are the lowest free
 * ones of the engine, which are /proc/self/task and /proc/self/statm. */
TEST(it_works_without_a_free_descriptor_and_takes_none)
{
    enum { ENGINE_FDS = 2, ROOM = 30 };
    struct net_address target;
    struct rlimit before;
    const int listener = listen_only(&target);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit low = before;
    low.rlim_cur = (rlim_t)listener + 1 + ENGINE_FDS + ROOM;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    struct moments *const moments = run(MODE_THREAD, &target);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    close(listener);
    assert_int_equal(moments->result.totals.connected, ROOM);
    assert_true(moments->count >= 1);
    const struct group_usage *const usage = &moments->usages[0];
    assert_string_equal(usage->call, "socket");
    assert_int_equal(usage->error_number, EMFILE);
#ifndef __SANITIZE_THREAD__
    assert_in_range(usage->used[LIMIT_SIDE_CLIENT].used[LIMIT_THREADS_MAX], 1, 1 << 22);
    assert_int_equal(usage->used[LIMIT_SIDE_CLIENT].used[LIMIT_NOFILE], low.rlim_cur);
#endif
    free(moments);
}

static void *idle(void *barrier)
{
    pthread_barrier_wait(barrier);
    return NULL;
}

#define IDLE_THREADS 100
/* Other processes begin and end tasks between the two readings: in one of so many attempts they do not. */
#define ATTEMPTS_MOST 20

/* Whether each count of tasks that limits refuse is lower by half of the idle threads at the start of a run. */
static bool begins_without(const struct limit_value *before, size_t count, const struct moments *moments)
{
    unsigned seen = 0;
    bool is_lower = true;
    for (size_t i = 0; i < count; i++) {
        if (limit_refuses(before[i].id) == LIMIT_REFUSES_TASKS && before[i].used != LIMIT_UNKNOWN) {
            const struct limit_value *const now =
                limit_find(moments->limits, moments->limit_count, before[i].id, LIMIT_SIDE_CLIENT);
            is_lower = is_lower && now->used + IDLE_THREADS / 2 <= before[i].used;
            seen++;
        }
    }
    assert_true(seen > 0);
    return is_lower;
}

TEST(tasks_of_the_generator_are_not_in_use_when_the_run_begins)
{
    const struct net_address target = nobody();
    pthread_t threads[IDLE_THREADS];
    pthread_barrier_t barrier;
    bool is_lower = false;
    pthread_barrier_init(&barrier, NULL, IDLE_THREADS + 1);
    for (size_t i = 0; i < IDLE_THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, idle, &barrier), 0);
    }
    for (unsigned attempt = 0; !is_lower && attempt < ATTEMPTS_MOST; attempt++) {
        struct limit_value before[LIMIT_COUNT];
        const size_t count = limits_read(LIMIT_SIDE_CLIENT, 0, before);
        struct moments *const moments = run(MODE_EVENT, &target);
        is_lower = begins_without(before, count, moments);
        free(moments);
    }
    assert_true(is_lower);
    pthread_barrier_wait(&barrier);
    for (size_t i = 0; i < IDLE_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_barrier_destroy(&barrier);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    (void)close_range(STDERR_FILENO + 1, UINT_MAX, 0); /* inherited numbers would be among the clients' */
    return run_cases();
}
