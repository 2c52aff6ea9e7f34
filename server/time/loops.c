#include "server/time/loops.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/cpu.h"

struct loop_thread {
    struct loops *loops;
    void *loop;
    pthread_t thread;
};

struct loops {
    const struct loop_ops *ops;
    struct acceptor *acceptor;
    size_t count; /* threads that were created */
    struct loop_thread threads[];
};

static void *run(void *argument)
{
    const struct loop_thread *const thread = argument;
    thread->loops->ops->run(thread->loop);
    acceptor_thread_ended(thread->loops->acceptor);
    return NULL;
}

static enum result create_thread(struct loops *loops, struct err *err)
{
    struct loop_thread *const thread = &loops->threads[loops->count];
    thread->loops = loops;
    const enum result result = loops->ops->create(loops->acceptor, &thread->loop, err);
    if (result != RESULT_OK) {
        return result;
    }
    acceptor_thread_began(loops->acceptor);
    const int error = pthread_create(&thread->thread, NULL, run, thread);
    if (error != 0) {
        acceptor_thread_ended(loops->acceptor);
        loops->ops->destroy(thread->loop);
        return err_system(err, error, "cannot create a thread for the %s model", loops->ops->name);
    }
    loops->count++;
    return RESULT_OK;
}

void loops_stop(void *state)
{
    struct loops *const loops = state;
    for (size_t i = 0; i < loops->count; i++) {
        pthread_join(loops->threads[i].thread, NULL);
        loops->ops->destroy(loops->threads[i].loop);
    }
    free(loops);
}

enum result loops_start(const struct loop_ops *ops, struct acceptor *acceptor, void **state, struct err *err)
{
    const size_t cores = (size_t)cores_usable();
    struct loops *const loops = calloc(1, sizeof *loops + cores * sizeof *loops->threads);
    if (loops == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the %s model", ops->name);
    }
    loops->ops = ops;
    loops->acceptor = acceptor;
    while (loops->count < cores) {
        const enum result result = create_thread(loops, err);
        if (result != RESULT_OK) {
            acceptor_close(acceptor);
            loops_stop(loops);
            return result;
        }
    }
    *state = loops;
    return RESULT_OK;
}
