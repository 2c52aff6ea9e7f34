/* Both sides of a run at one moment: the load generator's newest sample beside the TIME server's counters and the
 * panel's own use of the machine. Opens what it reads at creation, so that a run that eats every descriptor cannot
 * blind it. One thread at a time. */
#ifndef KONEKSI_SERVER_LAB_RUN_SAMPLER_H
#define KONEKSI_SERVER_LAB_RUN_SAMPLER_H

#include "db/run.h"
#include "loadgen/verdict/bottleneck.h"
#include "server/time/time_server.h"

struct sampler;

/* `server` outlives the sampler. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result sampler_create(struct time_server *server, struct sampler **sampler, struct err *err) MUST_CHECK;
void sampler_destroy(struct sampler *sampler);

/* Open descriptors of the panel's process. They are counted at sampler_begin and at sampler_recount (which leaves a
 * server with many connections alone: counting them is dear); in between the TIME server's own counter moves. */
uint64_t sampler_fds(const struct sampler *sampler);
void sampler_recount(struct sampler *sampler);

/* A run of `count` clients begins at `now_ns` (CLOCK_MONOTONIC): counters are taken relative to this moment. Without
 * `own_server` (a foreign target) the server's side of every sample stays 0. */
void sampler_begin(struct sampler *sampler, uint64_t count, bool own_server, uint64_t now_ns);

/* The load generator's newest sample; looks at the server's peaks, too. */
void sampler_client(struct sampler *sampler, const struct load_sample *sample);

/* Both sides now. */
void sampler_take(struct sampler *sampler, uint64_t now_ns, struct run_sample *sample);

struct sampler_peaks {
    struct load_peaks client;
    uint64_t server_threads, server_connections;
};
/* Since sampler_begin: the server's exact, the client's the highest that a sample showed. */
const struct sampler_peaks *sampler_peaks(const struct sampler *sampler);

/* The newest totals of the client side. */
const struct load_totals *sampler_totals(const struct sampler *sampler);

/* Since sampler_begin, now; 0 for a foreign target. */
uint64_t sampler_accepted(const struct sampler *sampler);
uint64_t sampler_overflows(const struct sampler *sampler);
uint64_t sampler_refused(const struct sampler *sampler);

/* What the processors did since sampler_begin, in a run of that length whose generator has been waited for. */
void sampler_cpu(const struct sampler *sampler, uint64_t duration_us, struct cpu_use *use);

/* Number of the last connection that the server had accepted at sampler_begin: where the run's own log begins. */
uint64_t sampler_first_total(const struct sampler *sampler);

#endif
