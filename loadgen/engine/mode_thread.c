/* One POSIX thread for each client, created as fast as the kernel allows. The threads are detached: ten million that
 * had to be joined would need memory for ten million. */
#include "loadgen/engine/workers.h"

static void one_client(struct workers *workers)
{
    workers_run_client(workers, workers_take(workers));
}

static enum result run_threads(const struct mode_run *run, struct err *err)
{
    struct workers workers;
    const enum result result = workers_init(&workers, run, one_client, err);
    if (result != RESULT_OK) {
        return result;
    }
    /* A thread takes its number when it runs, so each turn of this loop takes exactly one, in whichever way. */
    const struct client_share *const share = &run->plan->share;
    for (uint64_t i = share->first; i < run->spec->count && mode_wait_until_due(run, i); i += share->stride) {
        scoreboard_started(run->board, i);
        const int status = workers_start(&workers);
        if (status != 0) {
            mode_start_failed(run->board, workers_take(&workers), CALL_PTHREAD_CREATE, status);
        }
    }
    workers_finish(&workers);
    return RESULT_OK;
}

const struct mode mode_thread = {.run = run_threads};
