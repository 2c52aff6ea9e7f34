#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

#include "base/cpu.h"
#include "tests/unit/test.h"

static uint64_t thread_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000U + (uint64_t)used.tv_nsec;
}

static void *work(void *argument)
{
    const uint64_t until = thread_ns() + 20000000;
    while (thread_ns() < until) {
    }
    return argument;
}

static uint64_t rusage_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000U +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

TEST(it_counts_threads_that_live_and_that_have_ended)
{
    struct cpu_clock clock;
    pthread_t thread;
    cpu_clock_open(&clock);
    const uint64_t before = cpu_clock_us();
    assert_int_equal(pthread_create(&thread, NULL, work, NULL), 0);
    pthread_join(thread, NULL);
    work(NULL);
    const uint64_t used = cpu_clock_us() - before;
    assert_true(used >= 39000);
    assert_true(used <= rusage_us() + 10000);
    cpu_clock_close(&clock);
    assert_true(cpu_clock_us() >= before + used);
}

struct crowd {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool over;
};

static void *stand_by(void *argument)
{
    struct crowd *const crowd = argument;
    pthread_mutex_lock(&crowd->lock);
    while (!crowd->over) {
        pthread_cond_wait(&crowd->wake, &crowd->lock);
    }
    pthread_mutex_unlock(&crowd->lock);
    return NULL;
}

/* The cheapest of many looks: what else the machine does is not in it. */
static uint64_t cheapest_look_ns(void)
{
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 50; i++) {
        const uint64_t begun = thread_ns();
        (void)cpu_clock_us();
        const uint64_t took = thread_ns() - begun;
        least = took < least ? took : least;
    }
    return least;
}

TEST(a_look_does_not_grow_dearer_with_the_threads)
{
    enum { THREADS = 500 };
    struct crowd crowd = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    pthread_t threads[THREADS];
    pthread_attr_t small;
    struct cpu_clock clock;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)64 * 1024);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], &small, stand_by, &crowd), 0);
    }
    const uint64_t unarmed_ns = cheapest_look_ns();
    cpu_clock_open(&clock);
    const uint64_t armed_ns = cheapest_look_ns();
    cpu_clock_close(&clock);
    pthread_mutex_lock(&crowd.lock);
    crowd.over = true;
    pthread_cond_broadcast(&crowd.wake);
    pthread_mutex_unlock(&crowd.lock);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_attr_destroy(&small);
    assert_true(armed_ns * 2 < unarmed_ns);
}

/* The test's own thread gives up all cores but one, and gets them back. */
TEST(only_cores_of_the_affinity_mask_are_usable)
{
    struct core_set before, after;
    assert_true(core_set_usable(&before));
    uint64_t last = CORES_MOST;
    for (uint64_t core = 0, count = 0; core < CORES_MOST; core++) {
        count += core_set_has(&before, core);
        last = core_set_has(&before, core) ? core : last;
        assert_true(count <= cores_usable());
    }
    struct core_set one = {0};
    CPU_SET_S(last, sizeof one.words, one.words);
    assert_int_equal(sched_setaffinity(0, sizeof one.words, one.words), 0);
    assert_int_equal(cores_usable(), 1);
    assert_true(core_set_usable(&after));
    assert_true(core_set_has(&after, last));
    assert_int_equal(sched_setaffinity(0, sizeof before.words, before.words), 0);
}
