#include "summary.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/table.h"

#define CELL_SIZE 24

/* "850 ns", "12.4 us", "3.07 ms", "1.95 s": three digits are what a histogram is good for. */
static void format_time(uint64_t ns, char cell[CELL_SIZE])
{
    static const struct {
        uint64_t unit_ns;
        const char *name;
    } units[] = {{NS_PER_S, "s"}, {NS_PER_MS, "ms"}, {NS_PER_US, "us"}};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (ns >= units[i].unit_ns) {
            const double value = (double)ns / (double)units[i].unit_ns;
            snprintf(cell, CELL_SIZE, "%.*f %s", value < 10 ? 2 : value < 100 ? 1 : 0, value, units[i].name);
            return;
        }
    }
    snprintf(cell, CELL_SIZE, "%llu ns", (unsigned long long)ns);
}

static void add_totals(const struct run_spec *spec, const struct load_result *result, struct buf *text)
{
    const struct load_totals *const totals = &result->totals;
    const double seconds = (double)result->duration_us / 1e6;
    buf_printf(text, "%llu clients, mode %s%s: %llu completed, %llu failed, %llu not started\n",
               (unsigned long long)spec->count, run_mode_name(spec->mode), spec->hold ? ", held" : "",
               (unsigned long long)totals->completed, (unsigned long long)totals->failed,
               (unsigned long long)totals->not_started);
    buf_printf(text, "took %.3f s, %.0f completed clients/s\n", seconds,
               seconds > 0 ? (double)totals->completed / seconds : 0.0);
    buf_printf(text, "most at once: %llu connections, %llu client threads, %llu client processes\n",
               (unsigned long long)result->peaks.connections, (unsigned long long)result->peaks.threads,
               (unsigned long long)result->peaks.processes);
}

static void add_start(const struct load_result *result, struct buf *text)
{
    if (result->start.peak_clients > 0) {
        buf_printf(text, "started %llu in %.3f s (%.0f/s), at most %llu alive at one time\n",
                   (unsigned long long)result->totals.started, (double)result->start.last_up_us / 1e6,
                   load_start_per_s(&result->start, result->totals.started),
                   (unsigned long long)result->start.peak_clients);
    }
}

static void add_latencies(const struct load_result *result, struct buf *text)
{
    static const char *const heads[] = {"min", "p50", "p90", "p99", "p99.9", "max"};
    buf_printf(text, "\n%-8s", "latency");
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        buf_printf(text, " %10s", heads[i]);
    }
    buf_text(text, "\n");
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        const struct latency latency = hist_summary(&result->latency[kind]);
        const uint64_t values[] = {latency.min_ns, latency.p50_ns,  latency.p90_ns,
                                   latency.p99_ns, latency.p999_ns, latency.max_ns};
        buf_printf(text, "%-8s", latency_kind_name((enum latency_kind)kind));
        for (size_t i = 0; i < COUNT_OF(values); i++) {
            char cell[CELL_SIZE] = "-";
            if (latency.count > 0) {
                format_time(values[i], cell);
            }
            buf_printf(text, " %10s", cell);
        }
        buf_text(text, "\n");
    }
}

static void add_errors(const struct load_result *result, struct buf *text)
{
    if (result->group_count > 0) {
        buf_text(text, "\nfailed clients\n");
    }
    for (uint32_t i = 0; i < result->group_count; i++) {
        const struct error_group *const group = &result->groups[i];
        buf_printf(text, "%10llu  %s, %s: %s (first: client %llu after %.3f s)\n", (unsigned long long)group->count,
                   error_phase_name(group->phase), group->call, group->message, (unsigned long long)group->first_client,
                   (double)group->first_at_us / 1e6);
    }
}

void summary_format(const struct run_spec *spec, const struct load_result *result, struct buf *text)
{
    add_totals(spec, result, text);
    add_start(result, text);
    add_latencies(result, text);
    add_errors(result, text);
}
