/* The server's side of a run: the TIME server, one that is observed, or one of somebody else that is watched. */
#include <stdio.h>

#include "loadgen/limits/limits.h"
#include "loadgen/watch/foreign_write.h"
#include "server/lab/run/run_watch_parts.h"

static void describe_observed(struct run_watch *watch)
{
    struct observation observation;
    struct limit_value values[LIMIT_COUNT];
    struct run *const run = &watch->run;
    observed_server_look(watch->observed, &observation);
    run->server_known = true;
    snprintf(run->server_model, sizeof run->server_model, "%s", time_model_name(observation.stats.model));
    run->server_backlog = observation.stats.backlog;
    watch->server = run_verdict_server(&observation.stats, observation.stats.model);
    watch->server.elsewhere = true;
    run_record_set_limits(&watch->record, LIMIT_SIDE_SERVER, values, observed_server_limits(watch->observed, values));
}

void run_watch_describe_server(struct run_watch *watch)
{
    struct time_stats stats;
    struct limit_value values[LIMIT_COUNT];
    struct run *const run = &watch->run;
    run->server_known = watch->target.is_own;
    if (run->server_known) {
        time_server_stats(watch->config.server, &stats);
        snprintf(run->server_model, sizeof run->server_model, "%s", time_model_name(stats.model));
        run->server_backlog = stats.backlog;
        watch->server = run_verdict_server(&stats, stats.model);
        const size_t count = limits_read(LIMIT_SIDE_SERVER, stats.backlog, values);
        run_record_set_limits(&watch->record, LIMIT_SIDE_SERVER, values, count);
    } else if (watch->observed != NULL) {
        describe_observed(watch);
    } else if (watch->foreign != NULL) {
        foreign_describe(watch->foreign, run->server_process, sizeof run->server_process);
        watch->server = foreign_server_predict(watch->foreign);
        const size_t count = foreign_server_limits(watch->foreign, values);
        run_record_set_limits(&watch->record, LIMIT_SIDE_SERVER, values, count);
    }
}

struct sampler_target run_watch_server_side(const struct run_watch *watch)
{
    return (struct sampler_target){
        .own_server = watch->target.is_own, .foreign = watch->foreign, .observed = watch->observed};
}

enum result run_watch_find_server(struct run_watch *watch, struct err *err)
{
    const struct target *const target = &watch->target;
    watch->listener_before = listeners_there("", target->addresses);
    const bool is_other = !target->is_own && !target->has_own && target->addresses[0] != '\0';
    if (is_other && watch->config.observed != NULL &&
        observed_server_begin(watch->config.observed, target->addresses)) {
        watch->observed = watch->config.observed;
        return RESULT_OK;
    }
    return is_other ? foreign_server_open(target->addresses, true, &watch->foreign, err) : RESULT_OK;
}
