#include "server/lab/lab.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/lookup.h"
#include "db/store.h"

static enum result open_store(struct lab *lab, const char *db, struct err *err)
{
    size_t interrupted = 0;
    if (store_open(db, &lab->store, err) != RESULT_OK ||
        store_recover(lab->store, clock_utc_ms(), &interrupted, err) != RESULT_OK) {
        return err->code;
    }
    if (interrupted > 0) {
        log_info("%zu run%s under way when Koneksi last ended: interrupted", interrupted,
                 interrupted == 1 ? " was" : "s were");
    }
    return RESULT_OK;
}

enum result lab_open(const struct lab_config *config, struct lab *lab, struct err *err)
{
    struct time_server_config time = config->time;
    time.reserved_fds += time_server_descriptors() + store_descriptors() + RUN_QUEUE_DESCRIPTORS + LOOKUP_DESCRIPTORS;
    const enum result result = open_store(lab, config->db, err);
    return result == RESULT_OK ? time_server_start(&time, &lab->time, err) : result;
}

enum result lab_start(struct lab *lab, const struct lab_plan *plan, struct err *err)
{
    const struct run_queue_config config = {.watch.store = lab->store,
                                            .watch.observer = plan->observer,
                                            .watch.server = lab->time,
                                            .watch.programs = plan->programs,
                                            .watch.targets = plan->targets,
                                            .watch.observed = plan->observed,
                                            .keep_runs = plan->keep_runs,
                                            .held = true};
    if (run_queue_start(&config, &lab->queue, err) != RESULT_OK) {
        return err->code;
    }
    const struct experiments_config of_experiments = {.observer = plan->observer,
                                                      .store = lab->store,
                                                      .queue = lab->queue,
                                                      .sides = {lab->time, plan->programs.ranks.hostfile != NULL}};
    return experiments_start(&of_experiments, &lab->experiments, err);
}

void lab_release(struct lab *lab)
{
    run_queue_release(lab->queue);
}

void lab_stop(struct lab *lab)
{
    experiments_stop(lab->experiments);
    run_queue_stop(lab->queue);
    lab->experiments = NULL;
    lab->queue = NULL;
}

void lab_close(struct lab *lab)
{
    if (lab->time != NULL) {
        time_server_stop(lab->time);
    }
    if (lab->store != NULL) {
        store_close(lab->store);
    }
    *lab = (struct lab){0};
}
