/* Private to report_write.c and report_parse.c: the words and members of the lines, one row each for both directions.
 */
#ifndef KONEKSI_LOADGEN_CONTRACT_REPORT_FIELDS_H
#define KONEKSI_LOADGEN_CONTRACT_REPORT_FIELDS_H

#include "base/table.h"
#include "loadgen/contract/report.h"
#include "loadgen/contract/report_members.h"

static const char *const type_names[] = {
    [REPORT_START] = "start", [REPORT_SAMPLE] = "sample", [REPORT_ERROR] = "error",   [REPORT_USAGE] = "usage",
    [REPORT_LOG] = "log",     [REPORT_RANK] = "rank",     [REPORT_RESULT] = "result", [REPORT_END] = "end",
};
static const char *const end_names[] = {
    [LOAD_END_COMPLETED] = "completed",
    [LOAD_END_CANCELLED] = "cancelled",
    [LOAD_END_FAILED] = "failed",
};

#define COUNTER(type, name, member)                                                                                    \
    {                                                                                                                  \
        name, offsetof(struct type, member)                                                                            \
    }

static const struct counter totals_counters[] = {
    COUNTER(load_totals, "started", started),         COUNTER(load_totals, "connected", connected),
    COUNTER(load_totals, "completed", completed),     COUNTER(load_totals, "failed", failed),
    COUNTER(load_totals, "not_started", not_started),
};
static const struct counter sample_counters[] = {
    COUNTER(load_sample, "at_us", at_us),
    COUNTER(load_sample, "threads", threads),
    COUNTER(load_sample, "processes", processes),
    COUNTER(load_sample, "connections", connections),
    COUNTER(load_sample, "fds", fds),
    COUNTER(load_sample, "rss", rss_bytes),
    COUNTER(load_sample, "cpu_us", cpu_us),
};
static const struct counter peaks_counters[] = {
    COUNTER(load_peaks, "threads", threads),
    COUNTER(load_peaks, "processes", processes),
    COUNTER(load_peaks, "connections", connections),
};
static const struct counter rank_counters[] = {
    COUNTER(load_rank, "rank", rank),
    COUNTER(load_rank, "pid", pid),
    COUNTER(load_rank, "clock_error_ns", clock_error_ns),
    COUNTER(load_rank, "late_ns", late_ns),
};
static const struct counter trace_counters[] = {
    COUNTER(error_trace, "client", client),
    COUNTER(error_trace, "at_us", at_us),
};
static const struct counter group_counters[] = {
    COUNTER(error_group, "count", count),
    COUNTER(error_group, "first_client", first_client),
    COUNTER(error_group, "first_at_us", first_at_us),
    COUNTER(error_group, "last_at_us", last_at_us),
};
static const struct counter result_counters[] = {
    COUNTER(load_result, "duration_us", duration_us),
    COUNTER(load_result, "last_up_us", start.last_up_us),
    COUNTER(load_result, "peak_clients", start.peak_clients),
};
/* These and the next left out by earlier generators. */
static const struct counter replies_counters[] = {
    COUNTER(error_group, "answered", answered),
    COUNTER(error_group, "last_client", last_client),
    COUNTER(error_group, "cut", cut),
    COUNTER(error_group, "resent", resent),
};
static const struct counter order_counters[] = {
    COUNTER(load_order, "failed_numbers", numbers),
    COUNTER(load_order, "failed_places", places),
};
static const struct counter begin_counters[] = {COUNTER(load_start, "first_up_us", first_up_us)};
static const struct counter cost_counters[] = {
    COUNTER(load_cost, "cpu_us", cpu_us),
    COUNTER(load_cost, "memory_bytes", memory_bytes),
};

#endif
