#include "loadgen/terminal/verdict.h"

#include "base/cores.h"
#include "base/figures.h"
#include "loadgen/limits/limits.h"
#include "loadgen/verdict/diagnose.h"

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

/* ", and RLIMIT_NOFILE of the load generator is 1,024" */
static void add_limit(const struct verdict *verdict, struct buf *text)
{
    char value[FIGURE_SIZE];
    if (verdict->kind == VERDICT_LIMIT) {
        buf_printf(text, ", and %s of the load generator is %s%s", limit_name(verdict->limit),
                   figure_number(verdict->value, value),
                   verdict->certainty == CERTAINTY_LIKELY ? ", which is likely exhausted" : "");
    }
}

static void add_failures(const struct load_result *result, const struct verdict *verdict, struct buf *text)
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
    add_limit(verdict, text);
}

void verdict_format(const struct run_spec *spec, const struct load_result *result, const struct limit_value *limits,
                    size_t limit_count, struct buf *text)
{
    const struct diagnose_case facts = {
        .run = {.spec = spec, .cores = cores_usable(), .nproc_binds = limits_nproc_binds()},
        .values = limits,
        .count = limit_count,
        .groups = result->groups,
        .group_count = result->group_count,
        .alive = result->start.peak_clients,
        .connections = result->peaks.connections,
        .connected = result->totals.connected,
    };
    const struct verdict verdict = diagnose(&facts);
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
        add_failures(result, &verdict, text);
    }
    if (totals->not_started > 0) {
        char left[FIGURE_SIZE];
        buf_printf(text, "; %s never started", figure_number(totals->not_started, left));
    }
    buf_text(text, ".\n");
}
