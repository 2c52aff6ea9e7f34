/* The requests of other threads: submit, cancel, delete, rename, and configure the TIME server. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/store_parts.h"
#include "loadgen/contract/run_rlimits.h"
#include "server/lab/queue/run_queue_state.h"
#include "server/lab/run/event.h"
#include "server/lab/run/target.h"

static enum result create_if_room(struct run_queue *queue, struct run *run, struct err *err)
{
    uint64_t queued = 0;
    enum result result = store_queued_count(queue->config.watch.store, &queued, err);
    if (result == RESULT_OK && queued >= RUN_QUEUE_MAX) {
        result = err_set(err, RESULT_FULL, "%d runs are queued, which is the maximum; try again when some are over",
                         RUN_QUEUE_MAX);
    }
    return result == RESULT_OK ? store_run_create(queue->config.watch.store, run, err) : result;
}

enum result run_queue_check(struct run_queue *queue, const struct run_spec *spec, struct err *err)
{
    struct net_address own;
    if (run_spec_check(spec, err) != RESULT_OK) {
        return err->code;
    }
    if (spec->ranks > 1 && ranks_check(&queue->config.watch.programs.ranks, spec, err) != RESULT_OK) {
        return err->code;
    }
    const bool on_other_hosts = spec->ranks > 1 && queue->config.watch.programs.ranks.hostfile != NULL;
    if (!on_other_hosts && run_rlimits_check(spec, err) != RESULT_OK) {
        return err->code;
    }
    time_server_address(queue->config.watch.server, &own);
    return target_check(spec->target, &own, queue->config.watch.targets, err);
}

enum result run_queue_submit(struct run_queue *queue, const struct run_spec *spec, int64_t experiment, struct run *run,
                             struct err *err)
{
    enum result result = run_queue_check(queue, spec, err);
    if (result != RESULT_OK) {
        return result;
    }
    memset(run, 0, sizeof *run);
    run->spec = *spec;
    run->experiment = experiment;
    run->created_ms = clock_utc_ms();
    pthread_mutex_lock(&queue->changes);
    result = create_if_room(queue, run, err);
    if (result == RESULT_OK) {
        observer_run(&queue->config.watch.observer, run);
    }
    pthread_mutex_unlock(&queue->changes);
    if (result == RESULT_OK) {
        run_queue_wake(queue);
    }
    return result;
}

enum result run_queue_cancel(struct run_queue *queue, int64_t id, struct run *run, struct err *err)
{
    struct store *const store = queue->config.watch.store;
    pthread_mutex_lock(&queue->changes);
    const enum result cancelled = store_run_cancel_queued(store, id, clock_utc_ms(), err);
    if (cancelled == RESULT_OK || cancelled == RESULT_CONFLICT) {
        if (store_run_get(store, id, run, err) != RESULT_OK) {
            goto fail;
        }
    }
    if (cancelled == RESULT_OK) {
        observer_run(&queue->config.watch.observer, run);
    } else if (cancelled == RESULT_CONFLICT &&
               (run_status_is_over(run->status) || !run_queue_cancel_active(queue, id))) {
        err_set(err, RESULT_CONFLICT, "run %" PRId64 " is over: %s", id, run_status_name(run->status));
        goto fail;
    } else if (cancelled != RESULT_CONFLICT) {
        goto fail;
    }
    pthread_mutex_unlock(&queue->changes);
    run_queue_overlay(queue, run);
    run_queue_changed(queue);
    return RESULT_OK;
fail:
    pthread_mutex_unlock(&queue->changes);
    return err->code;
}

enum result run_queue_delete(struct run_queue *queue, int64_t id, struct err *err)
{
    pthread_mutex_lock(&queue->changes);
    const enum result result = store_run_delete(queue->config.watch.store, id, err);
    if (result == RESULT_OK) {
        observer_run_deleted(&queue->config.watch.observer, id);
    }
    pthread_mutex_unlock(&queue->changes);
    run_queue_changed(queue);
    return result;
}

/* --- the runs of an experiment --- */

struct ids {
    int64_t *of;
    size_t count, room;
};

static bool add_id(const struct experiment_run *run, void *arg)
{
    struct ids *const ids = arg;
    if (ids->count == ids->room) {
        const size_t room = ids->room * 2 + 16;
        int64_t *const more = reallocarray(ids->of, room, sizeof *more);
        if (more == NULL) {
            return false;
        }
        ids->of = more;
        ids->room = room;
    }
    ids->of[ids->count++] = run->id;
    return true;
}

/* What observers are told afterwards. They miss runs for which memory runs out: watching never breaks a change. */
static enum result list_runs(struct run_queue *queue, int64_t experiment, struct ids *ids, struct err *err)
{
    *ids = (struct ids){.of = NULL};
    return store_experiment_runs_each(queue->config.watch.store, experiment, add_id, ids, err);
}

static void publish_changed(struct run_queue *queue, const struct ids *ids)
{
    struct err ignored;
    struct run *const run = malloc(sizeof *run);
    for (size_t i = 0; run != NULL && i < ids->count; i++) {
        if (store_run_get(queue->config.watch.store, ids->of[i], run, &ignored) == RESULT_OK) {
            observer_run(&queue->config.watch.observer, run);
        }
    }
    free(run);
}

enum result run_queue_delete_experiment(struct run_queue *queue, int64_t id, struct err *err)
{
    struct ids ids;
    pthread_mutex_lock(&queue->changes);
    enum result result = list_runs(queue, id, &ids, err);
    if (result == RESULT_OK) {
        result = store_experiment_delete(queue->config.watch.store, id, err);
    }
    for (size_t i = 0; result == RESULT_OK && i < ids.count; i++) {
        observer_run_deleted(&queue->config.watch.observer, ids.of[i]);
    }
    if (result == RESULT_OK) {
        observer_experiment_deleted(&queue->config.watch.observer, id);
    }
    pthread_mutex_unlock(&queue->changes);
    free(ids.of);
    run_queue_changed(queue);
    return result;
}

enum result run_queue_rename_experiment(struct run_queue *queue, const struct experiment_renaming *renaming,
                                        struct err *err)
{
    struct ids ids;
    pthread_mutex_lock(&queue->changes);
    enum result result = list_runs(queue, renaming->experiment->id, &ids, err);
    if (result == RESULT_OK) {
        result = store_experiment_rename(queue->config.watch.store, renaming, err);
    }
    if (result == RESULT_OK) {
        publish_changed(queue, &ids);
        observer_experiment(&queue->config.watch.observer, renaming->experiment);
    }
    pthread_mutex_unlock(&queue->changes);
    free(ids.of);
    return result;
}

enum result run_queue_rename(struct run_queue *queue, int64_t id, const char *label, struct run *run, struct err *err)
{
    struct store *const store = queue->config.watch.store;
    struct run_spec checked;
    run_spec_init(&checked);
    if (run_spec_set_text(&checked, "label", label, err) != RESULT_OK) {
        return err->code;
    }
    pthread_mutex_lock(&queue->changes);
    enum result result = store_run_label_put(store, id, checked.label, err);
    if (result == RESULT_OK) {
        result = store_run_get(store, id, run, err);
    }
    if (result == RESULT_OK) {
        observer_run(&queue->config.watch.observer, run);
    }
    pthread_mutex_unlock(&queue->changes);
    return result;
}

enum result run_queue_configure_server(struct run_queue *queue, const struct time_server_change *change,
                                       struct err *err)
{
    pthread_mutex_lock(&queue->changes);
    const int64_t id = run_queue_active(queue);
    const enum result result =
        id == 0 ? time_server_configure(queue->config.watch.server, change, err)
                : err_set(err, RESULT_CONFLICT, "run %" PRId64 " is under way; try again when it is over", id);
    pthread_mutex_unlock(&queue->changes);
    run_queue_wake(queue);
    return result;
}
