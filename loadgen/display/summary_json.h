/* What a run came to, for programs to read: the one description of the members that `koneksi-load --summary json`,
 * `koneksi run --json` and GET /runs/N have in common. */
#ifndef KONEKSI_LOADGEN_DISPLAY_SUMMARY_JSON_H
#define KONEKSI_LOADGEN_DISPLAY_SUMMARY_JSON_H

#include "base/json_writer.h"
#include "loadgen/display/summary.h"
#include "loadgen/verdict/sentence.h"

/* Adds to the object that is open: the fields of the run, "duration_s", "totals", "peaks", "start", "rate_reached",
 * "late_side", "clients_per_s", "latency_us", "errors", "verdict", "source_addresses", and "by_rank" where the summary
 * has ranks. False when memory ran out for a sentence. */
bool summary_write(const struct json_writer *writer, const struct summary *summary, enum language language) MUST_CHECK;

/* {"min","p50","p90","p99","p999","max","mean"}, in microseconds with one decimal. */
void summary_write_latency(const struct json_writer *writer, const char *name, const struct latency *latency);

/* Clients that completed a second; 0 when nothing was measured. */
double summary_clients_per_s(const struct summary *summary);

#endif
