#include "loadgen/terminal/verdict.h"

#include <errno.h>

#include "base/figures.h"

static const struct error_group *largest_group(const struct load_result *result)
{
    const struct error_group *largest = NULL;
    for (uint32_t i = 0; i < result->group_count; i++) {
        if (largest == NULL || result->groups[i].count > largest->count) {
            largest = &result->groups[i];
        }
    }
    return largest;
}

/* EMFILE has one cause (open(2), socket(2)): the process is at its RLIMIT_NOFILE. Others, such as EAGAIN of fork, have
 * several, and prove none. */
static void add_proven_limit(const struct error_group *group, const struct limit_value *limits, size_t limit_count,
                             struct buf *text)
{
    for (size_t i = 0; group->error_number == EMFILE && i < limit_count; i++) {
        if (limits[i].id == LIMIT_NOFILE && limits[i].value != LIMIT_UNLIMITED) {
            char value[FIGURE_SIZE];
            buf_printf(text, ", and %s of the load generator is %s", limit_name(LIMIT_NOFILE),
                       figure_number(limits[i].value, value));
        }
    }
}

static void add_failures(const struct load_result *result, const struct limit_value *limits, size_t limit_count,
                         struct buf *text)
{
    const struct error_group *const group = largest_group(result);
    char number[FIGURE_SIZE];
    buf_printf(text, "; %s failed", figure_number(result->totals.failed, number));
    if (group == NULL) {
        return;
    }
    if (group->count < result->totals.failed) {
        buf_printf(text, ", %s of them", figure_number(group->count, number));
    }
    buf_printf(text, ": %s: %s", group->call, group->message);
    add_proven_limit(group, limits, limit_count, text);
}

void verdict_format(const struct load_result *result, const struct limit_value *limits, size_t limit_count,
                    struct buf *text)
{
    const struct load_totals *const totals = &result->totals;
    const uint64_t count = totals->started + totals->not_started;
    char completed[FIGURE_SIZE];
    char all[FIGURE_SIZE];
    figure_number(count, all);
    if (totals->completed == count) {
        buf_printf(text, "All %s clients completed.\n", all);
        return;
    }
    buf_printf(text, "%s of %s clients completed", figure_number(totals->completed, completed), all);
    if (totals->failed > 0) {
        add_failures(result, limits, limit_count, text);
    }
    if (totals->not_started > 0) {
        char left[FIGURE_SIZE];
        buf_printf(text, "; %s never started", figure_number(totals->not_started, left));
    }
    buf_text(text, ".\n");
}
