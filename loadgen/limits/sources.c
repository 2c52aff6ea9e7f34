#include "loadgen/limits/sources.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bounded_file.h"
#include "base/json_text.h"
#include "base/numbered.h"
#include "base/table.h"
#include "loadgen/limits/limit.h"

#define LINE_SIZE 512

static _Thread_local int want; /* see source_want */

static void note_want(void)
{
    want = errno == EMFILE || errno == ENFILE || errno == ENOMEM ? errno : want;
}

int source_want(void)
{
    const int since = want;
    want = 0;
    return since;
}

/* False when it is too long. */
static bool join(const char *root, const char *path, char whole[SOURCE_PATH_SIZE])
{
    const int length = snprintf(whole, SOURCE_PATH_SIZE, "%s%s", root, path);
    return length > 0 && length < SOURCE_PATH_SIZE;
}

FILE *source_open(const char *root, const char *path)
{
    char whole[SOURCE_PATH_SIZE];
    if (!join(root, path, whole)) {
        return NULL;
    }
    FILE *const file = bounded_file_open(whole);
    if (file == NULL) {
        note_want();
    }
    return file;
}

bool source_read_line(const char *root, const char *path, char *line, size_t size)
{
    FILE *const file = source_open(root, path);
    const bool read = file != NULL && fgets(line, (int)size, file) != NULL;
    if (!read) {
        line[0] = '\0';
    }
    if (file != NULL) {
        fclose(file);
    }
    return read;
}

bool source_next_line(FILE *file, char **line, size_t *capacity)
{
    errno = 0; /* the end of a file leaves it */
    const bool read = getline(line, capacity, file) > 0;
    if (!read) {
        note_want();
    }
    return read;
}

bool source_parse_uint(const char *text, uint64_t *value)
{
    text += strspn(text, " \t");
    if (strncmp(text, "max", 3) == 0) {
        *value = LIMIT_UNLIMITED;
        return true;
    }
    if (*text < '0' || *text > '9') {
        return false;
    }
    errno = 0;
    const unsigned long long number = strtoull(text, NULL, 10);
    *value = errno == 0 && number <= JSON_EXACT_MOST ? number : LIMIT_UNLIMITED;
    return true;
}

bool source_read_uint(const char *root, const char *path, uint64_t *value)
{
    char line[LINE_SIZE];
    return source_read_line(root, path, line, sizeof line) && source_parse_uint(line, value);
}

/* Lines that begin with a name and `separator`, of which the number behind `before` is read. */
struct form {
    char separator;
    const char *before;
};

/* The names in the order in which the file has them. */
static bool read_after(const char *root, const char *path, struct form form, const char *const *names, uint64_t *values,
                       size_t count)
{
    char line[LINE_SIZE];
    size_t found = 0;
    FILE *const file = source_open(root, path);
    if (file == NULL) {
        return false;
    }
    while (found < count && fgets(line, sizeof line, file) != NULL) {
        const size_t length = strlen(names[found]);
        if (strncmp(line, names[found], length) == 0 && line[length] == form.separator) {
            const char *const at = strstr(line + length, form.before);
            found += at != NULL && source_parse_uint(at + strlen(form.before), &values[found]);
        }
    }
    fclose(file);
    return found == count;
}

bool source_read_several(const char *root, const char *path, const char *const *names, uint64_t *values, size_t count)
{
    return read_after(root, path, (struct form){':', ":"}, names, values, count);
}

bool source_read_named(const char *root, const char *path, const char *name, uint64_t *value)
{
    return source_read_several(root, path, &name, value, 1);
}

bool source_read_word(const char *root, const char *path, const char *name, uint64_t *value)
{
    return read_after(root, path, (struct form){' ', " "}, &name, value, 1);
}

/* "full avg10=0.00 avg60=0.00 avg300=0.00 total=1234" */
bool source_read_pressure(const char *root, const char *path, const char *name, uint64_t *value)
{
    return read_after(root, path, (struct form){' ', " total="}, &name, value, 1);
}

/* "Max open files            1024                 524288               files" */
bool source_read_rlimit(const char *root, const char *process, const char *name, uint64_t *value)
{
    char path[64];
    char line[LINE_SIZE];
    const size_t length = strlen(name);
    bool found = false;
    snprintf(path, sizeof path, "/proc/%.20s/limits", process);
    FILE *const file = source_open(root, path);
    while (!found && file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, length) == 0 && line[length] == ' ') {
            const char *const text = line + length + strspn(line + length, " ");
            const bool is_unlimited = strncmp(text, "unlimited", 9) == 0;
            *value = is_unlimited ? LIMIT_UNLIMITED : *value;
            found = is_unlimited || source_parse_uint(text, value);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

bool source_find(const char *text, const char *word, uint64_t *value)
{
    const size_t length = strlen(word);
    while (text != NULL && strncmp(text, word, length) != 0) {
        text = strchr(text, '\n');
        text = text != NULL ? text + 1 : NULL;
    }
    return text != NULL && source_parse_uint(text + length, value);
}

uint64_t source_count_lines(const char *root, const char *path)
{
    char bytes[4096];
    uint64_t lines = 0;
    size_t length = 0;
    FILE *const file = source_open(root, path);
    if (file == NULL) {
        return LIMIT_UNKNOWN;
    }
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0) {
        for (size_t i = 0; i < length; i++) {
            lines += bytes[i] == '\n';
        }
    }
    fclose(file);
    return lines;
}

DIR *source_open_directory(const char *root, const char *path)
{
    char whole[SOURCE_PATH_SIZE];
    if (!join(root, path, whole)) {
        return NULL;
    }
    DIR *const directory = opendir(whole);
    if (directory == NULL) {
        note_want();
    }
    return directory;
}

static uint64_t count_fds(const char *root, const char *process)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/fd", process);
    DIR *const directory = source_open_directory(root, path);
    if (directory == NULL) {
        return LIMIT_UNKNOWN;
    }
    uint64_t count = 0;
    while (numbered_next(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

uint64_t source_open_fds(const char *root)
{
    const uint64_t count = count_fds(root, "self");
    return count != LIMIT_UNKNOWN && count > 0 ? count - 1 : count;
}

/* Since Linux 6.2 the size of the directory is the number of descriptors (proc(5)); it is 0 before. */
uint64_t source_fds_of(const char *root, const char *process)
{
    char path[64];
    struct stat directory;
    snprintf(path, sizeof path, "/proc/%.20s/fd", process);
    const bool has_size = root[0] == '\0' && stat(path, &directory) == 0 && directory.st_size > 0;
    return has_size ? (uint64_t)directory.st_size : count_fds(root, process);
}

uint64_t source_user_of(const char *root, const char *process)
{
    char path[64];
    uint64_t user = LIMIT_UNKNOWN;
    snprintf(path, sizeof path, "/proc/%.20s/status", process);
    return source_read_named(root, path, "Uid", &user) ? user : LIMIT_UNKNOWN;
}

/* The second number of the line, in pages (proc(5)). */
uint64_t source_resident_bytes(int statm)
{
    char text[128] = "";
    const ssize_t length = pread(statm, text, sizeof text - 1, 0);
    const char *const second = length > 0 ? strchr(text, ' ') : NULL;
    return second == NULL ? 0 : strtoull(second, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t source_private_bytes(const char *root, const char *process)
{
    char path[64];
    static const char *const names[] = {"Private_Clean", "Private_Dirty"};
    uint64_t kib[COUNT_OF(names)];
    snprintf(path, sizeof path, "/proc/%.20s/smaps_rollup", process);
    return source_read_several(root, path, names, kib, COUNT_OF(kib)) ? (kib[0] + kib[1]) * 1024 : 0;
}

bool source_kernel_is_since(const char *root, unsigned long major, unsigned long minor)
{
    char line[LINE_SIZE];
    const bool read = source_read_line(root, "/proc/sys/kernel/osrelease", line, sizeof line);
    char *rest = line;
    const unsigned long first = strtoul(line, &rest, 10);
    const unsigned long second = *rest == '.' ? strtoul(rest + 1, NULL, 10) : 0;
    return read && (first > major || (first == major && second >= minor));
}

bool source_is_first_user_namespace(const char *root, const char *process)
{
    char line[LINE_SIZE];
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/uid_map", process);
    const bool read = source_read_line(root, path, line, sizeof line);
    char *rest = line;
    const unsigned long inside = strtoul(rest, &rest, 10);
    const unsigned long outside = strtoul(rest, &rest, 10);
    return !read || (inside == 0 && outside == 0 && strtoul(rest, NULL, 10) == UINT32_MAX);
}

uint64_t source_tcp_sockets(const char *root, const char *word)
{
    char line[LINE_SIZE];
    uint64_t count = LIMIT_UNKNOWN;
    FILE *const file = source_open(root, "/proc/self/net/sockstat");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *const place = strncmp(line, "TCP:", 4) == 0 ? strstr(line, word) : NULL;
        count = place != NULL ? strtoull(place + strlen(word), NULL, 10) : count;
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}
