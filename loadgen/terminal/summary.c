#include "loadgen/terminal/summary.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/cpu.h"
#include "base/figures.h"
#include "base/table.h"
#include "loadgen/limits/limits.h"
#include "loadgen/verdict/diagnose.h"
#include "loadgen/verdict/sentence.h"

#define HISTOGRAM_ROWS 10
#define HISTOGRAM_WIDTH 40
#define ROW_RATIO_LEAST 1.1 /* a row's end to its begin; well above that of two buckets */

/* A limit is named where the load generator's limits and the failures show it: the server's side is not known here. */
static void add_verdict(const struct summary *summary, struct buf *text)
{
    const struct load_result *const result = summary->result;
    struct diagnose_case facts = {
        .run = {.spec = summary->spec,
                .cores = cores_usable(),
                .spread_sources = summary->spread_sources,
                .terms = limit_terms_read("")},
        .values = summary->limits,
        .count = summary->limit_count,
        .groups = result->groups,
        .group_count = result->group_count,
        .alive = result->start.peak_clients,
        .connections = result->peaks.connections,
        .completed = result->totals.completed,
        .connected = result->totals.connected,
        .listener = summary->listener,
        .counted = true,
        .usages = summary->usages,
        .usage_count = summary->usage_count,
    };
    memcpy(facts.risen, summary->risen, sizeof facts.risen);
    usage_init(&facts.peak[LIMIT_SIDE_SERVER]);
    facts.peak[LIMIT_SIDE_CLIENT] = result->peak;
    const struct verdict verdict = diagnose(&facts);
    const struct load_totals *const totals = &result->totals;
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
    if (verdict.kind != VERDICT_NONE) {
        sentence_append(&verdict, LANGUAGE_ENGLISH, text);
        buf_text(text, "\n");
    }
    if (verdict.kind == VERDICT_LIMIT) {
        buf_printf(text, "How to raise it: %s.\n", limit_raise(verdict.limit));
        if (verdict.needed != FACT_UNKNOWN) {
            buf_printf(text, "All clients would take about %s %s.\n", figure_number(verdict.needed, number),
                       limit_unit(verdict.limit));
        }
    }
}

static void add_number(struct buf *text, const char *name, uint64_t number)
{
    char cell[FIGURE_SIZE];
    buf_printf(text, "  %-16s %14s\n", name, figure_number(number, cell));
}

static void add_totals(const struct summary *summary, struct buf *text)
{
    const struct load_totals *const totals = &summary->result->totals;
    const double seconds = (double)summary->result->duration_us / 1e6;
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
    const struct load_result *const result = summary->result;
    char started[FIGURE_SIZE];
    char per_s[FIGURE_SIZE];
    char alive[FIGURE_SIZE];
    if (result->start.peak_clients > 0) {
        buf_printf(text, "\nstarted %s in %.3f s (%s/s), at most %s alive at one time\n",
                   figure_number(result->totals.started, started), (double)result->start.last_up_us / 1e6,
                   figure_number((uint64_t)llround(load_start_per_s(&result->start, result->totals.started)), per_s),
                   figure_number(result->start.peak_clients, alive));
    }
}

static void add_peaks(const struct summary *summary, struct buf *text)
{
    const struct load_peaks *const peaks = &summary->result->peaks;
    buf_text(text, "\nmost at once\n");
    add_number(text, "connections", peaks->connections);
    add_number(text, "client threads", peaks->threads);
    add_number(text, "client processes", peaks->processes);
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
        const struct latency latency = hist_summary(&summary->result->latency[kind]);
        buf_printf(text, "%-8s", latency_kind_name((enum latency_kind)kind));
        for (size_t i = 0; i < COUNT_OF(latency_columns); i++) {
            char cell[FIGURE_SIZE];
            const uint64_t *const ns =
                (const uint64_t *)(const void *)((const char *)&latency + latency_columns[i].offset);
            buf_printf(text, " %9s", latency.count > 0 ? figure_time(*ns, cell) : "-");
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
    const struct hist *const hist = &summary->result->latency[LATENCY_CLIENT];
    if (hist_count(hist) == 0) {
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
    if (summary->result->group_count > 0) {
        buf_text(text, "\nfailed clients\n");
    }
    for (uint32_t i = 0; i < summary->result->group_count; i++) {
        const struct error_group *const group = &summary->result->groups[i];
        char count[FIGURE_SIZE];
        char client[FIGURE_SIZE];
        buf_printf(text, "%10s  %s, %s: %s\n", figure_number(group->count, count), error_phase_name(group->phase),
                   group->call, group->message);
        buf_printf(text, "%10s  first: client %s after %.3f s; last after %.3f s\n", "",
                   figure_number(group->first_client, client), (double)group->first_at_us / 1e6,
                   (double)group->last_at_us / 1e6);
    }
}

void summary_format(const struct summary *summary, struct buf *text)
{
    add_verdict(summary, text);
    add_totals(summary, text);
    add_start(summary, text);
    add_peaks(summary, text);
    add_latencies(summary, text);
    add_histogram(summary, text);
    add_errors(summary, text);
}
