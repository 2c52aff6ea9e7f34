#include "server/time/server_loops.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "base/cpu.h"

struct loop_thread {
    struct server_loops *loops;
    enum result created;
    struct err *err; /* until then */
    pthread_t thread;
};

struct server_loops {
    const struct server_loop_ops *ops;
    struct acceptor *acceptor;
    sem_t created;
    size_t count; /* threads that were created */
    struct loop_thread threads[];
};

/* The loop's whole life is on its thread: the kernel interrupts a system call of whoever made a ring when it is closed
 * (io_ring_exit_work in its io_uring/io_uring.c), which another thread would see as EINTR out of nowhere. */
static void *run(void *argument)
{
    struct loop_thread *const thread = argument;
    struct server_loops *const loops = thread->loops;
    void *loop = NULL;
    const enum result created = loops->ops->create(loops->acceptor, &loop, thread->err);
    thread->created = created;
    sem_post(&loops->created);
    if (created == RESULT_OK) {
        loops->ops->run(loop);
        loops->ops->destroy(loop);
    }
    acceptor_thread_ended(loops->acceptor);
    return NULL;
}

static enum result create_thread(struct server_loops *loops, struct err *err)
{
    struct loop_thread *const thread = &loops->threads[loops->count];
    thread->loops = loops;
    thread->err = err;
    acceptor_thread_began(loops->acceptor);
    const int error = pthread_create(&thread->thread, NULL, run, thread);
    if (error != 0) {
        acceptor_thread_ended(loops->acceptor);
        return err_system(err, error, "cannot create a thread for the %s model", loops->ops->name);
    }
    loops->count++;
    while (sem_wait(&loops->created) != 0) { /* a signal came */
    }
    return thread->created;
}

void server_loops_stop(void *state)
{
    struct server_loops *const loops = state;
    for (size_t i = 0; i < loops->count; i++) {
        pthread_join(loops->threads[i].thread, NULL);
    }
    sem_destroy(&loops->created);
    free(loops);
}

enum result server_loops_start(const struct server_loop_ops *ops, struct acceptor *acceptor, void **state,
                               struct err *err)
{
    const size_t cores = (size_t)cores_usable();
    struct server_loops *const loops = calloc(1, sizeof *loops + cores * sizeof *loops->threads);
    if (loops == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the %s model", ops->name);
    }
    loops->ops = ops;
    loops->acceptor = acceptor;
    sem_init(&loops->created, 0, 0);
    while (loops->count < cores) {
        const enum result result = create_thread(loops, err);
        if (result != RESULT_OK) {
            acceptor_close(acceptor);
            server_loops_stop(loops);
            return result;
        }
    }
    *state = loops;
    return RESULT_OK;
}
