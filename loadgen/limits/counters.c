#include "loadgen/limits/counters.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/table.h"
#include "loadgen/limits/sources.h"

#define TABLE_SIZE 8192 /* the lines wanted come first: about 5,600 bytes if every number has 20 digits */

static const struct row {
    const char *name;
    const char *file;
    const char *line; /* of a file of named lines: what both lines begin with */
    const char *column;
    struct cgroup_event event;
    enum { SOURCE_COLUMN, SOURCE_EACH_CPU, SOURCE_WORD, SOURCE_GROUP } source;
} rows[COUNTER_COUNT] = {
#define COLUMN(path, begin, word) .source = SOURCE_COLUMN, .file = (path), .line = (begin), .column = (word)
#define EACH_CPU(path, word) .source = SOURCE_EACH_CPU, .file = (path), .column = (word)
#define WORD(path, word) .source = SOURCE_WORD, .file = (path), .column = (word)
#define GROUP(group, path_v1, word_v1, path_v2, word_v2) GROUP_FINER(1, group, path_v1, word_v1, path_v2, word_v2)
#define GROUP_FINER(finer, group, path_v1, word_v1, path_v2, word_v2)                                                  \
    .source = SOURCE_GROUP, .event = {.controller = (group),                                                           \
                                      .file_v1 = (path_v1),                                                            \
                                      .name_v1 = (word_v1),                                                            \
                                      .file_v2 = (path_v2),                                                            \
                                      .name_v2 = (word_v2),                                                            \
                                      .finer_v1 = (finer)}
#define PRESSURE(group, path, word)                                                                                    \
    .source = SOURCE_GROUP,                                                                                            \
    .event = {.controller = (group), .file_v2 = (path), .name_v2 = (word), .finer_v1 = 1, .pressure = true}
#define COUNTER(NAME, text, unit, ...) [COUNTER_##NAME] = {.name = (text), __VA_ARGS__},
#include "loadgen/limits/counters.def"
#undef COUNTER
};

static const char *const controllers[COUNTER_CONTROLLERS] = {"pids", "memory", "cpu", "freezer"};

const char *counter_name(enum counter_id id)
{
    return id < COUNTER_COUNT ? rows[id].name : "unknown";
}

enum counter_id counter_from_name(const char *name)
{
    enum counter_id id = name != NULL ? 0 : COUNTER_COUNT;
    while (id < COUNTER_COUNT && strcmp(rows[id].name, name) != 0) {
        id++;
    }
    return id;
}

/* --- tables of the network --- */

/* The words of one line, one after the other. */
struct word {
    const char *text;
    size_t length; /* 0 behind the last one */
};

static struct word word_after(struct word word)
{
    word.text += word.length;
    word.text += strspn(word.text, " ");
    word.length = strcspn(word.text, " \n");
    return word;
}

static bool word_is(struct word word, const char *text)
{
    return word.length == strlen(text) && strncmp(word.text, text, word.length) == 0;
}

/* The first line from `text` on that begins with `word`; NULL when there is none. */
static const char *find_line(const char *text, const char *word)
{
    while (text != NULL && strncmp(text, word, strlen(word)) != 0) {
        text = strchr(text, '\n');
        text = text != NULL ? text + 1 : NULL;
    }
    return text;
}

/* "TcpExt: ListenOverflows ListenDrops\nTcpExt: 3 5\n" */
static bool find_column(const char *text, const struct row *row, uint64_t *value)
{
    const char *const names = find_line(text, row->line);
    const char *const end = names != NULL ? strchr(names, '\n') : NULL;
    const char *const numbers = end != NULL ? find_line(end + 1, row->line) : NULL;
    if (numbers == NULL) {
        return false;
    }
    struct word name = word_after((struct word){names, 0});
    struct word number = word_after((struct word){numbers, 0});
    while (name.length > 0 && number.length > 0 && !word_is(name, row->column)) {
        name = word_after(name);
        number = word_after(number);
    }
    if (name.length == 0 || number.length == 0) {
        return false;
    }
    *value = strtoull(number.text, NULL, 10);
    return true;
}

/* The kernel makes the text anew for a read from the start (seq_file). */
static bool read_table(int fd, char text[TABLE_SIZE])
{
    size_t length = 0;
    ssize_t got = 0;
    while (length < TABLE_SIZE - 1 && (got = pread(fd, text + length, TABLE_SIZE - 1 - length, (off_t)length)) > 0) {
        length += (size_t)got;
    }
    text[length] = '\0';
    return length > 0;
}

int counter_open(enum counter_id id)
{
    return open(rows[id].file, O_RDONLY | O_CLOEXEC);
}

bool counter_read(int fd, enum counter_id id, uint64_t *value)
{
    char text[TABLE_SIZE];
    return read_table(fd, text) && find_column(text, &rows[id], value);
}

/* All columns of one file, as they were at one moment. */
static void read_columns(const char *root, const char *path, struct counters *counters)
{
    char text[TABLE_SIZE];
    FILE *const file = source_open(root, path);
    if (file == NULL) {
        return;
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    for (enum counter_id id = 0; id < COUNTER_COUNT; id++) {
        if (rows[id].source == SOURCE_COLUMN && strcmp(rows[id].file, path) == 0) {
            counters->known[id] = find_column(text, &rows[id], &counters->counts[id][0]);
        }
    }
}

/* A line of names, then a line of hexadecimal numbers for each processor: which columns there are depends on the
 * kernel. */
static bool read_each_cpu(const char *root, const struct row *row, uint64_t *sum)
{
    char *line = NULL;
    size_t capacity = 0;
    size_t column = 0;
    FILE *const file = source_open(root, row->file);
    if (file == NULL) {
        return false;
    }
    bool found = false;
    if (source_next_line(file, &line, &capacity)) {
        struct word name = word_after((struct word){line, 0});
        while (name.length > 0 && !word_is(name, row->column)) {
            name = word_after(name);
            column++;
        }
        found = name.length > 0;
    }
    while (found && source_next_line(file, &line, &capacity)) {
        struct word number = word_after((struct word){line, 0});
        for (size_t i = 0; i < column; i++) {
            number = word_after(number);
        }
        *sum += strtoull(number.text, NULL, 16);
    }
    free(line);
    fclose(file);
    return found;
}

/* --- all of them --- */

void counters_read(const char *root, struct counters *counters)
{
    struct cgroup_path group;
    memset(counters, 0, sizeof *counters);
    for (enum counter_id id = 0; id < COUNTER_COUNT; id++) {
        const struct row *const row = &rows[id];
        uint64_t *const counts = counters->counts[id];
        switch (row->source) {
        case SOURCE_COLUMN:
            if (!counters->known[id]) {
                read_columns(root, row->file, counters);
            }
            break;
        case SOURCE_EACH_CPU:
            counters->known[id] = read_each_cpu(root, row, counts);
            break;
        case SOURCE_WORD:
            counters->known[id] = source_read_word(root, row->file, row->column, counts);
            break;
        case SOURCE_GROUP:
            counters->known[id] = cgroup_path_of(root, "self", row->event.controller, &group) &&
                                  cgroup_count(root, &group, &row->event, counts);
            break;
        }
    }
}

void counter_groups_find(const char *root, const char *process, struct counter_groups *groups)
{
    for (size_t i = 0; i < COUNTER_CONTROLLERS; i++) {
        groups->found[i] = cgroup_path_of(root, process, controllers[i], &groups->paths[i]);
    }
}

bool counter_groups_are_frozen(const char *root, const struct counter_groups *groups)
{
    const size_t freezer = COUNTER_CONTROLLERS - 1;
    return groups->found[freezer] && cgroup_is_frozen(root, &groups->paths[freezer]);
}

void counters_read_groups(const char *root, const struct counter_groups *groups, struct counters *counters)
{
    memset(counters, 0, sizeof *counters);
    for (enum counter_id id = 0; id < COUNTER_COUNT; id++) {
        const struct row *const row = &rows[id];
        const size_t i =
            row->source == SOURCE_GROUP ? table_find(controllers, COUNTER_CONTROLLERS, row->event.controller) : 0;
        counters->known[id] = row->source == SOURCE_GROUP && groups->found[i] &&
                              cgroup_count(root, &groups->paths[i], &row->event, counters->counts[id]);
    }
}

static uint64_t rise(const struct counters *before, const struct counters *after, enum counter_id id, size_t level)
{
    const uint64_t first = before->counts[id][level];
    const uint64_t last = after->counts[id][level];
    return last > first ? last - first : 0;
}

static size_t steepest(const struct counters *before, const struct counters *after, enum counter_id id)
{
    size_t most = 0;
    for (size_t level = 1; level < CGROUP_LEVELS; level++) {
        most = rise(before, after, id, level) > rise(before, after, id, most) ? level : most;
    }
    return most;
}

void counters_risen(const struct counters *before, const struct counters *after, uint64_t risen[COUNTER_COUNT])
{
    for (enum counter_id id = 0; id < COUNTER_COUNT; id++) {
        risen[id] = rise(before, after, id, steepest(before, after, id));
    }
    const size_t level = steepest(before, after, COUNTER_CPU_THROTTLED);
    if (risen[COUNTER_CPU_THROTTLED] > 0) {
        risen[COUNTER_CPU_PERIODS] = rise(before, after, COUNTER_CPU_PERIODS, level);
        risen[COUNTER_CPU_THROTTLED_US] = rise(before, after, COUNTER_CPU_THROTTLED_US, level);
    }
    risen[COUNTER_MEMORY_WAIT_US] = rise(before, after, COUNTER_MEMORY_WAIT_US, 0);
    risen[COUNTER_MEMORY_STALL_US] = rise(before, after, COUNTER_MEMORY_STALL_US, 0);
}
