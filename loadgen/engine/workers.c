#include "loadgen/engine/workers.h"

#include "base/futex.h"
#include "base/helper_thread.h"

/* How late a cancel may be noticed. */
#define LOOK_MS 20U
/* Interrupting costs every thread that is alive; the few that were missed wait a little longer each time. */
#define LOOK_MOST_MS 160U

enum result workers_init(struct workers *workers, const struct mode_run *run, void (*body)(struct workers *workers),
                         struct err *err)
{
    workers->run = run;
    workers->body = body;
    atomic_init(&workers->next, 0);
    atomic_init(&workers->running, 1);
    atomic_init(&workers->done, 0);
    pthread_attr_init(&workers->attributes); /* glibc: never fails */
    int status = pthread_attr_setdetachstate(&workers->attributes, PTHREAD_CREATE_DETACHED);
    if (status == 0) {
        status =
            pthread_attr_setstacksize(&workers->attributes, thread_stack_size((size_t)run->spec->stack_kib * 1024));
    }
    if (status != 0) {
        pthread_attr_destroy(&workers->attributes);
        return err_system(err, status, "cannot set a stack of %llu KiB", (unsigned long long)run->spec->stack_kib);
    }
    return RESULT_OK;
}

/* After this the struct may be gone. */
static void leave(struct workers *workers)
{
    if (atomic_fetch_sub(&workers->running, 1) == 1) {
        atomic_store(&workers->done, 1);
        futex_wake_all(&workers->done);
    }
}

static void *worker(void *argument)
{
    struct workers *const workers = argument;
    struct scoreboard *const board = workers->run->board;
    scoreboard_thread_began(board);
    workers->body(workers);
    scoreboard_thread_ended(board);
    leave(workers);
    return NULL;
}

int workers_start(struct workers *workers)
{
    atomic_fetch_add(&workers->running, 1);
    pthread_t thread;
    const int status = pthread_create(&thread, &workers->attributes, worker, workers);
    if (status != 0) {
        atomic_fetch_sub(&workers->running, 1);
    }
    return status;
}

void workers_finish(struct workers *workers)
{
    uint32_t pause_ms = LOOK_MS;
    leave(workers);
    while (atomic_load(&workers->done) == 0) {
        if (scoreboard_cancelled(workers->run->board)) {
            tasks_interrupt(workers->run->tasks);
            pause_ms = pause_ms < LOOK_MOST_MS ? 2 * pause_ms : pause_ms;
        }
        futex_wait(&workers->done, 0, pause_ms);
    }
    pthread_attr_destroy(&workers->attributes);
}

uint64_t workers_take(struct workers *workers)
{
    const struct client_share *const share = &workers->run->plan->share;
    return share->first + atomic_fetch_add_explicit(&workers->next, 1, memory_order_relaxed) * share->stride;
}

void workers_run_client(const struct workers *workers, uint64_t client)
{
    struct client_record record = {0};
    client_run(workers->run->plan, workers->run->board, client, &record);
    scoreboard_count_outcome(workers->run->board, client, &record);
}
