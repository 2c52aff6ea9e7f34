#include "loadgen/limits/cgroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen/limits/sources.h"

/* Where a controller's groups are. */
struct hierarchy {
    bool unified;                  /* version 2 */
    char group[SOURCE_PATH_SIZE];  /* the process's, from the hierarchy's top as this process sees it */
    char point[SOURCE_PATH_SIZE];  /* where the hierarchy is mounted */
    char inside[SOURCE_PATH_SIZE]; /* the group that stands at that mount point */
};

/* Whether the comma-separated `list` has `word`. */
static bool has_word(const char *list, const char *word)
{
    const size_t length = strlen(word);
    while (true) {
        const size_t span = strcspn(list, ",");
        if (span == length && strncmp(list, word, length) == 0) {
            return true;
        }
        if (list[span] == '\0') {
            return false;
        }
        list += span + 1;
    }
}

static void copy(char out[SOURCE_PATH_SIZE], const char *text)
{
    snprintf(out, SOURCE_PATH_SIZE, "%s", text);
}

/* Reads "4:memory:/a/b" and "0::/a/b". The version 1 line that has the controller wins: a controller is in one
 * hierarchy alone, and only when no version 1 hierarchy has it can it be in the unified one. */
static bool find_group(const char *root, const char *controller, struct hierarchy *hierarchy)
{
    char *line = NULL;
    size_t capacity = 0;
    bool found = false;
    FILE *const file = source_open(root, "/proc/self/cgroup");
    if (file == NULL) {
        return false;
    }
    while (source_next_line(file, &line, &capacity)) {
        line[strcspn(line, "\n")] = '\0';
        char *const controllers = strchr(line, ':');
        char *const path = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
        if (path == NULL) {
            continue;
        }
        *path = '\0';
        const bool unified = strcmp(line, "0:") == 0;
        if (has_word(controllers + 1, controller)) {
            hierarchy->unified = false;
            copy(hierarchy->group, path + 1);
            found = true;
            break;
        }
        if (unified) {
            hierarchy->unified = true;
            copy(hierarchy->group, path + 1);
            found = true;
        }
    }
    free(line);
    fclose(file);
    return found;
}

/* mountinfo writes space, tab, newline and backslash as \040 and the like. */
static void unescape(char *text)
{
    char *out = text;
    while (*text != '\0') {
        if (text[0] == '\\' && strspn(text + 1, "01234567") >= 3) {
            *out++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
            text += 4;
        } else {
            *out++ = *text++;
        }
    }
    *out = '\0';
}

/* Whether group `path` is `top` or below it. */
static bool is_below(const char *path, const char *top)
{
    const size_t length = strcmp(top, "/") == 0 ? 0 : strlen(top);
    return strncmp(path, top, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

struct mount {
    char *inside; /* field 4 of mountinfo */
    char *point;  /* field 5 */
    const char *type;
    const char *options; /* of the superblock: a version 1 hierarchy's controllers are among them */
};

/* "36 31 0:30 / /sys/fs/cgroup/pids rw,relatime shared:9 - cgroup cgroup rw,pids"; changes the line. */
static bool parse_mount(char *line, struct mount *mount)
{
    line[strcspn(line, "\n")] = '\0';
    char *const dash = strstr(line, " - ");
    if (dash == NULL) {
        return false;
    }
    *dash = '\0';
    char *rest = NULL;
    char *field = strtok_r(line, " ", &rest);
    for (int skipped = 0; field != NULL && skipped < 3; skipped++) {
        field = strtok_r(NULL, " ", &rest);
    }
    mount->inside = field;
    mount->point = strtok_r(NULL, " ", &rest);
    mount->type = strtok_r(dash + 3, " ", &rest);
    const char *const device = strtok_r(NULL, " ", &rest);
    mount->options = strtok_r(NULL, " ", &rest);
    if (mount->inside == NULL || mount->point == NULL || mount->type == NULL || device == NULL ||
        mount->options == NULL) {
        return false;
    }
    unescape(mount->inside);
    unescape(mount->point);
    return true;
}

/* Takes the mount that shows the process's group and the most of what is above it. A mount that does not show it (a
 * bind mount of another group, a namespace) is taken only when there is none better: its top is then all that can be
 * read. */
static bool find_mount(const char *root, const char *controller, struct hierarchy *hierarchy)
{
    char *line = NULL;
    size_t capacity = 0;
    bool found = false;
    bool shows_group = false;
    FILE *const file = source_open(root, "/proc/self/mountinfo");
    if (file == NULL) {
        return false;
    }
    while (source_next_line(file, &line, &capacity)) {
        struct mount mount;
        if (!parse_mount(line, &mount) || strcmp(mount.type, hierarchy->unified ? "cgroup2" : "cgroup") != 0 ||
            (!hierarchy->unified && !has_word(mount.options, controller))) {
            continue;
        }
        const bool shows = is_below(hierarchy->group, mount.inside);
        const bool shows_more = shows && (!shows_group || strlen(mount.inside) < strlen(hierarchy->inside));
        if (!found || shows_more) {
            copy(hierarchy->point, mount.point);
            copy(hierarchy->inside, mount.inside);
            shows_group = shows;
            found = true;
        }
    }
    free(line);
    fclose(file);
    return found;
}

/* Writes the directory of the process's group; returns the length of the part that is the mount point. */
static size_t start_directory(const struct hierarchy *hierarchy, char directory[SOURCE_PATH_SIZE])
{
    const bool shows = is_below(hierarchy->group, hierarchy->inside);
    const char *below = shows ? hierarchy->group + strlen(hierarchy->inside) : "";
    if (shows && strcmp(hierarchy->inside, "/") == 0) {
        below = hierarchy->group;
    }
    /* "/../x" is a group above this process's namespace: out of sight. */
    if (strcmp(below, "/") == 0 || strncmp(below, "/..", 3) == 0) {
        below = "";
    }
    const int length = snprintf(directory, SOURCE_PATH_SIZE, "%s%s", hierarchy->point, below);
    if (length < 0 || length >= SOURCE_PATH_SIZE) {
        copy(directory, hierarchy->point);
    }
    return strlen(hierarchy->point);
}

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

/* Of memory.stat, "inactive_file 4096": in version 1 the totals are those of the group with all below it. */
static uint64_t page_cache(const char *root, const char *directory, bool unified)
{
    const char *const names[] = {unified ? "inactive_file " : "total_inactive_file ",
                                 unified ? "active_file " : "total_active_file "};
    char path[SOURCE_PATH_SIZE + 64];
    char line[128];
    uint64_t bytes = 0;
    snprintf(path, sizeof path, "%s/memory.stat", directory);
    FILE *const file = source_open(root, path);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            const size_t length = strlen(names[i]);
            bytes += strncmp(line, names[i], length) == 0 ? strtoull(line + length, NULL, 10) : 0;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return bytes;
}

static uint64_t read_used(const char *root, const struct cgroup_bound *bound, const char *directory, bool unified)
{
    char path[SOURCE_PATH_SIZE + 64];
    uint64_t used = LIMIT_UNKNOWN;
    snprintf(path, sizeof path, "%s/%s", directory, unified ? bound->used_v2 : bound->used_v1);
    if (!source_read_uint(root, path, &used)) {
        return LIMIT_UNKNOWN;
    }
    const uint64_t cache = bound->cache ? page_cache(root, directory, unified) : 0;
    return used > cache ? used - cache : 0;
}

bool cgroup_tightest(const char *root, const struct cgroup_bound *bound, struct limit_value *value)
{
    struct hierarchy hierarchy;
    char directory[SOURCE_PATH_SIZE];
    if (!find_group(root, bound->controller, &hierarchy) || !find_mount(root, bound->controller, &hierarchy)) {
        return false;
    }
    const char *const max_name = hierarchy.unified ? bound->max_v2 : bound->max_v1;
    const size_t top = start_directory(&hierarchy, directory);
    bool found = false;
    value->value = LIMIT_UNLIMITED;
    value->used = LIMIT_UNKNOWN;
    set_source(value, directory);
    while (true) {
        char path[SOURCE_PATH_SIZE + 64];
        uint64_t max = LIMIT_UNLIMITED;
        const uint64_t used = read_used(root, bound, directory, hierarchy.unified);
        snprintf(path, sizeof path, "%s/%s", directory, max_name);
        const bool present = source_read_uint(root, path, &max);
        if (present && (!found || room_left(max, used) < room_left(value->value, value->used))) {
            value->value = max;
            value->used = used;
            set_source(value, path);
            found = true;
        }
        char *const slash = strrchr(directory, '/');
        if (slash == NULL || (size_t)(slash - directory) < top) {
            return true;
        }
        *slash = '\0';
    }
}

void cgroup_count(const char *root, const struct cgroup_event *event, uint64_t counts[CGROUP_LEVELS])
{
    struct hierarchy hierarchy;
    char directory[SOURCE_PATH_SIZE];
    memset(counts, 0, CGROUP_LEVELS * sizeof counts[0]);
    if (!find_group(root, event->controller, &hierarchy) || !find_mount(root, event->controller, &hierarchy)) {
        return;
    }
    const char *const file = hierarchy.unified ? event->file_v2 : event->file_v1;
    const char *const name = hierarchy.unified ? event->name_v2 : event->name_v1;
    const size_t top = start_directory(&hierarchy, directory);
    for (size_t level = 0; level < CGROUP_LEVELS; level++) {
        char path[SOURCE_PATH_SIZE + 64];
        snprintf(path, sizeof path, "%s/%s", directory, file);
        (void)(name != NULL ? source_read_word(root, path, name, &counts[level])
                            : source_read_uint(root, path, &counts[level]));
        char *const slash = strrchr(directory, '/');
        if (slash == NULL || (size_t)(slash - directory) < top) {
            return;
        }
        *slash = '\0';
    }
}
