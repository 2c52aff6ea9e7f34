/* What counts as the clients': memory, CPU time, descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "loadgen/engine/monitor.h"
#include "tests/unit/test.h"

#define MIB ((size_t)1048576)

static bool take(struct sink *sink, const struct report_event *event)
{
    (void)sink;
    (void)event;
    return true;
}

static void *fill(size_t bytes)
{
    void *const memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    assert_true(memory != MAP_FAILED);
    return memory;
}

/* clear_refs(5) is not there on every kernel. */
static bool peak_can_be_reset(void)
{
    const int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    const bool can = fd >= 0 && write(fd, "5", 1) == 1;
    if (fd >= 0) {
        close(fd);
    }
    return can;
}

TEST(memory_from_before_the_clients_is_not_theirs_and_a_peak_of_theirs_is)
{
    struct err err;
    struct monitor *monitor = NULL;
    struct monitor_sight sight;
    struct sink sink = {.write = take};
    struct scoreboard *const board = scoreboard_create(1, false);
    assert_non_null(board);
    const struct monitor_plan plan = {.board = board, .sink = &sink, .own_thread = true};
    if (!peak_can_be_reset()) {
        SKIP_BECAUSE("/proc/self/clear_refs cannot be written to");
    }
    munmap(fill(256 * MIB), 256 * MIB); /* a peak that was */
    (void)scoreboard_begin(board);
    OK(monitor_start(&plan, &monitor, &err));
    void *const fixed = fill(64 * MIB); /* what a mode needs once */
    monitor_begin_memory(monitor);
    munmap(fill(32 * MIB), 32 * MIB);
    assert_true(monitor_stop(monitor, &sight));
    assert_in_range(sight.cost.memory_bytes, 28 * MIB, 48 * MIB);
    munmap(fixed, 64 * MIB);
    scoreboard_destroy(board);
}

/* Before Linux 5.9 the monitor has no table of descriptors of its own. */
static void skip_where_descriptors_are_the_clients(void)
{
#ifdef __SANITIZE_THREAD__
    SKIP_BECAUSE("ThreadSanitizer takes a descriptor's number for the same one in all threads");
#endif
    if (close_range(UINT_MAX, UINT_MAX, CLOSE_RANGE_UNSHARE) != 0) {
        SKIP_BECAUSE("close_range has no CLOSE_RANGE_UNSHARE here");
    }
}

#define WATCHED_NS (100 * NS_PER_MS)

/* A sink that watches the server when the first sample comes. */
struct watching {
    struct sink sink;
    sem_t watched;
    bool is_done;
    int file;
};

static bool watch(struct sink *sink, const struct report_event *event)
{
    struct watching *const watching = (struct watching *)sink;
    const uint64_t began_ns = cpu_clock_thread_ns();
    if (event->type != REPORT_SAMPLE || watching->is_done) {
        return true;
    }
    while (cpu_clock_thread_ns() - began_ns < WATCHED_NS) {
    }
    watching->is_done = true;
    watching->file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sink->watched_ns += cpu_clock_thread_ns() - began_ns;
    assert_int_equal(sem_post(&watching->watched), 0);
    return true;
}

TEST(watching_the_server_takes_neither_cpu_time_nor_a_descriptor_of_the_clients)
{
    struct err err;
    struct monitor *monitor = NULL;
    struct monitor_sight sight;
    struct watching watching = {.sink = {.write = watch}};
    skip_where_descriptors_are_the_clients();
    struct scoreboard *const board = scoreboard_create(1, false);
    assert_non_null(board);
    assert_int_equal(sem_init(&watching.watched, 0, 0), 0);
    const struct monitor_plan plan = {.board = board, .sink = &watching.sink, .own_thread = true};
    (void)scoreboard_begin(board);
    OK(monitor_start(&plan, &monitor, &err));
    while (sem_wait(&watching.watched) != 0) {
        assert_int_equal(errno, EINTR);
    }
    assert_true(watching.sink.may_open);
    assert_true(watching.file >= 0);
    assert_int_equal(fcntl(watching.file, F_GETFD), -1);
    assert_true(monitor_stop(monitor, &sight));
    assert_in_range(sight.cost.cpu_us, 0, WATCHED_NS / NS_PER_US / 2);
    sem_destroy(&watching.watched);
    scoreboard_destroy(board);
}
