#include "loadgen/limits/counters.h"

#include <string.h>

#include "base/table.h"
#include "loadgen/limits/sources.h"

static const struct cgroup_event events[] = {
    [COUNTER_PIDS_REFUSED] = {"pids", "pids.events", "max", "pids.events", "max"},
    [COUNTER_MEMORY_REFUSED] = {"memory", "memory.failcnt", NULL, "memory.events", "oom"},
    [COUNTER_GROUP_KILLED] = {"memory", "memory.oom_control", "oom_kill", "memory.events", "oom_kill"},
};

void counters_read(const char *root, struct counters *counters)
{
    memset(counters, 0, sizeof *counters);
    for (size_t id = 0; id < COUNT_OF(events); id++) {
        cgroup_count(root, &events[id], counters->counts[id]);
    }
    (void)source_read_word(root, "/proc/vmstat", "oom_kill", &counters->counts[COUNTER_MACHINE_KILLED][0]);
}

void counters_risen(const struct counters *before, const struct counters *after, uint64_t risen[COUNTER_COUNT])
{
    for (size_t id = 0; id < COUNTER_COUNT; id++) {
        risen[id] = 0;
        for (size_t level = 0; level < CGROUP_LEVELS; level++) {
            const uint64_t first = before->counts[id][level];
            const uint64_t last = after->counts[id][level];
            risen[id] = last > first && last - first > risen[id] ? last - first : risen[id];
        }
    }
}
