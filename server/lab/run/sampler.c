#include "server/lab/run/sampler.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "loadgen/limits/sources.h"
#include "loadgen/limits/usage.h"
#include "server/lab/run/processors.h"

/* Reading /proc/self/fd takes milliseconds with 20,000 open connections: beyond this number it is not read. */
enum { RECOUNT_MAX = 1024 };

struct sampler {
    struct time_server *server;
    int statm;
    struct cpu_clock cpu_clock; /* held open to keep cpu_clock_us cheap (cpu.h) */
    struct processors *processors;
    uint64_t own_fds; /* open descriptors of the panel besides the TIME server's connections */
    struct sampler_target target;
    uint64_t clients_ns; /* when the clients began; 0: not yet */
    uint64_t began_cpu_us;
    struct time_stats began;
    struct load_sample client;
    bool client_reports_cpu;
    struct sampler_peaks peaks;
};

/* A server that was started again counts anew. */
static uint64_t risen(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0;
}

/* The TIME server of this panel, or of the one that is observed. */
static void read_stats(const struct sampler *sampler, struct time_stats *stats)
{
    struct observation observation;
    if (sampler->target.observed == NULL) {
        time_server_stats(sampler->server, stats);
        return;
    }
    observed_server_look(sampler->target.observed, &observation);
    *stats = observation.stats;
}

void sampler_recount(struct sampler *sampler)
{
    struct time_stats stats;
    time_server_stats(sampler->server, &stats);
    if (stats.live <= RECOUNT_MAX) {
        const uint64_t fds = source_open_fds("");
        sampler->own_fds = fds != LIMIT_UNKNOWN && fds > stats.live ? fds - stats.live : 0;
    }
}

uint64_t sampler_fds(const struct sampler *sampler)
{
    struct time_stats stats;
    time_server_stats(sampler->server, &stats);
    return sampler->own_fds + stats.live;
}

enum result sampler_create(struct time_server *server, struct sampler **sampler, struct err *err)
{
    struct sampler *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    new->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (new->statm < 0) {
        const enum result result = err_system(err, errno, "cannot open /proc/self/statm");
        free(new);
        return result;
    }
    if (processors_create(&new->processors, err) != RESULT_OK) {
        close(new->statm);
        free(new);
        return err->code;
    }
    cpu_clock_open(&new->cpu_clock);
    new->server = server;
    *sampler = new;
    return RESULT_OK;
}

void sampler_destroy(struct sampler *sampler)
{
    if (sampler != NULL) {
        cpu_clock_close(&sampler->cpu_clock);
        processors_destroy(sampler->processors);
        close(sampler->statm);
        free(sampler);
    }
}

void sampler_begin(struct sampler *sampler, uint64_t count, struct sampler_target target)
{
    sampler->target = target;
    sampler->clients_ns = 0;
    sampler->began_cpu_us = cpu_clock_us();
    sampler->client = (struct load_sample){.totals.not_started = count};
    sampler->client_reports_cpu = false;
    sampler->peaks = (struct sampler_peaks){0};
    time_server_reset_peaks(sampler->server);
    read_stats(sampler, &sampler->began);
    sampler_recount(sampler);
    processors_begin(sampler->processors);
    if (target.foreign != NULL) {
        foreign_server_begin(target.foreign);
    }
}

void sampler_count_from(struct sampler *sampler, uint64_t clients_ns)
{
    sampler->clients_ns = clients_ns;
}

void sampler_clients_begin(struct sampler *sampler)
{
    sampler->client_reports_cpu = true;
    processors_begin(sampler->processors);
}

void sampler_clients_end(struct sampler *sampler)
{
    processors_end(sampler->processors);
}

static void raise_to(uint64_t *peak, uint64_t value)
{
    if (value > *peak) {
        *peak = value;
    }
}

static void read_server(struct sampler *sampler, struct time_stats *stats)
{
    read_stats(sampler, stats);
    if (sampler->target.own_server) {
        sampler->peaks.server_threads = stats->peak_threads;
        sampler->peaks.server_connections = stats->peak_live;
    } else if (sampler->target.observed != NULL) {
        raise_to(&sampler->peaks.server_threads, stats->threads);
        raise_to(&sampler->peaks.server_connections, stats->live);
    }
}

void sampler_client(struct sampler *sampler, const struct load_sample *sample)
{
    struct time_stats stats;
    sampler->client = *sample;
    raise_to(&sampler->peaks.client.threads, sample->threads);
    raise_to(&sampler->peaks.client.processes, sample->processes);
    raise_to(&sampler->peaks.client.connections, sample->connections);
    read_server(sampler, &stats);
}

static void take_foreign(struct sampler *sampler, uint64_t now_ns, struct run_sample *sample)
{
    foreign_server_look(sampler->target.foreign, now_ns, false);
    const struct foreign_use *const use = foreign_server_use(sampler->target.foreign);
    sample->server_processes = usage_or_0(use->processes);
    sample->server_threads = usage_or_0(use->threads);
    sample->server_connections = usage_or_0(use->connections);
    sample->server_fds = usage_or_0(use->fds);
    sample->server_rss_bytes = usage_or_0(use->rss_bytes);
    sample->server_cpu_us = usage_or_0(use->cpu_us);
    sample->server_queue = usage_or_0(use->queue);
    sample->server_overflows = usage_or_0(use->overflows);
    raise_to(&sampler->peaks.server_threads, sample->server_threads);
    raise_to(&sampler->peaks.server_connections, sample->server_connections);
}

void sampler_take(struct sampler *sampler, uint64_t now_ns, struct run_sample *sample)
{
    struct time_stats stats;
    read_server(sampler, &stats);
    processors_sample(sampler->processors);
    const bool has_begun = sampler->clients_ns != 0 && now_ns > sampler->clients_ns;
    *sample = (struct run_sample){.at_us = has_begun ? (now_ns - sampler->clients_ns) / NS_PER_US : 0,
                                  .client = sampler->client};
    if (sampler->target.foreign != NULL) {
        take_foreign(sampler, now_ns, sample);
    }
    if (sampler->target.own_server) {
        sample->server_fds = sampler->own_fds + stats.live;
        sample->server_rss_bytes = source_resident_bytes(sampler->statm);
        sample->server_cpu_us = cpu_clock_us() - sampler->began_cpu_us;
    } else if (sampler->target.observed == NULL) {
        return;
    }
    sample->server_processes = 1;
    sample->server_threads = stats.threads;
    sample->server_connections = stats.live;
    sample->server_accepted = risen(stats.total, sampler->began.total);
    sample->server_queue = stats.queue;
    sample->server_refused = risen(stats.refused, sampler->began.refused);
    sample->server_overflows = risen(stats.listen_overflows, sampler->began.listen_overflows);
    sample->server_accept_paused = stats.accept_paused ? 1 : 0;
}

const struct sampler_peaks *sampler_peaks(const struct sampler *sampler)
{
    return &sampler->peaks;
}

uint64_t sampler_most_fds(const struct sampler *sampler)
{
    return sampler->target.own_server ? sampler->own_fds + sampler->peaks.server_connections : LIMIT_UNKNOWN;
}

const struct load_totals *sampler_totals(const struct sampler *sampler)
{
    return &sampler->client.totals;
}

struct sampler_server sampler_server(const struct sampler *sampler)
{
    struct time_stats stats;
    if (sampler->target.foreign != NULL) {
        const struct foreign_use *const use = foreign_server_use(sampler->target.foreign);
        return (struct sampler_server){.overflows = usage_or_0(use->overflows), .drops = use->drops};
    }
    if (!sampler->target.own_server && sampler->target.observed == NULL) {
        return (struct sampler_server){.drops = LIMIT_UNKNOWN};
    }
    const bool counts_drops = sampler->target.own_server; /* a panel that is observed does not report them */
    read_stats(sampler, &stats);
    return (struct sampler_server){.accepted = risen(stats.total, sampler->began.total),
                                   .refused = risen(stats.refused, sampler->began.refused),
                                   .overflows = risen(stats.listen_overflows, sampler->began.listen_overflows),
                                   .drops = counts_drops ? risen(stats.listen_drops, sampler->began.listen_drops)
                                                         : LIMIT_UNKNOWN};
}

void sampler_cpu(const struct sampler *sampler, uint64_t duration_us, struct cpu_use *use)
{
    processors_use(sampler->processors, duration_us, use);
    if (sampler->client_reports_cpu) {
        use->client_us = sampler->client.cpu_us;
    }
    if (!sampler->target.own_server) {
        const struct foreign_server *const foreign = sampler->target.foreign;
        use->server_us = foreign != NULL ? usage_or_0(foreign_server_use(foreign)->cpu_us) : 0;
    }
}

uint64_t sampler_first_total(const struct sampler *sampler)
{
    return sampler->began.total;
}
