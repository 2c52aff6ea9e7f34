#include "server/lab/run/processors.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cpu.h"

/* Twenty-digit counts in eleven columns. */
#define LINE_SIZE 256

struct moment {
    uint64_t children_us; /* of the panel's children that were waited for, descendants included */
    uint64_t panel_us;
    uint64_t busy_us; /* of the cores that the panel may use; both are 0 when unknown */
    uint64_t idle_us;
};

struct processors {
    int stat;        /* -1: cannot be opened */
    int loadavg;     /* as stat */
    bool restricted; /* the panel may use only some of the machine's cores: */
    struct core_set usable;
    char *text; /* room for what is read of `stat`: a line for all cores, then one for each */
    size_t size;
    struct moment began, ended;
    bool over;
    uint64_t looks, runnable_sum, runnable_most;
};

/* Whether the line is one of those that count: "cpu  ..." for all cores, or "cpu3 ..." for one. */
static bool counts(const struct processors *processors, const char *line)
{
    if (strncmp(line, "cpu", 3) != 0) {
        return false;
    }
    const bool is_total = line[3] == ' ';
    return processors->restricted ? !is_total && core_set_has(&processors->usable, strtoul(line + 3, NULL, 10))
                                  : is_total;
}

/* "cpu3 user nice system idle iowait irq softirq steal guest guest_nice" in ticks (proc(5), stat); guest is in user. */
static void add_line(const char *line, struct moment *moment)
{
    enum { COLUMNS = 8, IDLE = 3, IOWAIT = 4 };
    const uint64_t tick_us = 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    char *rest = strchr(line, ' ');
    for (int column = 0; rest != NULL && column < COLUMNS; column++) {
        const uint64_t us = strtoull(rest, &rest, 10) * tick_us;
        if (column == IDLE || column == IOWAIT) {
            moment->idle_us += us;
        } else {
            moment->busy_us += us;
        }
    }
}

static struct moment now(const struct processors *processors)
{
    struct moment moment = {.panel_us = cpu_clock_us(), .children_us = cpu_clock_children_us()};
    const ssize_t length =
        processors->stat >= 0 ? pread(processors->stat, processors->text, processors->size - 1, 0) : 0;
    processors->text[length > 0 ? length : 0] = '\0';
    for (const char *line = processors->text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (counts(processors, line)) {
            add_line(line, &moment);
        }
    }
    return moment;
}

static void find_usable(struct processors *processors)
{
    processors->restricted =
        core_set_usable(&processors->usable) && cores_usable() < (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
    const long lines = processors->restricted ? 1 + sysconf(_SC_NPROCESSORS_CONF) : 1;
    processors->size = LINE_SIZE * (size_t)(lines > 0 ? lines : 1);
}

enum result processors_create(struct processors **processors, struct err *err)
{
    struct processors *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    find_usable(new);
    new->text = malloc(new->size);
    if (new->text == NULL) {
        free(new);
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    new->stat = open("/proc/stat", O_RDONLY | O_CLOEXEC);
    new->loadavg = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
    *processors = new;
    return RESULT_OK;
}

void processors_destroy(struct processors *processors)
{
    if (processors == NULL) {
        return;
    }
    if (processors->stat >= 0) {
        close(processors->stat);
    }
    if (processors->loadavg >= 0) {
        close(processors->loadavg);
    }
    free(processors->text);
    free(processors);
}

void processors_begin(struct processors *processors)
{
    processors->looks = processors->runnable_sum = processors->runnable_most = 0;
    processors->over = false;
    processors->began = now(processors);
}

void processors_end(struct processors *processors)
{
    processors->over = true;
    processors->ended = now(processors);
}

/* In "0.00 0.01 0.05 3/95 5745" three tasks run or wait for a core. The reader is one of them. */
void processors_sample(struct processors *processors)
{
    char text[80] = "";
    if (processors->loadavg < 0 || pread(processors->loadavg, text, sizeof text - 1, 0) <= 0) {
        return;
    }
    const char *const slash = strchr(text, '/');
    const char *number = slash;
    while (number != NULL && number > text && number[-1] != ' ') {
        number--;
    }
    const uint64_t runnable = number != NULL ? strtoull(number, NULL, 10) : 0;
    const uint64_t others = runnable > 0 ? runnable - 1 : 0;
    processors->looks++;
    processors->runnable_sum += others;
    processors->runnable_most = others > processors->runnable_most ? others : processors->runnable_most;
}

static uint64_t difference(uint64_t later, uint64_t earlier)
{
    return later > earlier ? later - earlier : 0; /* the kernel's idle time can step back */
}

void processors_use(const struct processors *processors, uint64_t duration_us, struct cpu_use *use)
{
    const struct moment *const began = &processors->began;
    const struct moment ended = processors->over ? processors->ended : now(processors);
    *use = (struct cpu_use){.duration_us = duration_us,
                            .cores = cores_usable(),
                            .client_us = difference(ended.children_us, began->children_us),
                            .server_us = difference(ended.panel_us, began->panel_us),
                            .busy_us = difference(ended.busy_us, began->busy_us),
                            .idle_us = difference(ended.idle_us, began->idle_us),
                            .looks = processors->looks,
                            .runnable_sum = processors->runnable_sum,
                            .runnable_most = processors->runnable_most};
}
