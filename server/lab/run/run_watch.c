#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/lab/run/environment.h"
#include "server/lab/run/event.h"
#include "server/lab/run/host.h"
#include "server/lab/run/run_watch_parts.h"

enum {
    SAMPLE_LEAST_MS = 5,  /* lines that waited together behind a slow store make one sample */
    SAMPLE_MOST_MS = 150, /* the server is sampled even when the generator, which reports every 100 ms, is late */
    FLUSH_MS = 1000,
    FIRST_FLUSH_MS = 200, /* so that a panel that dies early leaves something of the run */
    DRAIN_MS = 200,
    OBSERVED_DRAIN_MS = 1000, /* what is observed is known a tenth of a second later */
    DRAIN_POLL_MS = 5,
    STALL_MS = 30000,
    AHEAD_MOST_MS = 3000, /* generators of one run agree on a moment that is yet to come (world_meet) */
    PARTS_TRIES = 10, /* after so many failures at its end a run is finished without the parts that cannot be stored */
};

/* --- before it runs --- */

/* Resolved again for every start: a name may have come to mean another machine since the run was accepted. */
static void resolve_target(struct run_watch *watch)
{
    struct net_address own;
    struct err err;
    time_server_address(watch->config.server, &own);
    /* It was checked when it was accepted, but another version or program may have stored it. */
    if (run_spec_check(&watch->run.spec, &err) != RESULT_OK ||
        target_resolve(watch->run.spec.target, &own, watch->config.targets, &watch->target, &err) != RESULT_OK) {
        watch->target = (struct target){.is_own = false};
        snprintf(watch->how, sizeof watch->how, "was not started: %s", err.message);
    }
    _Static_assert(sizeof watch->run.resolved == sizeof watch->target.resolved, "both hold the same text");
    memcpy(watch->run.resolved, watch->target.resolved, sizeof watch->run.resolved);
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
    resolve_target(new);
    enum result result = run_record_init(&new->record, err);
    if (result == RESULT_OK) {
        result = run_watch_find_server(new, err);
    }
    if (result == RESULT_OK) {
        result = run_usage_open(&new->usage, new->foreign, new->target.is_own, err);
    }
    if (result == RESULT_OK &&
        !environment_json(store_sqlite_version(), new->run.environment, sizeof new->run.environment)) {
        result = err_set(err, RESULT_NO_MEMORY, "no memory to describe the environment");
    }
    if (result == RESULT_OK) {
        host_read("", &new->run.host);
        *watch = new;
    } else {
        run_watch_destroy(new);
    }
    return result;
}

void run_watch_destroy(struct run_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    if (watch->observed != NULL) {
        observed_server_end(watch->observed);
    }
    launcher_destroy(watch->launcher);
    run_usage_close(&watch->usage);
    foreign_server_close(watch->foreign);
    run_record_free(&watch->record);
    free(watch->result);
    free(watch);
}

enum result run_watch_mark(struct run_watch *watch, struct err *err)
{
    run_watch_describe_server(watch);
    watch->run.started_ms = clock_utc_ms();
    watch->run.status = RUN_STATUS_RUNNING;
    const enum result result = store_run_started(watch->config.store, &watch->run, err);
    if (result == RESULT_OK) {
        observer_run(&watch->config.observer, &watch->run);
    }
    return result;
}

/* --- what both sides report --- */

static void take_sample(struct run_watch *watch)
{
    struct run_sample sample;
    watch->sampled_ns = clock_now_ns();
    sampler_take(watch->sampler, watch->sampled_ns, &sample);
    run_usage_look(&watch->usage, watch->sampled_ns, sample.server_queue);
    if (sample.at_us > 0 || !watch->has_first) {
        run_record_add_sample(&watch->record, &sample); /* one of how it was before the clients began */
        watch->has_first = true;
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
    watch->run.source_addresses = event->start.source_addresses;
    /* A generator with another clock begins when its report arrives. */
    watch->clients_ns = began >= watch->started_ns && began <= now + AHEAD_MOST_MS * NS_PER_MS ? began : now;
    sampler_count_from(watch->sampler, watch->clients_ns);
    if (watch->record.transcript != NULL) {
        transcript_begin(watch->record.transcript, watch->clients_ns);
    }
    run_record_set_limits(&watch->record, LIMIT_SIDE_CLIENT, event->start.limits, event->start.limit_count);
    if (watch->run.spec.ranks > 1) {
        watch->cpu_from_ns = now;
        sampler_clients_begin(watch->sampler);
    }
}

static void on_result(struct run_watch *watch, struct report_event *event)
{
    if (watch->result != NULL) {
        return;
    }
    watch->result = event->result;
    event->result = NULL;
    if (watch->run.spec.ranks > 1) {
        watch->cpu_until_ns = clock_now_ns();
        sampler_clients_end(watch->sampler);
    }
}

static void on_error(struct run_watch *watch, const struct report_event *event)
{
    const struct error_trace *const trace = &event->error;
    if (trace->client < watch->run.spec.count && traces_add(watch->record.traces, trace)) {
        transcript_failure(watch->record.transcript, trace->at_us, trace->client, trace->message);
    }
}

static void on_usage(struct run_watch *watch, const struct report_event *event)
{
    struct time_stats stats;
    time_server_stats(watch->config.server, &stats);
    run_usage_add(&watch->usage, &event->usage, stats.queue);
}

static void on_event(struct report_event *event, void *arg)
{
    struct run_watch *const watch = arg;
    switch (event->type) {
    case REPORT_START:
        patience_begin(&watch->silence);
        on_start(watch, event);
        break;
    case REPORT_SAMPLE:
        patience_begin(&watch->silence);
        sampler_client(watch->sampler, &event->sample);
        take_sample_after(watch, SAMPLE_LEAST_MS);
        break;
    case REPORT_ERROR:
        on_error(watch, event);
        break;
    case REPORT_USAGE:
        patience_begin(&watch->silence);
        on_usage(watch, event);
        break;
    case REPORT_LOG:
        transcript_client(watch->record.transcript, event->log.at_us, event->log.text);
        break;
    case REPORT_RANK:
        patience_begin(&watch->silence);
        run_ranks_add(&watch->record.ranks, &event->rank, watch->run.spec.ranks);
        break;
    case REPORT_RESULT:
        patience_begin(&watch->silence);
        on_result(watch, event);
        break;
    case REPORT_END:
        watch->end_seen = true;
        watch->end = event->end.status;
        watch->end_errno = event->end.error_number;
        snprintf(watch->end_message, sizeof watch->end_message, "%s", event->end.message);
        break;
    }
}

void run_watch_launch(struct run_watch *watch)
{
    struct err err;
    counters_read("", &watch->counters);
    watch->started_ns = watch->ended_ns = watch->cpu_from_ns = clock_now_ns();
    patience_begin(&watch->silence);
    watch->flush_at_ns = watch->started_ns + FIRST_FLUSH_MS * NS_PER_MS;
    sampler_begin(watch->sampler, watch->run.spec.count, run_watch_server_side(watch));
    take_sample(watch);
    watch->record.transcript =
        transcript_create(0, watch->target.is_own ? watch->config.server : NULL, sampler_first_total(watch->sampler));
    if (watch->record.transcript == NULL) {
        snprintf(watch->how, sizeof watch->how, "was not started: no memory for the transcript");
    }
    if (watch->how[0] == '\0' && launcher_start(&watch->config.programs, &watch->run.spec, watch->target.addresses,
                                                &watch->launcher, &err) != RESULT_OK) {
        watch->end_errno = err.error_number;
        snprintf(watch->how, sizeof watch->how, "was not started: %s", err.message);
    }
}

/* --- while it runs --- */

static void follow_logs(struct run_watch *watch)
{
    struct run_log rows[TRANSCRIPT_LIVE_MOST];
    if (watch->record.transcript == NULL) {
        return;
    }
    transcript_server(watch->record.transcript);
    const size_t count = transcript_take_live(watch->record.transcript, rows);
    for (size_t i = 0; i < count; i++) {
        observer_notify(&watch->config.observer,
                        &(struct event){.type = EVENT_LOG, .run = watch->run.id, .log = &rows[i]});
    }
}

static void end_silent(struct run_watch *watch)
{
    const uint64_t stall_ms = watch->config.stall_ms != 0 ? watch->config.stall_ms : STALL_MS;
    if (launcher_is_suspended(watch->launcher)) {
        patience_begin(&watch->silence); /* whoever suspended it will let it go on, or cancel the run */
    }
    if (!watch->end_seen && patience_look(&watch->silence) > stall_ms * NS_PER_MS) {
        launcher_kill(watch->launcher, "stopped reporting");
    }
}

/* A generator that is blocked in the kernel cannot keep its own deadlines. */
static void end_waiting(struct run_watch *watch, uint64_t now_ns)
{
    const bool over = watch->end_seen || watch->memory_waits == MEMORY_WAITS;
    if (over || now_ns - watch->memory_looked_ns < NS_PER_S) {
        return;
    }
    watch->memory_looked_ns = now_ns;
    watch->memory_waits = launcher_waits_for_memory(watch->launcher) ? watch->memory_waits + 1 : 0;
    if (watch->memory_waits == MEMORY_WAITS) {
        launcher_kill(watch->launcher, "waited for memory");
    }
}

void run_watch_tick(struct run_watch *watch)
{
    if (watch->phase != WATCH_RUNNING) {
        return;
    }
    const uint64_t now = clock_now_ns();
    take_sample_after(watch, SAMPLE_MOST_MS);
    follow_logs(watch);
    if (watch->launcher != NULL) {
        end_silent(watch);
        end_waiting(watch, now);
    }
    if (now >= watch->flush_at_ns) {
        struct err err;
        watch->flush_at_ns = now + FLUSH_MS * NS_PER_MS;
        if (run_record_flush(&watch->record, watch->config.store, watch->run.id, &err) != RESULT_OK) {
            log_warning("run %" PRId64 " goes on, its results stay in memory: %s", watch->run.id, err.message);
        }
    }
}

static void stop_generator(struct run_watch *watch)
{
    if (watch->launcher != NULL) {
        launcher_stop(watch->launcher);
    }
}

void run_watch_cancel(struct run_watch *watch)
{
    watch->cancelled = true;
    stop_generator(watch);
}

void run_watch_interrupt(struct run_watch *watch)
{
    watch->interrupted = true;
    stop_generator(watch);
}

/* --- its end --- */

/* The server may still be taking the last connections out of its accept queue. One that is observed has to say so after
 * the end. */
static bool is_drained(const struct run_watch *watch)
{
    const uint64_t connected =
        watch->result != NULL ? watch->result->totals.connected : sampler_totals(watch->sampler)->connected;
    const uint64_t waited_ms = (clock_now_ns() - watch->ended_ns) / NS_PER_MS;
    const bool accepted_all = sampler_server(watch->sampler).accepted >= connected;
    struct observation observation;
    if (watch->observed != NULL) {
        observed_server_look(watch->observed, &observation);
        return (accepted_all && observation.at_ns >= watch->ended_ns) || waited_ms >= OBSERVED_DRAIN_MS;
    }
    return !watch->target.is_own || accepted_all || waited_ms >= DRAIN_MS;
}

bool run_watch_step(struct run_watch *watch)
{
    if (watch->phase == WATCH_RUNNING &&
        (watch->launcher == NULL || !launcher_step(watch->launcher, on_event, watch))) {
        watch->ended_ns = clock_now_ns();
        watch->phase = WATCH_DRAINING;
    }
    if (watch->phase == WATCH_DRAINING && is_drained(watch)) {
        take_sample(watch);
        follow_logs(watch);
        run_watch_conclude(watch);
        watch->phase = WATCH_OVER;
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
    case WATCH_DRAINING:
        return DRAIN_POLL_MS;
    case WATCH_OVER:
        return -1;
    }
    return -1;
}

enum result run_watch_finish(struct run_watch *watch, struct err *err)
{
    const enum result parts = run_record_flush(&watch->record, watch->config.store, watch->run.id, err);
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
