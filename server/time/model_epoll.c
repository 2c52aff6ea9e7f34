/* The epoll model: one loop (epoll_loop.h) for each core that the process may use, each on a thread of its own. */
#include <pthread.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "server/time/epoll_loop.h"
#include "server/time/model.h"

struct epoll_thread {
    struct acceptor *acceptor;
    struct loop *loop;
    pthread_t thread;
};

struct epoll_model {
    struct acceptor *acceptor;
    size_t count; /* threads that were created */
    struct epoll_thread threads[];
};

static void *run(void *argument)
{
    struct epoll_thread *const thread = argument;
    loop_run(thread->loop);
    acceptor_thread_ended(thread->acceptor);
    return NULL;
}

static enum result create_thread(struct epoll_model *model, struct err *err)
{
    struct epoll_thread *const thread = &model->threads[model->count];
    thread->acceptor = model->acceptor;
    const enum result result = loop_create(model->acceptor, &thread->loop, err);
    if (result != RESULT_OK) {
        return result;
    }
    acceptor_thread_began(model->acceptor);
    const int error = pthread_create(&thread->thread, NULL, run, thread);
    if (error != 0) {
        acceptor_thread_ended(model->acceptor);
        loop_destroy(thread->loop);
        return err_system(err, error, "cannot create a thread for the epoll model");
    }
    model->count++;
    return RESULT_OK;
}

static void model_stop(void *state)
{
    struct epoll_model *const model = state;
    for (size_t i = 0; i < model->count; i++) {
        pthread_join(model->threads[i].thread, NULL);
        loop_destroy(model->threads[i].loop);
    }
    free(model);
}

static enum result model_start(struct acceptor *acceptor, void **state, struct err *err)
{
    const size_t cores = (size_t)cores_usable();
    struct epoll_model *const model = calloc(1, sizeof *model + cores * sizeof *model->threads);
    if (model == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the epoll model");
    }
    model->acceptor = acceptor;
    while (model->count < cores) {
        const enum result result = create_thread(model, err);
        if (result != RESULT_OK) {
            acceptor_close(acceptor);
            model_stop(model);
            return result;
        }
    }
    *state = model;
    return RESULT_OK;
}

const struct time_model_ops time_model_epoll = {.polls = true, .start = model_start, .stop = model_stop};
