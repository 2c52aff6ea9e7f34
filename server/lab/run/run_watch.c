/* The phases: RUNNING while the generator lives; SETTLING, for up to 200 ms, until the server has counted what the
 * clients connected; OVER when the outcome is known and only the store has to take it. */
#include "server/lab/run/run_watch.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/store_parts.h"
#include "loadgen/limits/limits.h"
#include "loadgen/verdict/verdict_json.h"
#include "server/lab/run/binding.h"
#include "server/lab/run/environment.h"
#include "server/lab/run/event.h"
#include "server/lab/run/outcome.h"
#include "server/lab/run/target.h"
#include "server/lab/run/traces.h"
#include "server/lab/run/transcript.h"

enum {
    SAMPLES_MOST = 6000,  /* not stored yet: ten minutes of a store that fails */
    SAMPLE_LEAST_MS = 5,  /* a heap of lines that waited behind a slow store is one sample */
    SAMPLE_MOST_MS = 150, /* a generator that is late does not make the server's side blind; it tells every 100 ms */
    FLUSH_MS = 1000,
    FIRST_FLUSH_MS = 200, /* a panel that dies early should leave something of the run, too */
    SETTLE_MS = 200,
    SETTLE_POLL_MS = 5,
    STALL_MS = 30000,
    PARTS_TRIES = 10, /* after so many failures at the end a run is finished without the parts that do not go in */
};

enum watch_phase { WATCH_RUNNING, WATCH_SETTLING, WATCH_OVER };

struct run_watch {
    struct run_watch_config config;
    struct sampler *sampler;
    enum watch_phase phase;
    struct run run;
    struct target target;
    struct launcher *launcher;
    char how[LAUNCHER_END_TEXT_SIZE]; /* how the generator ended, or why it was not started */

    uint64_t started_ns;
    uint64_t heard_ns;     /* the newest sign of life */
    uint64_t sampled_ns;   /* when the last sample was taken */
    uint64_t generator_us; /* when the generator's clock began, since the run was started */
    uint64_t ended_ns;
    struct load_result *result;
    bool end_seen, cancelled, interrupted;
    enum load_end end;
    char end_message[256];

    struct transcript *transcript;
    struct traces *traces;
    struct run_sample *samples; /* not stored yet */
    size_t sample_count;
    struct limit_value limits[2][LIMIT_COUNT]; /* by side, as they were when it began */
    size_t limit_count[2];
    bool limits_stored[2];
    struct counters counters;     /* the kernel's, when it began */
    struct predict_server server; /* as it was when it began */
    uint64_t flush_at_ns;
    unsigned tries;
};

/* --- before it runs --- */

static void describe_server(struct run_watch *watch)
{
    struct time_stats stats;
    struct run *const run = &watch->run;
    run->server_known = watch->target.is_own;
    if (run->server_known) {
        time_server_stats(watch->config.server, &stats);
        snprintf(run->server_model, sizeof run->server_model, "%s", time_model_name(stats.model));
        run->server_backlog = stats.backlog;
        watch->server = binding_server(&stats, stats.model);
        watch->limit_count[LIMIT_SIDE_SERVER] =
            limits_read(LIMIT_SIDE_SERVER, stats.backlog, watch->limits[LIMIT_SIDE_SERVER]);
    }
}

/* Resolved again for every start: a name may have come to mean another machine since the run was accepted. */
static void resolve_target(struct run_watch *watch)
{
    struct net_address own;
    struct err err;
    time_server_address(watch->config.server, &own);
    if (target_resolve(watch->run.spec.target, &own, watch->config.targets, &watch->target, &err) != RESULT_OK) {
        watch->target = (struct target){.is_own = false};
        snprintf(watch->how, sizeof watch->how, "was not started: %s", err.message);
    }
}

enum result run_watch_create(const struct run_watch_config *config, struct sampler *sampler, const struct run *run,
                             struct run_watch **watch, struct err *err)
{
    struct run_watch *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a run");
    }
    new->config = *config;
    new->sampler = sampler;
    new->run = *run;
    new->traces = traces_create();
    new->samples = calloc(SAMPLES_MOST, sizeof *new->samples);
    if (new->traces == NULL || new->samples == NULL) {
        run_watch_destroy(new);
        return err_set(err, RESULT_NO_MEMORY, "no memory for a run");
    }
    resolve_target(new);
    if (!environment_json(store_sqlite_version(), new->run.environment, sizeof new->run.environment)) {
        run_watch_destroy(new);
        return err_set(err, RESULT_NO_MEMORY, "no memory to describe the environment");
    }
    *watch = new;
    return RESULT_OK;
}

void run_watch_destroy(struct run_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    launcher_destroy(watch->launcher);
    transcript_destroy(watch->transcript);
    traces_destroy(watch->traces);
    free(watch->samples);
    free(watch->result);
    free(watch);
}

enum result run_watch_mark(struct run_watch *watch, struct err *err)
{
    describe_server(watch);
    watch->run.started_ms = clock_utc_ms();
    watch->run.status = RUN_STATUS_RUNNING;
    const enum result result = store_run_started(watch->config.store, &watch->run, err);
    if (result == RESULT_OK) {
        observer_run(&watch->config.observer, &watch->run);
    }
    return result;
}

/* --- what both sides tell --- */

static void take_sample(struct run_watch *watch)
{
    struct run_sample sample;
    watch->sampled_ns = clock_now_ns();
    sampler_take(watch->sampler, watch->sampled_ns, &sample);
    if (watch->sample_count < SAMPLES_MOST) {
        watch->samples[watch->sample_count++] = sample;
    }
    observer_notify(&watch->config.observer,
                    &(struct event){.type = EVENT_SAMPLE, .run = watch->run.id, .sample = &sample});
}

static void take_sample_after(struct run_watch *watch, uint64_t least_ms)
{
    if (clock_now_ns() - watch->sampled_ns >= least_ms * NS_PER_MS) {
        take_sample(watch);
    }
}

static void on_start(struct run_watch *watch, const struct report_event *event)
{
    const uint64_t now = clock_now_ns();
    const uint64_t began = event->start.monotonic_ns;
    /* A generator whose clock is not ours begins when it is heard. */
    watch->generator_us = ((began >= watch->started_ns && began <= now ? began : now) - watch->started_ns) / NS_PER_US;
    const size_t count = event->start.limit_count < LIMIT_COUNT ? event->start.limit_count : LIMIT_COUNT;
    memcpy(watch->limits[LIMIT_SIDE_CLIENT], event->start.limits, count * sizeof event->start.limits[0]);
    for (size_t i = 0; i < count; i++) {
        watch->limits[LIMIT_SIDE_CLIENT][i].side = LIMIT_SIDE_CLIENT;
    }
    watch->limit_count[LIMIT_SIDE_CLIENT] = count;
}

static void on_error(struct run_watch *watch, const struct report_event *event)
{
    struct error_trace trace = event->error;
    trace.at_us += watch->generator_us;
    if (trace.client < watch->run.spec.count && traces_add(watch->traces, &trace)) {
        transcript_failure(watch->transcript, trace.at_us, trace.client, trace.message);
    }
}

static void on_event(struct report_event *event, void *arg)
{
    struct run_watch *const watch = arg;
    switch (event->type) {
    case REPORT_START:
        watch->heard_ns = clock_now_ns();
        on_start(watch, event);
        break;
    case REPORT_SAMPLE:
        watch->heard_ns = clock_now_ns();
        sampler_client(watch->sampler, &event->sample);
        take_sample_after(watch, SAMPLE_LEAST_MS);
        break;
    case REPORT_ERROR:
        on_error(watch, event);
        break;
    case REPORT_LOG:
        transcript_client(watch->transcript, event->log.at_us + watch->generator_us, event->log.text);
        break;
    case REPORT_RESULT:
        watch->heard_ns = clock_now_ns();
        if (watch->result == NULL) {
            watch->result = event->result;
            event->result = NULL;
        }
        break;
    case REPORT_END:
        watch->end_seen = true;
        watch->end = event->end.status;
        snprintf(watch->end_message, sizeof watch->end_message, "%s", event->end.message);
        break;
    }
}

void run_watch_launch(struct run_watch *watch)
{
    struct err err;
    counters_read("", &watch->counters);
    watch->started_ns = watch->heard_ns = watch->ended_ns = clock_now_ns();
    watch->flush_at_ns = watch->started_ns + FIRST_FLUSH_MS * NS_PER_MS;
    sampler_begin(watch->sampler, watch->run.spec.count, watch->target.is_own, watch->started_ns);
    take_sample(watch);
    watch->transcript = transcript_create(watch->started_ns, watch->target.is_own ? watch->config.server : NULL,
                                          sampler_first_total(watch->sampler));
    if (watch->transcript == NULL) {
        snprintf(watch->how, sizeof watch->how, "was not started: no memory for the transcript");
    }
    if (watch->how[0] == '\0' && launcher_start(watch->config.generator, &watch->run.spec, watch->target.address,
                                                &watch->launcher, &err) != RESULT_OK) {
        snprintf(watch->how, sizeof watch->how, "was not started: %s", err.message);
    }
}

/* --- while it runs --- */

/* Each part leaves its memory only when the store has it. */
static enum result flush_limits(struct run_watch *watch, struct err *err)
{
    for (size_t side = 0; side < 2; side++) {
        if (watch->limit_count[side] == 0 || watch->limits_stored[side]) {
            continue;
        }
        if (store_limits_put(watch->config.store, watch->run.id, watch->limits[side], watch->limit_count[side], err) !=
            RESULT_OK) {
            return err->code;
        }
        watch->limits_stored[side] = true;
    }
    return RESULT_OK;
}

static enum result flush_logs(struct run_watch *watch, struct err *err)
{
    size_t count = 0;
    if (watch->transcript == NULL) {
        return RESULT_OK;
    }
    const struct run_log *const rows = transcript_rows(watch->transcript, &count);
    if (count > 0 && store_logs_add(watch->config.store, watch->run.id, rows, count, err) != RESULT_OK) {
        return err->code;
    }
    transcript_stored(watch->transcript, count);
    return RESULT_OK;
}

static enum result flush_traces(struct run_watch *watch, struct err *err)
{
    size_t count = 0;
    const struct error_trace *const rows = traces_rows(watch->traces, &count);
    if (count > 0 && store_traces_add(watch->config.store, watch->run.id, rows, count, err) != RESULT_OK) {
        return err->code;
    }
    traces_stored(watch->traces, count);
    return RESULT_OK;
}

static enum result flush(struct run_watch *watch, struct err *err)
{
    enum result result = flush_limits(watch, err);
    if (result == RESULT_OK && watch->sample_count > 0) {
        result = store_samples_add(watch->config.store, watch->run.id, watch->samples, watch->sample_count, err);
        watch->sample_count = result == RESULT_OK ? 0 : watch->sample_count;
    }
    if (result == RESULT_OK) {
        result = flush_traces(watch, err);
    }
    return result == RESULT_OK ? flush_logs(watch, err) : result;
}

static void follow_logs(struct run_watch *watch)
{
    struct run_log rows[TRANSCRIPT_LIVE_MOST];
    if (watch->transcript == NULL) {
        return;
    }
    transcript_server(watch->transcript);
    const size_t count = transcript_take_live(watch->transcript, rows);
    for (size_t i = 0; i < count; i++) {
        observer_notify(&watch->config.observer,
                        &(struct event){.type = EVENT_LOG, .run = watch->run.id, .log = &rows[i]});
    }
}

void run_watch_tick(struct run_watch *watch)
{
    if (watch->phase != WATCH_RUNNING) {
        return;
    }
    const uint64_t now = clock_now_ns();
    const uint64_t stall_ms = watch->config.stall_ms != 0 ? watch->config.stall_ms : STALL_MS;
    take_sample_after(watch, SAMPLE_MOST_MS);
    follow_logs(watch);
    if (watch->launcher != NULL && !watch->end_seen && now - watch->heard_ns > stall_ms * NS_PER_MS) {
        launcher_kill(watch->launcher, "stopped reporting");
    }
    if (now >= watch->flush_at_ns) {
        struct err err;
        watch->flush_at_ns = now + FLUSH_MS * NS_PER_MS;
        if (flush(watch, &err) != RESULT_OK) {
            log_warning("run %" PRId64 " goes on, what it tells is kept in memory: %s", watch->run.id, err.message);
        }
    }
}

void run_watch_cancel(struct run_watch *watch)
{
    watch->cancelled = true;
    if (watch->launcher != NULL) {
        launcher_stop(watch->launcher);
    }
}

void run_watch_interrupt(struct run_watch *watch)
{
    watch->interrupted = true;
    if (watch->launcher != NULL) {
        launcher_stop(watch->launcher);
    }
}

/* --- its end --- */

static void find_verdict(struct run_watch *watch, enum bottleneck bottleneck)
{
    struct limit_value values[2 * LIMIT_COUNT];
    const size_t of_client = watch->limit_count[LIMIT_SIDE_CLIENT];
    const size_t of_server = watch->limit_count[LIMIT_SIDE_SERVER];
    memcpy(values, watch->limits[LIMIT_SIDE_CLIENT], of_client * sizeof values[0]);
    memcpy(values + of_client, watch->limits[LIMIT_SIDE_SERVER], of_server * sizeof values[0]);
    const struct launcher_end *const end = watch->launcher != NULL ? launcher_end(watch->launcher) : NULL;
    struct diagnose_case facts = {
        .run = {.server = watch->server, .spread_sources = target_spreads_sources(&watch->target)},
        .values = values,
        .count = of_client + of_server,
        .bottleneck = bottleneck,
        .killed = end != NULL && end->kind == LAUNCHER_SIGNALLED && end->number == SIGKILL,
    };
    binding_find(&facts, &watch->counters, &watch->run);
}

/* Returns what it means. */
static enum bottleneck keep_cpu(struct run_watch *watch)
{
    struct cpu_use use;
    struct run *const run = &watch->run;
    sampler_cpu(watch->sampler, (watch->ended_ns - watch->started_ns) / NS_PER_US, &use);
    cJSON *const json = bottleneck_to_json(&use);
    if (json == NULL || !cJSON_PrintPreallocated(json, run->cpu, sizeof run->cpu, 0)) {
        run->cpu[0] = '\0'; /* half an object is none */
    }
    cJSON_Delete(json);
    return bottleneck_find(&use);
}

static void conclude(struct run_watch *watch)
{
    take_sample(watch);
    follow_logs(watch);
    if (watch->transcript != NULL) {
        transcript_close(watch->transcript);
    }
    if (watch->launcher != NULL) {
        launcher_end_describe(launcher_end(watch->launcher), watch->how);
    }
    const struct sampler_peaks *const peaks = sampler_peaks(watch->sampler);
    struct outcome_evidence evidence = {
        .result = watch->result,
        .last = *sampler_totals(watch->sampler),
        .peaks = peaks->client,
        .end_seen = watch->end_seen,
        .end = watch->end,
        .end_message = watch->end_message,
        .how = watch->how,
        .cancelled = watch->cancelled,
        .interrupted = watch->interrupted,
        .elapsed_us = (watch->ended_ns - watch->started_ns) / NS_PER_US,
        .generator_us = watch->generator_us,
    };
    evidence.seen = traces_groups(watch->traces, &evidence.seen_count);
    outcome_of(&evidence, &watch->run);
    if (watch->result != NULL && memcmp(&watch->result->totals, &watch->run.totals, sizeof watch->run.totals) != 0) {
        free(watch->result); /* it did not add up: its histograms are not to be believed either */
        watch->result = NULL;
    }
    watch->run.peak_server_threads = peaks->server_threads;
    watch->run.peak_server_connections = peaks->server_connections;
    const struct sampler_server server = sampler_server(watch->sampler);
    watch->run.server_accepted = server.accepted;
    watch->run.server_listen_overflows = server.overflows;
    watch->run.server_refused = server.refused;
    find_verdict(watch, keep_cpu(watch));
    watch->run.finished_ms = clock_utc_ms();
    watch->phase = WATCH_OVER;
}

/* The server may still be taking the last connections out of its accept queue. */
static bool is_settled(const struct run_watch *watch)
{
    const uint64_t connected =
        watch->result != NULL ? watch->result->totals.connected : sampler_totals(watch->sampler)->connected;
    return !watch->target.is_own || sampler_server(watch->sampler).accepted >= connected ||
           clock_now_ns() - watch->ended_ns >= SETTLE_MS * NS_PER_MS;
}

bool run_watch_step(struct run_watch *watch)
{
    if (watch->phase == WATCH_RUNNING &&
        (watch->launcher == NULL || !launcher_step(watch->launcher, on_event, watch))) {
        watch->ended_ns = clock_now_ns();
        watch->phase = WATCH_SETTLING;
    }
    if (watch->phase == WATCH_SETTLING && is_settled(watch)) {
        conclude(watch);
    }
    return watch->phase != WATCH_OVER;
}

size_t run_watch_poll_fds(const struct run_watch *watch, struct pollfd fds[LAUNCHER_FDS])
{
    return watch->phase == WATCH_RUNNING && watch->launcher != NULL ? launcher_poll_fds(watch->launcher, fds) : 0;
}

int run_watch_poll_ms(const struct run_watch *watch)
{
    switch (watch->phase) {
    case WATCH_RUNNING:
        return watch->launcher != NULL ? -1 : 0;
    case WATCH_SETTLING:
        return SETTLE_POLL_MS;
    case WATCH_OVER:
        return -1;
    }
    return -1;
}

enum result run_watch_finish(struct run_watch *watch, struct err *err)
{
    const enum result parts = flush(watch, err);
    if (parts == RESULT_STORE && ++watch->tries < PARTS_TRIES) {
        return parts;
    }
    if (parts != RESULT_OK) {
        log_error("run %" PRId64 ": parts of it cannot be stored: %s", watch->run.id, err->message);
    }
    const struct hist *const latency = watch->result != NULL ? watch->result->latency : NULL;
    const enum result result = store_run_finished(watch->config.store, &watch->run, latency, err);
    if (result == RESULT_OK) {
        observer_run(&watch->config.observer, &watch->run);
    }
    return result;
}

const struct run *run_watch_run(struct run_watch *watch)
{
    if (watch->phase != WATCH_OVER) {
        const struct sampler_peaks *const peaks = sampler_peaks(watch->sampler);
        watch->run.totals = *sampler_totals(watch->sampler);
        watch->run.peaks = peaks->client;
        watch->run.peak_server_threads = peaks->server_threads;
        watch->run.peak_server_connections = peaks->server_connections;
    }
    return &watch->run;
}
