/* A fixed number of threads take the clients in turn from one counter. */
#include "loadgen/engine/workers.h"

static void clients_in_turn(struct workers *workers)
{
    const struct mode_run *const run = workers->run;
    while (!scoreboard_cancelled(run->board)) {
        const uint64_t client = workers_take(workers);
        if (client >= run->spec->count || !mode_wait_until_due(run, client)) {
            return;
        }
        scoreboard_started(run->board, client);
        workers_run_client(workers, client);
    }
}

/* For clients that no thread will ever carry: all of them when the pool has no thread, and with hold those that the
 * missing threads were meant for, because the ones that are there wait at the barrier. */
static void fail_clients(struct workers *workers, uint64_t clients, int error_number)
{
    const struct mode_run *const run = workers->run;
    for (uint64_t i = 0; i < clients && !scoreboard_cancelled(run->board); i++) {
        const uint64_t client = workers_take(workers);
        if (client >= run->spec->count) {
            return; /* a thread whose client failed had time for another */
        }
        scoreboard_started(run->board, client);
        mode_start_failed(run->board, client, CALL_PTHREAD_CREATE, error_number);
    }
}

/* A pool that cannot have all its threads goes on with fewer, and leaves a note. */
static void fill_pool(struct workers *workers, uint64_t size)
{
    const struct run_spec *const spec = workers->run->spec;
    for (uint64_t created = 0; created < size; created++) {
        const int status = workers_start(workers);
        if (status != 0) {
            scoreboard_note(workers->run->board, "pool has %llu of %llu threads: pthread_create: %s",
                            (unsigned long long)created, (unsigned long long)size, err_errno_name(status));
            fail_clients(workers, created == 0 ? spec->count : spec->hold ? size - created : 0, status);
            return;
        }
    }
}

static enum result run_pool(const struct mode_run *run, struct err *err)
{
    struct workers workers;
    const enum result result = workers_init(&workers, run, clients_in_turn, err);
    if (result != RESULT_OK) {
        return result;
    }
    /* The pool is shared as the clients are, but who has clients has a thread. More threads than clients would have
     * nothing to do. */
    const uint64_t clients = client_share_of(&run->plan->share, run->spec->count);
    const uint64_t threads = client_share_of(&run->plan->share, run->spec->pool_size);
    fill_pool(&workers, threads >= clients ? clients : threads > 0 ? threads : 1);
    workers_finish(&workers);
    return RESULT_OK;
}

const struct mode mode_pool = {.run = run_pool};
