#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "loadgen/limits/limits.h"
#include "loadgen/verdict/pace.h"
#include "loadgen/watch/foreign_write.h"
#include "server/lab/run/outcome.h"
#include "server/lab/run/run_watch_parts.h"

static bool is_elsewhere(const struct run_watch *watch)
{
    return watch->run.spec.ranks > 1 && watch->config.programs.ranks.hostfile != NULL;
}

/* Those of a generator are the panel's, lowered by the run; of several, those where most clients failed. */
static void find_client_limits(struct run_watch *watch)
{
    struct limit_value values[LIMIT_COUNT];
    const struct load_rank *const worst = run_ranks_worst(&watch->record.ranks);
    const struct load_rank *const host = worst != NULL ? run_ranks_first(&watch->record.ranks, worst) : NULL;
    if (host != NULL && host->limit_count > 0) {
        run_record_set_limits(&watch->record, LIMIT_SIDE_CLIENT, host->limits, host->limit_count);
    }
    if (watch->record.limit_count[LIMIT_SIDE_CLIENT] > 0 || is_elsewhere(watch)) {
        return;
    }
    /* the generator did not come to report its own */
    const size_t count = limits_read(LIMIT_SIDE_CLIENT, 0, values);
    predict_confine(&watch->run.spec, values, count);
    run_record_set_limits(&watch->record, LIMIT_SIDE_CLIENT, values, count);
}

static enum fact_side late_side(const struct run_watch *watch, const struct cpu_use *use)
{
    const struct run *const run = &watch->run;
    uint64_t wait_ns = 0;
    if (watch->result != NULL) {
        wait_ns = hist_summary(&watch->result->latency[LATENCY_CONNECT]).mean_ns +
                  run->spec.requests * hist_summary(&watch->result->latency[LATENCY_REPLY]).mean_ns;
    }
    return pace_late_side(&run->spec, &run->start, run->totals.started, wait_ns, bottleneck_side(use));
}

static void find_verdict(struct run_watch *watch, const struct cpu_use *use)
{
    struct limit_value values[2 * LIMIT_COUNT];
    find_client_limits(watch);
    const size_t count = run_record_limits(&watch->record, values);
    const struct launcher_end *const end = watch->launcher != NULL ? launcher_end(watch->launcher) : NULL;
    struct listeners_gone gone = {.count = 0};
    struct diagnose_case facts = {
        .run = {.server = watch->server,
                .elsewhere = is_elsewhere(watch),
                .loopback = net_list_loopback(watch->target.addresses),
                .source_addresses = watch->run.source_addresses},
        .values = values,
        .count = count,
        .bottleneck = run_verdict_cpu(use, &watch->run),
        .client_cpu_us = use->client_us,
        .signal = end != NULL && end->kind == LAUNCHER_SIGNALLED && end->reason[0] == '\0' ? end->number : 0,
        .waited_for_memory = watch->memory_waits == MEMORY_WAITS,
        .counted = true,
        .start_errno = watch->result == NULL ? watch->end_errno : 0,
        .listener = watch->run.totals.failed > 0 ? target_listener(&watch->target, watch->run.spec.count, &gone)
                                                 : LISTENER_UNKNOWN,
        .listener_before = watch->listener_before,
    };
    facts.gone = gone;
    facts.listen_drops = sampler_server(watch->sampler).drops;
    memcpy(facts.risen, use->risen[LIMIT_SIDE_CLIENT], sizeof facts.risen);
    memcpy(facts.server_risen, use->risen[LIMIT_SIDE_SERVER], sizeof facts.server_risen);
    facts.failed = watch->result != NULL ? watch->result->failed : (struct load_order){FACT_UNKNOWN, FACT_UNKNOWN};
    facts.slowest_ns = watch->result != NULL ? hist_summary(&watch->result->latency[LATENCY_CLIENT]).max_ns : 0;
    if (facts.signal == SIGKILL) {
        run_usage_add_killed(&watch->usage);
    }
    run_usage_describe(&watch->usage, watch->result, sampler_most_fds(watch->sampler), &facts);
    watch->run.late_side = late_side(watch, use);
    run_verdict_find(&facts, &watch->run);
    run_ranks_name(&watch->record.ranks, &watch->run.verdict);
    const struct group_usage *const at_failure = diagnose_usage(&facts);
    run_record_set_use(&watch->record, at_failure != NULL ? at_failure->used : NULL, facts.peak);
}

static void explain(struct run_watch *watch)
{
    struct cpu_use use;
    struct counters after;
    counters_read("", &after);
    const uint64_t until_ns = watch->cpu_until_ns != 0 ? watch->cpu_until_ns : watch->ended_ns;
    sampler_cpu(watch->sampler, (until_ns - watch->cpu_from_ns) / NS_PER_US, &use);
    if (is_elsewhere(watch)) {
        use.client_us = 0; /* not of this machine's processors */
    }
    counters_risen(&watch->counters, &after, use.risen[LIMIT_SIDE_CLIENT]);
    use.apart = !watch->server.known || watch->server.elsewhere;
    if (watch->foreign != NULL) {
        foreign_server_risen(watch->foreign, use.risen[LIMIT_SIDE_SERVER]);
    }
    find_verdict(watch, &use);
}

/* What is known of an observed server is then from before the end. */
static void say_unanswered(struct run_watch *watch)
{
    struct observation observation;
    if (watch->observed == NULL) {
        return;
    }
    observed_server_look(watch->observed, &observation);
    if (observation.at_ns < watch->ended_ns && watch->run.message[0] == '\0') {
        snprintf(watch->run.message, sizeof watch->run.message,
                 "the observed panel did not answer at the end: the numbers of the server are those of %llu ms before",
                 (unsigned long long)((watch->ended_ns - observation.at_ns) / NS_PER_MS));
    }
}

static uint64_t elapsed_us(const struct run_watch *watch)
{
    const uint64_t from_ns = watch->clients_ns != 0 ? watch->clients_ns : watch->started_ns;
    return watch->ended_ns > from_ns ? (watch->ended_ns - from_ns) / NS_PER_US : 0;
}

void run_watch_conclude(struct run_watch *watch)
{
    if (watch->record.transcript != NULL) {
        transcript_close(watch->record.transcript);
    }
    if (watch->launcher != NULL) {
        launcher_end_describe(launcher_end(watch->launcher), watch->how);
    }
    if (watch->foreign != NULL) {
        foreign_server_look(watch->foreign, watch->ended_ns, true);
        foreign_describe(watch->foreign, watch->run.server_process, sizeof watch->run.server_process);
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
        .lost = watch->launcher != NULL && launcher_end(watch->launcher)->lost,
        .cancelled = watch->cancelled,
        .interrupted = watch->interrupted,
        .elapsed_us = elapsed_us(watch),
    };
    evidence.seen = traces_groups(watch->record.traces, &evidence.seen_count);
    outcome_of(&evidence, &watch->run);
    if (watch->result != NULL && memcmp(&watch->result->totals, &watch->run.totals, sizeof watch->run.totals) != 0) {
        free(watch->result); /* it did not add up, so its histograms cannot be trusted either */
        watch->result = NULL;
    }
    watch->run.peak_server_threads = peaks->server_threads;
    watch->run.peak_server_connections = peaks->server_connections;
    const struct sampler_server server = sampler_server(watch->sampler);
    watch->run.server_accepted = server.accepted;
    watch->run.server_listen_overflows = server.overflows;
    watch->run.server_refused = server.refused;
    explain(watch);
    say_unanswered(watch);
    const int64_t took_ms = (int64_t)((watch->ended_ns - watch->started_ns) / NS_PER_MS);
    watch->run.finished_ms = clock_utc_ms_from(watch->run.started_ms + took_ms);
}
