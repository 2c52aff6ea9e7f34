/* The readers of control groups. The input is /proc/self/cgroup, /proc/self/mountinfo and what stands in every file of
 * every group, with a NUL between them. */
#include "base/table.h"
#include "loadgen/limits/cgroup.h"
#include "tests/fuzz/root.h"

#define VALUE "/value"

static const struct cgroup_bound *const bounds[] = {&cgroup_pids_max, &cgroup_memory_max, &cgroup_memory_high,
                                                    &cgroup_cpu_max};
static const struct cgroup_event event = {"memory", "memory.failcnt", NULL, "memory.events", "oom_kill", 1, false};

static const char *const groups[] = {"/cg", "/cg/a", "/cg/a/b"};
static const char *const files[] = {
    "pids.max",    "pids.current",     "memory.limit_in_bytes", "memory.max",    "memory.usage_in_bytes",
    "memory.stat", "memory.current",   "memory.failcnt",        "memory.events", "memory.high",
    "cpu.max",     "cpu.cfs_quota_us", "cpu.cfs_period_us"};

static struct {
    int cgroup, mountinfo, value; /* 0: not there yet */
} machine;

static void prepare(void)
{
    if (machine.value != 0) {
        return;
    }
    machine.cgroup = root_create("/proc/self/cgroup");
    machine.mountinfo = root_create("/proc/self/mountinfo");
    machine.value = root_create(VALUE);
    for (size_t i = 0; i < COUNT_OF(groups); i++) {
        for (size_t k = 0; k < COUNT_OF(files); k++) {
            char name[128];
            snprintf(name, sizeof name, "%s/%s", groups[i], files[k]);
            root_link(VALUE, name);
        }
    }
}

/* What stands before the next NUL; takes it off. */
static void write_part(int fd, const uint8_t **bytes, size_t *size)
{
    const uint8_t *const end = *size > 0 ? memchr(*bytes, '\0', *size) : NULL;
    const size_t length = end != NULL ? (size_t)(end - *bytes) : *size;
    root_write(fd, *bytes, length);
    *bytes += length + (end != NULL);
    *size -= length + (end != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint64_t counts[CGROUP_LEVELS];
    prepare();
    write_part(machine.cgroup, &bytes, &size);
    write_part(machine.mountinfo, &bytes, &size);
    write_part(machine.value, &bytes, &size);
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        struct limit_value value;
        memset(&value, 'x', sizeof value);
        if (cgroup_tightest(root(), "self", bounds[i], &value)) {
            MUST(memchr(value.source, '\0', sizeof value.source) != NULL);
            MUST(value.value <= 1ULL << 53 || value.value == LIMIT_UNLIMITED);
        }
    }
    struct cgroup_path group;
    if (cgroup_path_of(root(), "self", event.controller, &group)) {
        cgroup_count(root(), &group, &event, counts);
    }
    return 0;
}
