#include "loadgen/display/summary.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/figures.h"
#include "base/table.h"
#include "loadgen/verdict/sentence.h"

#define HISTOGRAM_ROWS 10
#define HISTOGRAM_WIDTH 40
#define ROW_RATIO_LEAST 1.1 /* a row's end to its begin; well above that of two buckets */

/* What came out, in a line or two; then why, and how to raise what stopped them. */
static void add_outcome(const struct summary *summary, struct buf *text)
{
    const struct load_totals *const totals = summary->totals;
    const uint64_t count = totals->started + totals->not_started;
    char number[FIGURE_SIZE];
    figure_number(count, number);
    if (totals->completed == count) {
        buf_printf(text, "All %s clients completed.\n", number);
        return;
    }
    char completed[FIGURE_SIZE];
    buf_printf(text, "%s of %s clients completed", figure_number(totals->completed, completed), number);
    if (totals->failed > 0) {
        buf_printf(text, "; %s failed", figure_number(totals->failed, number));
    }
    if (totals->not_started > 0) {
        buf_printf(text, "; %s never started", figure_number(totals->not_started, number));
    }
    buf_text(text, ".\n");
    summary_add_verdict(summary->verdict, text);
}

static void add_number(struct buf *text, const char *name, uint64_t number)
{
    char cell[FIGURE_SIZE];
    buf_printf(text, "  %-16s %14s\n", name, figure_number(number, cell));
}

static void add_totals(const struct summary *summary, struct buf *text)
{
    const struct load_totals *const totals = summary->totals;
    const double seconds = (double)summary->duration_us / 1e6;
    buf_printf(text, "\nclients (mode %s%s)\n", run_mode_name(summary->spec->mode),
               summary->spec->hold ? ", held" : "");
    add_number(text, "completed", totals->completed);
    add_number(text, "failed", totals->failed);
    add_number(text, "not started", totals->not_started);
    add_number(text, "completed/s", seconds > 0 ? (uint64_t)llround((double)totals->completed / seconds) : 0);
    buf_printf(text, "  %-16s %14.3f s\n", "took", seconds);
}

static void add_start(const struct summary *summary, struct buf *text)
{
    const struct load_start *const start = summary->start;
    char started[FIGURE_SIZE];
    char per_s[FIGURE_SIZE];
    char alive[FIGURE_SIZE];
    if (start->peak_clients > 0) {
        buf_printf(text, "\nstarted %s in %.3f s (%s/s), at most %s alive at one time",
                   figure_number(summary->totals->started, started), (double)start->last_up_us / 1e6,
                   figure_number((uint64_t)llround(load_start_per_s(start, summary->totals->started)), per_s),
                   figure_number(start->peak_clients, alive));
        if (summary->source_addresses > 1) {
            buf_printf(text, ", from %s addresses", figure_number(summary->source_addresses, alive));
        }
        buf_text(text, "\n");
    }
}

static void add_peaks(const struct summary *summary, struct buf *text)
{
    const struct load_peaks *const peaks = summary->peaks;
    buf_text(text, "\nmost at once\n");
    add_number(text, "connections", peaks->connections);
    add_number(text, "client threads", peaks->threads);
    add_number(text, "client processes", peaks->processes);
    if (summary->server_threads > 0) {
        add_number(text, "server threads", summary->server_threads);
    }
}

static const struct {
    const char *head;
    size_t offset; /* in struct latency */
} latency_columns[] = {
    {"min", offsetof(struct latency, min_ns)},    {"p50", offsetof(struct latency, p50_ns)},
    {"p90", offsetof(struct latency, p90_ns)},    {"p99", offsetof(struct latency, p99_ns)},
    {"p99.9", offsetof(struct latency, p999_ns)}, {"max", offsetof(struct latency, max_ns)},
    {"mean", offsetof(struct latency, mean_ns)},
};

static void add_latencies(const struct summary *summary, struct buf *text)
{
    buf_printf(text, "\n%-8s", "latency");
    for (size_t i = 0; i < COUNT_OF(latency_columns); i++) {
        buf_printf(text, " %9s", latency_columns[i].head);
    }
    buf_text(text, "\n");
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        const struct latency *const latency = &summary->latency[kind];
        buf_printf(text, "%-8s", latency_kind_name((enum latency_kind)kind));
        for (size_t i = 0; i < COUNT_OF(latency_columns); i++) {
            char cell[FIGURE_SIZE];
            const uint64_t *const ns =
                (const uint64_t *)(const void *)((const char *)latency + latency_columns[i].offset);
            buf_printf(text, " %9s", latency->count > 0 ? figure_time(*ns, cell) : "-");
        }
        buf_text(text, "\n");
    }
}

/* Rows are equally long on a logarithmic scale: from min to min * ratio, and so on up to max. */
struct histogram {
    unsigned rows;
    double min_ns, ratio;
    uint64_t counts[HISTOGRAM_ROWS];
    uint64_t most; /* of counts */
};

static void fill_histogram(struct histogram *histogram, const struct hist *hist)
{
    const struct latency latency = hist_summary(hist);
    const double span = log((double)latency.max_ns / (double)latency.min_ns);
    const double fitting = floor(span / log(ROW_RATIO_LEAST));
    *histogram = (struct histogram){.min_ns = (double)latency.min_ns};
    histogram->rows = fitting < 1 ? 1 : fitting < HISTOGRAM_ROWS ? (unsigned)fitting : HISTOGRAM_ROWS;
    histogram->ratio = exp(span / histogram->rows);
    for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
        const double lower = (double)hist_bucket_lower(bucket);
        unsigned row = 0;
        while (row + 1 < histogram->rows && lower >= histogram->min_ns * pow(histogram->ratio, row + 1)) {
            row++;
        }
        histogram->counts[row] += hist_bucket_count(hist, bucket);
    }
    for (unsigned row = 0; row < histogram->rows; row++) {
        histogram->most = histogram->counts[row] > histogram->most ? histogram->counts[row] : histogram->most;
    }
}

static void add_histogram(const struct summary *summary, struct buf *text)
{
    const struct hist *const hist = summary->histogram;
    if (hist == NULL || hist_count(hist) == 0) {
        return;
    }
    struct histogram histogram;
    fill_histogram(&histogram, hist);
    buf_printf(text, "\n%s latency, clients up to\n", latency_kind_name(LATENCY_CLIENT));
    for (unsigned row = 0; row < histogram.rows; row++) {
        char end[FIGURE_SIZE];
        char count[FIGURE_SIZE];
        buf_printf(text, "%10s %12s", figure_time((uint64_t)(histogram.min_ns * pow(histogram.ratio, row + 1)), end),
                   figure_number(histogram.counts[row], count));
        buf_text(text, histogram.counts[row] > 0 ? "  " : "");
        figure_bar(text, histogram.counts[row], histogram.most, HISTOGRAM_WIDTH, summary->utf8);
        buf_text(text, "\n");
    }
}

static void add_errors(const struct summary *summary, struct buf *text)
{
    if (summary->group_count > 0) {
        buf_text(text, "\nfailed clients\n");
    }
    for (uint32_t i = 0; i < summary->group_count; i++) {
        const struct error_group *const group = &summary->groups[i];
        char count[FIGURE_SIZE];
        char client[FIGURE_SIZE];
        buf_printf(text, "%10s  %s, %s: %s\n", figure_number(group->count, count), error_phase_name(group->phase),
                   group->call, group->message);
        buf_printf(text, "%10s  first: client %s after %.3f s; last after %.3f s\n", "",
                   figure_number(group->first_client, client), (double)group->first_at_us / 1e6,
                   (double)group->last_at_us / 1e6);
    }
}

/* Whether they tell more than the totals: there are several hosts, or the ranks came to different ends. */
static bool ranks_differ(const struct summary *summary)
{
    for (size_t i = 1; i < summary->rank_count; i++) {
        const struct load_rank *const first = &summary->ranks[0];
        const struct load_rank *const other = &summary->ranks[i];
        if (strcmp(first->host, other->host) != 0 || first->status != other->status ||
            (first->totals.failed > 0) != (other->totals.failed > 0) || strcmp(first->verdict, other->verdict) != 0) {
            return true;
        }
    }
    return false;
}

static void add_ranks(const struct summary *summary, struct buf *text)
{
    if (!ranks_differ(summary)) {
        return;
    }
    buf_printf(text, "\n%-6s %-16s %12s %12s %12s  %s\n", "rank", "host", "completed", "failed", "connections",
               "stopped by");
    for (size_t i = 0; i < summary->rank_count; i++) {
        const struct load_rank *const rank = &summary->ranks[i];
        char completed[FIGURE_SIZE];
        char failed[FIGURE_SIZE];
        char connections[FIGURE_SIZE];
        buf_printf(text, "%-6u %-16s %12s %12s %12s  %s\n", (unsigned)rank->rank, rank->host,
                   figure_number(rank->totals.completed, completed), figure_number(rank->totals.failed, failed),
                   figure_number(rank->peaks.connections, connections), rank->verdict[0] != '\0' ? rank->verdict : "-");
    }
}

void summary_add_verdict(const struct verdict *verdict, struct buf *text)
{
    char number[FIGURE_SIZE];
    if (verdict->kind != VERDICT_NONE) {
        sentence_append(verdict, LANGUAGE_ENGLISH, text);
        buf_text(text, "\n");
    }
    if (verdict->kind == VERDICT_LIMIT) {
        buf_printf(text, "How to raise it: %s.\n", limit_raise(verdict->limit, LANGUAGE_ENGLISH));
        if (verdict->needed != FACT_UNKNOWN) {
            buf_printf(text, "All clients would take about %s %s.\n", figure_number(verdict->needed, number),
                       limit_unit(verdict->limit, LANGUAGE_ENGLISH));
        }
    }
}

struct summary summary_of(const struct run_spec *spec, const struct load_result *result, const struct verdict *verdict,
                          struct latency latency[LATENCY_COUNT])
{
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        latency[kind] = hist_summary(&result->latency[kind]);
    }
    return (struct summary){.spec = spec,
                            .duration_us = result->duration_us,
                            .totals = &result->totals,
                            .peaks = &result->peaks,
                            .start = &result->start,
                            .latency = latency,
                            .histogram = &result->latency[LATENCY_CLIENT],
                            .groups = result->groups,
                            .group_count = result->group_count,
                            .verdict = verdict,
                            .late_side = FACT_SIDE_NONE};
}

void summary_format(const struct summary *summary, struct buf *text)
{
    add_outcome(summary, text);
    add_totals(summary, text);
    add_start(summary, text);
    add_peaks(summary, text);
    add_latencies(summary, text);
    add_histogram(summary, text);
    add_errors(summary, text);
    add_ranks(summary, text);
}
