/* What memory counts as the clients'. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

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
