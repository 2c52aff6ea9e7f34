#include "loadgen/limits/cgroup_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
static bool find_group(const char *root, const char *process, const char *controller, struct hierarchy *hierarchy)
{
    char name[64];
    char *line = NULL;
    size_t capacity = 0;
    bool found = false;
    snprintf(name, sizeof name, "/proc/%s/cgroup", process);
    FILE *const file = source_open(root, name);
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

/* The directory of the process's group. */
static void start_directory(const struct hierarchy *hierarchy, struct cgroup_path *path)
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
    const int length = snprintf(path->directory, SOURCE_PATH_SIZE, "%s%s", hierarchy->point, below);
    if (length < 0 || length >= SOURCE_PATH_SIZE) {
        copy(path->directory, hierarchy->point);
    }
    path->top = strlen(hierarchy->point);
}

bool cgroup_path_of(const char *root, const char *process, const char *controller, struct cgroup_path *path)
{
    struct hierarchy hierarchy;
    if (!find_group(root, process, controller, &hierarchy) || !find_mount(root, controller, &hierarchy)) {
        return false;
    }
    path->unified = hierarchy.unified;
    path->above = strncmp(hierarchy.inside, "/..", 3) == 0; /* cgroup_namespaces(7) */
    start_directory(&hierarchy, path);
    return true;
}

bool cgroup_path_is_seen(const char *root, const struct cgroup_path *path)
{
    char directory[SOURCE_PATH_SIZE];
    const int length = snprintf(directory, sizeof directory, "%s%s", root, path->directory);
    return !path->above && length < SOURCE_PATH_SIZE && access(directory, F_OK) == 0;
}

bool cgroup_path_up(struct cgroup_path *path)
{
    char *const slash = strrchr(path->directory, '/');
    if (slash == NULL || (size_t)(slash - path->directory) < path->top) {
        return false;
    }
    *slash = '\0';
    return true;
}

void cgroup_path_file(const struct cgroup_path *path, const char *name, char file[CGROUP_FILE_SIZE])
{
    snprintf(file, CGROUP_FILE_SIZE, "%s/%s", path->directory, name);
}
