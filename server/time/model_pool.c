/* The pool model: a fixed number of threads, each of which takes a connection from the accept queue, serves it to its
 * end and takes the next. Nothing is handed over, for the accept queue is the queue: the kernel wakes one of those that
 * block in accept4(2) for each connection (inet_csk_wait_for_connect waits exclusively).
 *
 * A connection that is held open keeps its worker. When all are kept, the others wait in the accept queue, and when
 * that is full their handshakes are dropped: that is the nature of this model. */
#include <pthread.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "server/time/connection.h"
#include "server/time/connection_table.h"
#include "server/time/model.h"

/* Beside serving, a worker writes the log lines of accepting. */
#define STACK_SIZE (CONNECTION_STACK_SIZE + 48UL * 1024)

struct worker {
    struct connection_entry entry;
    struct pool_model *model;
    pthread_t thread;
};

struct pool_model {
    struct acceptor *acceptor;
    uint32_t count; /* workers that were created */
    struct worker *workers;
};

static void *work(void *argument)
{
    struct worker *const worker = argument;
    struct acceptor *const acceptor = worker->model->acceptor;
    struct time_service *const service = acceptor_service(acceptor);
    struct accepted accepted;
    if (acceptor_wait_open(acceptor)) {
        while (acceptor_accept(acceptor, &accepted)) {
            connection_entry_set(&worker->entry, accepted.fd);
            const enum connection_end end = connection_serve(acceptor, accepted.fd, accepted.number);
            connection_entry_clear(&worker->entry);
            connection_close(accepted.fd, end);
            service_closed(service);
        }
    }
    acceptor_thread_ended(acceptor);
    return NULL;
}

static int create_workers(struct pool_model *model)
{
    pthread_attr_t attributes;
    int error = connection_thread_attributes(&attributes, STACK_SIZE);
    if (error != 0) {
        return error;
    }
    while (error == 0 && model->count < acceptor_workers(model->acceptor)) {
        struct worker *const worker = &model->workers[model->count];
        *worker = (struct worker){.model = model};
        acceptor_thread_began(model->acceptor);
        error = pthread_create(&worker->thread, &attributes, work, worker);
        if (error != 0) {
            acceptor_thread_ended(model->acceptor);
        } else {
            model->count++;
        }
    }
    pthread_attr_destroy(&attributes);
    return error;
}

static void interrupt(struct pool_model *model, int how)
{
    for (uint32_t i = 0; i < model->count; i++) {
        if (!connection_entry_shutdown(&model->workers[i].entry, how)) {
            acceptor_interrupt(model->workers[i].thread);
        }
    }
}

static void model_stop(void *state)
{
    struct pool_model *const model = state;
    /* First the reading half, as in the thread model: then a reset is all that the client sees. */
    const uint64_t readers_end_ns = clock_now_ns() + CONNECTION_READERS_MS * NS_PER_MS;
    do {
        interrupt(model, clock_now_ns() < readers_end_ns ? SHUT_RD : SHUT_RDWR);
    } while (!acceptor_wait_threads(model->acceptor, ACCEPTOR_INTERRUPT_MS));
    for (uint32_t i = 0; i < model->count; i++) {
        pthread_join(model->workers[i].thread, NULL);
    }
    free(model->workers);
    free(model);
}

static enum result model_start(struct acceptor *acceptor, void **state, struct err *err)
{
    struct pool_model *const model = calloc(1, sizeof *model);
    if (model == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the pool model");
    }
    model->acceptor = acceptor;
    model->workers = aligned_alloc(alignof(struct worker), acceptor_workers(acceptor) * sizeof *model->workers);
    if (model->workers == NULL) {
        free(model);
        return err_set(err, RESULT_NO_MEMORY, "no memory for %u workers", acceptor_workers(acceptor));
    }
    const int error = create_workers(model);
    if (error != 0) {
        const uint32_t count = model->count;
        acceptor_close(acceptor);
        model_stop(model);
        return err_system(err, error, "cannot create more than %u of %u workers", count, acceptor_workers(acceptor));
    }
    *state = model;
    return RESULT_OK;
}

const struct time_model_ops time_model_pool = {.start = model_start, .stop = model_stop};
