/* The readers of /proc: whatever stands in a file, they end, and a number that they give is one that they promise. */
#include "base/table.h"
#include "loadgen/limits/limits.h"
#include "loadgen/limits/sources.h"
#include "loadgen/limits/tasks.h"
#include "tests/fuzz/root.h"

static const char *const names[] = {"/proc/loadavg",  "/proc/self/net/sockstat", "/proc/sys/kernel/osrelease",
                                    "/proc/1/status", "/proc/77/status",         "/proc/123456/status",
                                    "/proc/self/fd/3"};

#define FILE_NAME "/proc/self/status"

static int prepared(void)
{
    static int fd = -1;
    if (fd < 0) {
        fd = root_create(FILE_NAME);
        for (size_t i = 0; i < COUNT_OF(names); i++) {
            root_link(FILE_NAME, names[i]);
        }
    }
    return fd;
}

static void check_number(uint64_t value)
{
    MUST(value <= 1ULL << 53 || value == LIMIT_UNLIMITED);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const int fd = prepared();
    uint64_t value = 0;
    root_write(fd, bytes, size);
    if (source_read_uint(root(), FILE_NAME, &value)) {
        check_number(value);
    }
    if (source_read_named(root(), FILE_NAME, "Threads", &value)) {
        check_number(value);
    }
    if (source_read_word(root(), FILE_NAME, "oom_kill", &value)) {
        check_number(value);
    }
    MUST(source_count_lines(root(), FILE_NAME) <= size);
    MUST(source_open_fds(root()) == 0); /* one file, which it takes for its own */
    check_number(tasks_count(root()) == LIMIT_UNKNOWN ? 0 : tasks_count(root()));
    (void)source_resident_bytes(fd);
    (void)tasks_of_user(root(), 0, 100);
    MUST(tasks_of_user(root(), 0, 2) == LIMIT_UNKNOWN); /* three processes are too many */
    (void)tasks_numbers(root(), 10, 1000, 100);
    (void)source_tcp_sockets(root(), " tw ");
    return 0;
}
