#include "loadgen/display/summary.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/figures.h"
#include "base/table.h"
#include "loadgen/verdict/sentence.h"
#include "loadgen/verdict/words.h"

#define HISTOGRAM_ROWS 10
#define HISTOGRAM_WIDTH 40
#define ROW_RATIO_LEAST 1.1 /* a row's end to its begin; well above that of two buckets */

/* Whoever names no target means the usual one, and may not have started it. */
static void add_target(const struct summary *summary, struct buf *text)
{
    const struct verdict *const verdict = summary->verdict;
    if (verdict->kind == VERDICT_CAUSE && verdict->reason == REASON_NOBODY_LISTENS &&
        strcmp(summary->spec->target, RUN_TARGET_BUILTIN) != 0) {
        word_append(text, WORD_START_TARGET, summary->language, WORD_VALUES(summary->spec->target));
        buf_text(text, "\n");
    }
}

/* What came out, in a line or two; then why, and how to raise what stopped them. */
static void add_outcome(const struct summary *summary, struct buf *text)
{
    const struct load_totals *const totals = summary->totals;
    const enum language language = summary->language;
    const uint64_t count = totals->started + totals->not_started;
    char all[FIGURE_SIZE];
    char some[FIGURE_SIZE];
    word_number(count, language, all);
    if (totals->completed == count) {
        word_append(text, WORD_ALL_COMPLETED, language, WORD_VALUES(all));
        buf_text(text, "\n");
        return;
    }
    word_append(text, WORD_SOME_COMPLETED, language, WORD_VALUES(word_number(totals->completed, language, some), all));
    if (totals->failed > 0) {
        word_append(text, WORD_SOME_FAILED, language, WORD_VALUES(word_number(totals->failed, language, some)));
    }
    if (totals->not_started > 0) {
        word_append(text, WORD_SOME_NOT_STARTED, language,
                    WORD_VALUES(word_number(totals->not_started, language, some)));
    }
    buf_text(text, ".\n");
    summary_add_verdict(summary->verdict, language, text);
    add_target(summary, text);
}

static void add_number(struct buf *text, const struct summary *summary, enum word name, uint64_t number)
{
    char cell[FIGURE_SIZE];
    buf_printf(text, "  %-16s %14s\n", word_of(name, summary->language), word_number(number, summary->language, cell));
}

static void add_totals(const struct summary *summary, struct buf *text)
{
    const struct load_totals *const totals = summary->totals;
    const enum language language = summary->language;
    const double seconds = (double)summary->duration_us / 1e6;
    char cell[FIGURE_SIZE];
    buf_text(text, "\n");
    word_append(
        text, WORD_CLIENTS_OF_MODE, language,
        WORD_VALUES(run_mode_name(summary->spec->mode), summary->spec->hold ? word_of(WORD_HELD, language) : ""));
    buf_text(text, "\n");
    add_number(text, summary, WORD_COMPLETED, totals->completed);
    add_number(text, summary, WORD_FAILED, totals->failed);
    add_number(text, summary, WORD_NOT_STARTED, totals->not_started);
    add_number(text, summary, WORD_COMPLETED_PER_S,
               seconds > 0 ? (uint64_t)llround((double)totals->completed / seconds) : 0);
    buf_printf(text, "  %-16s %14s ", word_of(WORD_TOOK, language), word_decimal(seconds, 3, language, cell));
    buf_printf(text, "%s\n", word_of(WORD_SECONDS, language));
}

static void add_start(const struct summary *summary, struct buf *text)
{
    const struct load_start *const start = summary->start;
    const enum language language = summary->language;
    char started[FIGURE_SIZE];
    char seconds[FIGURE_SIZE];
    char per_s[FIGURE_SIZE];
    char alive[FIGURE_SIZE];
    if (start->peak_clients > 0) {
        const uint64_t rate = (uint64_t)llround(load_start_per_s(start, summary->totals->started));
        buf_text(text, "\n");
        word_append(text, WORD_STARTED, language,
                    WORD_VALUES(word_number(summary->totals->started, language, started),
                                word_decimal((double)start->last_up_us / 1e6, 3, language, seconds),
                                word_number(rate, language, per_s), word_number(start->peak_clients, language, alive)));
        if (summary->source_addresses > 1) {
            word_append(text, WORD_FROM_ADDRESSES, language,
                        WORD_VALUES(word_number(summary->source_addresses, language, alive)));
        }
        buf_text(text, "\n");
    }
}

static void add_peaks(const struct summary *summary, struct buf *text)
{
    const struct load_peaks *const peaks = summary->peaks;
    buf_printf(text, "\n%s\n", word_of(WORD_MOST_AT_ONCE, summary->language));
    add_number(text, summary, WORD_CONNECTIONS, peaks->connections);
    add_number(text, summary, WORD_CLIENT_THREADS, peaks->threads);
    add_number(text, summary, WORD_CLIENT_PROCESSES, peaks->processes);
    if (summary->server_threads > 0) {
        add_number(text, summary, WORD_SERVER_THREADS, summary->server_threads);
    }
}

/* The two figures by which one mode is chosen before another; what is not known is left out. */
static void add_cost(const struct summary *summary, struct buf *text)
{
    const enum language language = summary->language;
    const double cpu_us = load_cost_cpu_us(summary->cost, summary->totals->started);
    const uint64_t memory = load_cost_memory(summary->cost, summary->start->peak_clients);
    char cell[FIGURE_SIZE];
    if (cpu_us > 0 || memory > 0) {
        buf_printf(text, "\n%s\n", word_of(WORD_EACH_CLIENT, language));
    }
    if (cpu_us > 0) {
        buf_printf(text, "  %-16s %14s us\n", word_of(WORD_CPU_TIME, language),
                   word_decimal(cpu_us, 1, language, cell));
    }
    if (memory > 0) {
        buf_printf(text, "  %-16s %14s KiB\n", word_of(WORD_MEMORY, language),
                   word_decimal((double)memory / 1024, 1, language, cell));
    }
}

static const char *name_latency(enum latency_kind kind, enum language language)
{
    static const enum word names[LATENCY_COUNT] = {[LATENCY_CONNECT] = WORD_LATENCY_CONNECT,
                                                   [LATENCY_REPLY] = WORD_LATENCY_REPLY,
                                                   [LATENCY_CLIENT] = WORD_LATENCY_CLIENT};
    return word_of(names[kind], language);
}

static const struct {
    const char *head; /* NULL: WORD_MEAN */
    size_t offset;    /* in struct latency */
} latency_columns[] = {
    {"min", offsetof(struct latency, min_ns)},    {"p50", offsetof(struct latency, p50_ns)},
    {"p90", offsetof(struct latency, p90_ns)},    {"p99", offsetof(struct latency, p99_ns)},
    {"p99.9", offsetof(struct latency, p999_ns)}, {"max", offsetof(struct latency, max_ns)},
    {NULL, offsetof(struct latency, mean_ns)},
};

static void add_latencies(const struct summary *summary, struct buf *text)
{
    buf_printf(text, "\n%-8s", word_of(WORD_LATENCY, summary->language));
    for (size_t i = 0; i < COUNT_OF(latency_columns); i++) {
        const char *const head = latency_columns[i].head;
        buf_printf(text, " %9s", head != NULL ? head : word_of(WORD_MEAN, summary->language));
    }
    buf_text(text, "\n");
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        const struct latency *const latency = &summary->latency[kind];
        buf_printf(text, "%-8s", name_latency((enum latency_kind)kind, summary->language));
        for (size_t i = 0; i < COUNT_OF(latency_columns); i++) {
            char cell[FIGURE_SIZE];
            const uint64_t *const ns =
                (const uint64_t *)(const void *)((const char *)latency + latency_columns[i].offset);
            buf_printf(text, " %9s", latency->count > 0 ? word_time(*ns, summary->language, cell) : "-");
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
    buf_text(text, "\n");
    word_append(text, WORD_HISTOGRAM, summary->language, WORD_VALUES(name_latency(LATENCY_CLIENT, summary->language)));
    buf_text(text, "\n");
    for (unsigned row = 0; row < histogram.rows; row++) {
        char end[FIGURE_SIZE];
        char count[FIGURE_SIZE];
        buf_printf(text, "%10s %12s",
                   word_time((uint64_t)(histogram.min_ns * pow(histogram.ratio, row + 1)), summary->language, end),
                   word_number(histogram.counts[row], summary->language, count));
        buf_text(text, histogram.counts[row] > 0 ? "  " : "");
        figure_bar(text, histogram.counts[row], histogram.most, HISTOGRAM_WIDTH, summary->utf8);
        buf_text(text, "\n");
    }
}

static void add_errors(const struct summary *summary, struct buf *text)
{
    const enum language language = summary->language;
    if (summary->group_count > 0) {
        buf_printf(text, "\n%s\n", word_of(WORD_FAILED_CLIENTS, language));
    }
    for (uint32_t i = 0; i < summary->group_count; i++) {
        const struct error_group *const group = &summary->groups[i];
        char cell[3][FIGURE_SIZE];
        buf_printf(text, "%10s  %s, %s: %s\n%10s  ", word_number(group->count, language, cell[0]),
                   error_phase_name(group->phase), group->call, group->message, "");
        word_append(text, WORD_FIRST_AND_LAST, language,
                    WORD_VALUES(word_number(group->first_client, language, cell[0]),
                                word_decimal((double)group->first_at_us / 1e6, 3, language, cell[1]),
                                word_decimal((double)group->last_at_us / 1e6, 3, language, cell[2])));
        buf_text(text, "\n");
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
    const enum language language = summary->language;
    buf_printf(text, "\n%-6s %-16s %12s %12s %12s  %s\n", "rank", word_of(WORD_HOST, language),
               word_of(WORD_COMPLETED, language), word_of(WORD_FAILED, language), word_of(WORD_CONNECTIONS, language),
               word_of(WORD_RANK_STOPPED_BY, language));
    for (size_t i = 0; i < summary->rank_count; i++) {
        const struct load_rank *const rank = &summary->ranks[i];
        char completed[FIGURE_SIZE];
        char failed[FIGURE_SIZE];
        char connections[FIGURE_SIZE];
        buf_printf(text, "%-6u %-16s %12s %12s %12s  %s\n", (unsigned)rank->rank, rank->host,
                   word_number(rank->totals.completed, language, completed),
                   word_number(rank->totals.failed, language, failed),
                   word_number(rank->peaks.connections, language, connections),
                   rank->verdict[0] != '\0' ? verdict_name_in(rank->verdict, language) : "-");
    }
}

static void add_raise(const struct verdict *verdict, enum language language, struct buf *text)
{
    struct buf raise = BUF_INIT;
    sentence_append_raise(verdict, language, &raise);
    if (raise.length > 0) {
        word_append(text, WORD_RAISE, language, WORD_VALUES(raise.bytes));
        buf_text(text, "\n");
    }
    buf_free(&raise);
}

void summary_add_verdict(const struct verdict *verdict, enum language language, struct buf *text)
{
    char number[FIGURE_SIZE];
    if (verdict->kind == VERDICT_NONE) {
        return;
    }
    sentence_append(verdict, language, text);
    buf_text(text, "\n");
    add_raise(verdict, language, text);
    if (verdict->kind == VERDICT_LIMIT && verdict->needed != FACT_UNKNOWN) {
        word_append(text, WORD_NEEDED, language,
                    WORD_VALUES(verdict_name_in(verdict_name(verdict), language),
                                word_number(verdict->needed, language, number), limit_unit(verdict->limit, language)));
        buf_text(text, "\n");
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
                            .cost = &result->cost,
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
    add_cost(summary, text);
    add_latencies(summary, text);
    add_histogram(summary, text);
    add_errors(summary, text);
    add_ranks(summary, text);
}
