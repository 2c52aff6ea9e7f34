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
#include "server/time/model.h"
#include "server/time/roster.h"

/* Beside serving, a worker writes the log lines of accepting. */
#define STACK_SIZE (CONNECTION_STACK_SIZE + 48UL * 1024)

struct worker {
    struct acceptor acceptor;
    struct seat seat;
    struct pool_model *model;
    pthread_t thread;
};

struct pool_model {
    struct gate *gate;
    uint32_t count; /* workers that were created */
    struct worker *workers;
};

static void *work(void *argument)
{
    struct worker *const worker = argument;
    struct gate *const gate = worker->model->gate;
    struct time_service *const service = gate_service(gate);
    struct accepted accepted;
    if (gate_enter(gate, &worker->acceptor)) {
        while (gate_accept(gate, &worker->acceptor, &accepted)) {
            seat_occupy(&worker->seat, accepted.fd);
            gate_leave(&worker->acceptor);
            const enum connection_end end = connection_serve(service, accepted.fd, accepted.number);
            seat_vacate(&worker->seat);
            connection_close(accepted.fd, end);
            service_closed(service);
        }
    }
    gate_thread_ended(gate);
    return NULL;
}

static int create_workers(struct pool_model *model)
{
    pthread_attr_t attributes;
    int error = connection_thread_attributes(&attributes, STACK_SIZE);
    if (error != 0) {
        return error;
    }
    while (error == 0 && model->count < gate_workers(model->gate)) {
        struct worker *const worker = &model->workers[model->count];
        *worker = (struct worker){.model = model};
        gate_thread_began(model->gate);
        error = pthread_create(&worker->thread, &attributes, work, worker);
        if (error != 0) {
            gate_thread_ended(model->gate);
        } else {
            model->count++;
        }
    }
    pthread_attr_destroy(&attributes);
    return error;
}

static void shut_seats(struct pool_model *model, int how)
{
    for (uint32_t i = 0; i < model->count; i++) {
        seat_shutdown(&model->workers[i].seat, how);
    }
}

static void model_stop(void *state)
{
    struct pool_model *const model = state;
    /* First the reading half, as in the thread model: then a reset is all that the client sees. */
    shut_seats(model, SHUT_RD);
    while (!gate_wait_threads(model->gate, CONNECTION_READERS_MS)) {
        shut_seats(model, SHUT_RDWR);
    }
    for (uint32_t i = 0; i < model->count; i++) {
        pthread_join(model->workers[i].thread, NULL);
    }
    free(model->workers);
    free(model);
}

static enum result model_start(struct gate *gate, void **state, struct err *err)
{
    struct pool_model *const model = calloc(1, sizeof *model);
    if (model == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the pool model");
    }
    model->gate = gate;
    model->workers = aligned_alloc(alignof(struct worker), gate_workers(gate) * sizeof *model->workers);
    if (model->workers == NULL) {
        free(model);
        return err_set(err, RESULT_NO_MEMORY, "no memory for %u workers", gate_workers(gate));
    }
    const int error = create_workers(model);
    if (error != 0) {
        const uint32_t count = model->count;
        gate_retire(gate);
        model_stop(model);
        return err_system(err, error, "cannot create more than %u of %u workers", count, gate_workers(gate));
    }
    *state = model;
    return RESULT_OK;
}

const struct time_model_ops time_model_pool = {.start = model_start, .stop = model_stop};
