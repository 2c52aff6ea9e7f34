/* Samples both sides of a run: the load generator's newest sample with the TIME server's counters and the panel's own
 * resource use. Opens its files at creation, so that it keeps working when a run uses up every descriptor. One thread
 * at a time. */
#ifndef KONEKSI_SERVER_LAB_RUN_SAMPLER_H
#define KONEKSI_SERVER_LAB_RUN_SAMPLER_H

#include "db/run_parts.h"
#include "loadgen/verdict/bottleneck.h"
#include "loadgen/watch/foreign_server.h"
#include "server/lab/run/observed_server.h"
#include "server/time/time_server.h"

struct sampler;

/* `server` outlives the sampler. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result sampler_create(struct time_server *server, struct sampler **sampler, struct err *err) MUST_CHECK;
void sampler_destroy(struct sampler *sampler);

/* Open descriptors of the panel's process. They are counted at sampler_begin and by sampler_recount, which skips a
 * server with many connections because counting is slow there. In between, the TIME server's own counter is used. */
uint64_t sampler_fds(const struct sampler *sampler);
void sampler_recount(struct sampler *sampler);

/* Begins a run of `count` clients, and measures counters from now on. The server's side is
 * the TIME server with `own_server`, else `foreign` or `observed`, which outlive the run; all NULL: it is not watched,
 * and its side of every sample stays 0. */
struct sampler_target {
    bool own_server;
    struct foreign_server *foreign;
    struct observed_server *observed;
};
void sampler_begin(struct sampler *sampler, uint64_t count, struct sampler_target target);

/* When its clients began (CLOCK_MONOTONIC), which is 0 for the times of samples. Until then they are all of that
 * moment. */
void sampler_count_from(struct sampler *sampler, uint64_t clients_ns);

/* Of generators that take long to start: the processors are measured between these two. What the generators use is then
 * what they report, because what their common parent used includes its start. */
void sampler_clients_begin(struct sampler *sampler);
void sampler_clients_end(struct sampler *sampler);

/* Takes the load generator's newest sample, and updates the server's peaks. */
void sampler_client(struct sampler *sampler, const struct load_sample *sample);

/* Fills `sample` with both sides as they are now. */
void sampler_take(struct sampler *sampler, uint64_t now_ns, struct run_sample *sample);

struct sampler_peaks {
    struct load_peaks client;
    uint64_t server_threads, server_connections;
};
/* Peaks since sampler_begin: exact for the TIME server, the highest sample for others and on the client's side. */
const struct sampler_peaks *sampler_peaks(const struct sampler *sampler);

/* The most descriptors that the panel can have had open since sampler_begin; LIMIT_UNKNOWN for another server. */
uint64_t sampler_most_fds(const struct sampler *sampler);

/* The newest totals of the client side. */
const struct load_totals *sampler_totals(const struct sampler *sampler);

struct sampler_server {
    uint64_t accepted, refused, overflows;
    uint64_t drops; /* packets of handshakes that its listening socket dropped, for any reason; LIMIT_UNKNOWN */
};
/* What the server counted since sampler_begin; of a foreign target overflows and drops only, and nothing if it is not
 * watched. */
struct sampler_server sampler_server(const struct sampler *sampler);

/* The processor use since sampler_begin, or sampler_clients_begin, over that time. Call after the generator was waited
 * for. */
void sampler_cpu(const struct sampler *sampler, uint64_t duration_us, struct cpu_use *use);

/* Number of the last connection that the server had accepted at sampler_begin; the log of the run begins after it. */
uint64_t sampler_first_total(const struct sampler *sampler);

#endif
