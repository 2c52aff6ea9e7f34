#include "loadgen/display/summary_json.h"

#include "base/clock.h"
#include "base/table.h"
#include "loadgen/contract/report.h"
#include "loadgen/verdict/verdict_write.h"

#define US_PER_S 1000000.0
#define US_PER_MS 1000.0

/* Milliseconds, exact to the microsecond. */
static void put_ms(const struct json_writer *writer, const char *name, uint64_t us)
{
    json_put_rounded(writer, name, (double)us / US_PER_MS, 1000);
}

static void write_totals(const struct json_writer *writer, const struct load_totals *totals)
{
    json_open_object(writer, "totals");
    json_put_uint(writer, "started", totals->started);
    json_put_uint(writer, "connected", totals->connected);
    json_put_uint(writer, "completed", totals->completed);
    json_put_uint(writer, "failed", totals->failed);
    json_put_uint(writer, "not_started", totals->not_started);
    json_close_object(writer);
}

static void write_peaks(const struct json_writer *writer, const struct summary *summary)
{
    json_open_object(writer, "peaks");
    json_put_uint(writer, "client_threads", summary->peaks->threads);
    json_put_uint(writer, "client_processes", summary->peaks->processes);
    json_put_uint(writer, "client_connections", summary->peaks->connections);
    json_put_uint(writer, "server_threads", summary->server_threads);
    json_put_uint(writer, "server_connections", summary->server_connections);
    json_close_object(writer);
}

/* What each client took. */
static void write_cost(const struct json_writer *writer, const struct summary *summary)
{
    const double cpu_us = load_cost_cpu_us(summary->cost, summary->totals->started);
    const uint64_t memory = load_cost_memory(summary->cost, summary->start->peak_clients);
    json_open_object(writer, "cost");
    if (cpu_us > 0) {
        json_put_rounded(writer, "cpu_us", cpu_us, 10);
    } else {
        json_put_null(writer, "cpu_us");
    }
    if (memory > 0) {
        json_put_uint(writer, "memory_bytes", memory);
    } else {
        json_put_null(writer, "memory_bytes");
    }
    json_close_object(writer);
}

/* Where a rate was wanted also the clients that were started a second, and the side that was late. */
static void write_start(const struct json_writer *writer, const struct summary *summary)
{
    const struct load_start *const start = summary->start;
    const bool started = start->peak_clients > 0;
    const double per_s = started ? load_start_per_s(start, summary->totals->started) : 0;
    if (started) {
        json_open_object(writer, "start");
        put_ms(writer, "last_up_ms", start->last_up_us);
        json_put_rounded(writer, "per_s", per_s, 10);
        json_put_uint(writer, "peak_clients", start->peak_clients);
        json_close_object(writer);
    } else {
        json_put_null(writer, "start");
    }
    if (started && summary->spec->rate > 0) {
        json_put_rounded(writer, "rate_reached", per_s, 10);
        json_put_text(writer, "late_side", fact_side_name(summary->late_side));
    } else {
        json_put_null(writer, "rate_reached");
        json_put_null(writer, "late_side");
    }
}

void summary_write_latency(const struct json_writer *writer, const char *name, const struct latency *latency)
{
    const struct {
        const char *name;
        uint64_t ns;
    } rows[] = {
        {"min", latency->min_ns},   {"p50", latency->p50_ns}, {"p90", latency->p90_ns},   {"p99", latency->p99_ns},
        {"p999", latency->p999_ns}, {"max", latency->max_ns}, {"mean", latency->mean_ns},
    };
    json_open_object(writer, name);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_put_rounded(writer, rows[i].name, (double)rows[i].ns / (double)NS_PER_US, 10);
    }
    json_close_object(writer);
}

static void write_latencies(const struct json_writer *writer, const struct latency latency[LATENCY_COUNT])
{
    bool measured = false;
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        measured = measured || latency[kind].count > 0;
    }
    if (!measured) {
        json_put_null(writer, "latency_us");
        return;
    }
    json_open_object(writer, "latency_us");
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        if (latency[kind].count > 0) {
            summary_write_latency(writer, latency_kind_name(kind), &latency[kind]);
        } else {
            json_put_null(writer, latency_kind_name(kind));
        }
    }
    json_close_object(writer);
}

static void write_errors(const struct json_writer *writer, const struct summary *summary)
{
    json_open_array(writer, "errors");
    for (uint32_t i = 0; i < summary->group_count && i < ERROR_GROUPS_MAX; i++) {
        const struct error_group *const group = &summary->groups[i];
        json_open_object(writer, NULL);
        json_put_text(writer, "phase", error_phase_name(group->phase));
        json_put_text(writer, "call", group->call);
        json_put_text(writer, "errno", group->error_number != 0 ? err_errno_name(group->error_number) : NULL);
        json_put_text(writer, "message", group->message);
        json_put_uint(writer, "count", group->count);
        json_put_uint(writer, "first_client", group->first_client);
        put_ms(writer, "first_at_ms", group->first_at_us);
        put_ms(writer, "last_at_ms", group->last_at_us);
        json_close_object(writer);
    }
    json_close_array(writer);
}

static void write_ranks(const struct json_writer *writer, const struct summary *summary)
{
    json_open_array(writer, "by_rank");
    for (size_t i = 0; i < summary->rank_count; i++) {
        const struct load_rank *const rank = &summary->ranks[i];
        json_open_object(writer, NULL);
        json_put_uint(writer, "rank", rank->rank);
        json_put_text(writer, "host", rank->host);
        json_put_text(writer, "status", load_end_name(rank->status));
        put_ms(writer, "late_ms", rank->late_ns / NS_PER_US);
        json_put_number(writer, "clock_offset_us", (double)rank->clock_offset_ns / (double)NS_PER_US);
        json_put_number(writer, "clock_error_us", (double)rank->clock_error_ns / (double)NS_PER_US);
        write_totals(writer, &rank->totals);
        json_put_uint(writer, "connections", rank->peaks.connections);
        json_put_text(writer, "verdict", rank->verdict[0] != '\0' ? rank->verdict : NULL);
        json_put_text(writer, "side", rank->side[0] != '\0' ? rank->side : NULL);
        json_close_object(writer);
    }
    json_close_array(writer);
}

double summary_clients_per_s(const struct summary *summary)
{
    return summary->duration_us > 0 ? (double)summary->totals->completed * US_PER_S / (double)summary->duration_us : 0;
}

bool summary_write(const struct json_writer *writer, const struct summary *summary, enum language language)
{
    run_spec_write(writer, summary->spec);
    json_put_number(writer, "duration_s", (double)summary->duration_us / US_PER_S);
    write_totals(writer, summary->totals);
    write_peaks(writer, summary);
    write_start(writer, summary);
    write_cost(writer, summary);
    json_put_rounded(writer, "clients_per_s", summary_clients_per_s(summary), 10);
    write_latencies(writer, summary->latency);
    write_errors(writer, summary);
    const bool written = verdict_write(writer, "verdict", summary->verdict, language);
    if (summary->source_addresses > 0) {
        json_put_uint(writer, "source_addresses", summary->source_addresses);
    } else {
        json_put_null(writer, "source_addresses");
    }
    if (summary->rank_count > 1) {
        write_ranks(writer, summary);
    }
    return written;
}
