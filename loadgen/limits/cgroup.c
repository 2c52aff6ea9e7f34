#include "loadgen/limits/cgroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "loadgen/limits/cgroup_path.h"

#define STAT_SIZE 8192 /* memory.stat has 2 KiB */

/* A path too long for the field keeps its end, which says the most. */
static void set_source(struct limit_value *value, const char *path)
{
    const size_t length = strlen(path);
    const size_t room = sizeof value->source - 1;
    if (length <= room) {
        memcpy(value->source, path, length + 1);
    } else {
        snprintf(value->source, sizeof value->source, "...%s", path + length - (room - 3));
    }
}

static uint64_t room_left(uint64_t value, uint64_t used)
{
    const uint64_t known = used == LIMIT_UNKNOWN ? 0 : used;
    return value == LIMIT_UNLIMITED ? LIMIT_UNLIMITED : value > known ? value - known : 0;
}

const struct cgroup_bound cgroup_pids_max = {.controller = "pids",
                                             .max_v1 = "pids.max",
                                             .used_v1 = "pids.current",
                                             .max_v2 = "pids.max",
                                             .used_v2 = "pids.current"};
const struct cgroup_bound cgroup_memory_max = {.controller = "memory",
                                               .max_v1 = "memory.limit_in_bytes",
                                               .used_v1 = "memory.usage_in_bytes",
                                               .max_v2 = "memory.max",
                                               .used_v2 = "memory.current",
                                               .cache = true};
const struct cgroup_bound cgroup_memory_high = {
    .controller = "memory", .max_v2 = "memory.high", .used_v2 = "memory.current", .cache = true};
const struct cgroup_bound cgroup_cpu_max = {
    .controller = "cpu", .max_v1 = "cpu.cfs_quota_us", .max_v2 = "cpu.max", .quota = true};

/* "inactive_file 4096": in version 1 the totals are those of the group with all below it. */
uint64_t cgroup_page_cache(const char *text, bool unified)
{
    uint64_t active = 0;
    uint64_t inactive = 0;
    (void)source_find(text, unified ? "active_file " : "total_active_file ", &active);
    (void)source_find(text, unified ? "inactive_file " : "total_inactive_file ", &inactive);
    return active + inactive;
}

static uint64_t page_cache(const char *root, const struct cgroup_path *group)
{
    char path[CGROUP_FILE_SIZE];
    char text[STAT_SIZE];
    cgroup_path_file(group, "memory.stat", path);
    FILE *const file = source_open(root, path);
    if (file == NULL) {
        return 0;
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return cgroup_page_cache(text, group->unified);
}

static uint64_t read_used(const char *root, const struct cgroup_bound *bound, const struct cgroup_path *group)
{
    char path[CGROUP_FILE_SIZE];
    uint64_t used = LIMIT_UNKNOWN;
    const char *const name = group->unified ? bound->used_v2 : bound->used_v1;
    if (name == NULL) {
        return LIMIT_UNKNOWN;
    }
    cgroup_path_file(group, name, path);
    if (!source_read_uint(root, path, &used)) {
        return LIMIT_UNKNOWN;
    }
    const uint64_t cache = bound->cache ? page_cache(root, group) : 0;
    return used > cache ? used - cache : 0;
}

/* "20000 100000" or "max 100000" of version 2; of version 1 a file each, with -1 for no quota. */
static bool read_quota(const char *root, const struct cgroup_path *group, const char *path, uint64_t *quota)
{
    char line[64];
    uint64_t period = 0;
    if (!source_read_line(root, path, line, sizeof line)) {
        return false;
    }
    char *rest = line;
    const uint64_t us = line[0] >= '0' && line[0] <= '9' ? strtoull(line, &rest, 10) : LIMIT_UNLIMITED;
    if (group->unified) {
        period = strtoull(rest, NULL, 10);
    } else {
        char other[CGROUP_FILE_SIZE];
        cgroup_path_file(group, "cpu.cfs_period_us", other);
        (void)source_read_uint(root, other, &period);
    }
    const uint64_t thousandths = us <= UINT64_MAX / 1000 && period > 0 ? us * 1000 / period : LIMIT_UNLIMITED;
    *quota = thousandths <= JSON_EXACT_MOST ? thousandths : LIMIT_UNLIMITED; /* as source_parse_uint */
    return true;
}

static bool find_tightest(const char *root, const char *process, const struct cgroup_bound *bound,
                          struct limit_value *value, struct cgroup_path *tightest)
{
    struct cgroup_path group;
    if (!cgroup_path_of(root, process, bound->controller, &group)) {
        return false;
    }
    const char *const max_name = group.unified ? bound->max_v2 : bound->max_v1;
    if (max_name == NULL) {
        return false;
    }
    bool found = false;
    const bool is_seen = cgroup_path_is_seen(root, &group);
    *tightest = group;
    value->value = LIMIT_UNLIMITED;
    value->used = LIMIT_UNKNOWN;
    set_source(value, group.directory);
    do {
        char path[CGROUP_FILE_SIZE];
        uint64_t max = LIMIT_UNLIMITED;
        cgroup_path_file(&group, max_name, path);
        const uint64_t used = read_used(root, bound, &group);
        const bool present = bound->quota ? read_quota(root, &group, path, &max) : source_read_uint(root, path, &max);
        if (present && (!found || room_left(max, used) < room_left(value->value, value->used))) {
            *tightest = group;
            value->value = max;
            value->used = used;
            set_source(value, path);
            found = true;
        }
    } while (cgroup_path_up(&group));
    return is_seen || value->value != LIMIT_UNLIMITED;
}

bool cgroup_tightest(const char *root, const char *process, const struct cgroup_bound *bound, struct limit_value *value)
{
    struct cgroup_path group;
    value->scope = LIMIT_SCOPE_CGROUP;
    return find_tightest(root, process, bound, value, &group);
}

bool cgroup_tightest_path(const char *root, const char *process, const struct cgroup_bound *bound,
                          struct cgroup_path *group)
{
    struct limit_value value;
    return find_tightest(root, process, bound, &value, group);
}

static bool read_count(const char *root, const char *path, const struct cgroup_event *event, const char *name,
                       uint64_t *count)
{
    if (event->pressure) {
        return source_read_pressure(root, path, name, count);
    }
    return name != NULL ? source_read_word(root, path, name, count) : source_read_uint(root, path, count);
}

bool cgroup_count(const char *root, const struct cgroup_path *from, const struct cgroup_event *event,
                  uint64_t counts[CGROUP_LEVELS])
{
    struct cgroup_path group = *from;
    memset(counts, 0, CGROUP_LEVELS * sizeof counts[0]);
    const char *const file = group.unified ? event->file_v2 : event->file_v1;
    const char *const name = group.unified ? event->name_v2 : event->name_v1;
    bool found = false;
    for (size_t level = 0; file != NULL && level < CGROUP_LEVELS; level++) {
        char path[CGROUP_FILE_SIZE];
        cgroup_path_file(&group, file, path);
        found = read_count(root, path, event, name, &counts[level]) || found;
        counts[level] /= group.unified ? 1 : event->finer_v1;
        if (!cgroup_path_up(&group)) {
            break;
        }
    }
    return found;
}

bool cgroup_waits_for_memory(const char *root, const char *process)
{
    struct cgroup_path group;
    char file[CGROUP_FILE_SIZE];
    uint64_t waits = 0;
    if (!cgroup_path_of(root, process, "memory", &group)) {
        return false;
    }
    cgroup_path_file(&group, "memory.oom_control", file);
    return source_read_word(root, file, "under_oom", &waits) && waits > 0;
}

/* Version 1 has a word in freezer.state (FREEZING while some still run), version 2 a line in cgroup.events; both are
 * those of the group that is frozen and of all below it. */
bool cgroup_is_frozen(const char *root, const struct cgroup_path *group)
{
    char path[CGROUP_FILE_SIZE];
    char *line = NULL;
    size_t capacity = 0;
    uint64_t frozen = 0;
    cgroup_path_file(group, group->unified ? "cgroup.events" : "freezer.state", path);
    if (group->unified) {
        return source_read_word(root, path, "frozen", &frozen) && frozen > 0;
    }
    FILE *const file = source_open(root, path);
    if (file == NULL) {
        return false;
    }
    const bool is_frozen = source_next_line(file, &line, &capacity) && strncmp(line, "FR", 2) == 0;
    free(line);
    fclose(file);
    return is_frozen;
}
