/* The thread model: one acceptor, and one detached thread for each connection, as in the classic experiment. */
#include <errno.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "server/time/connection.h"
#include "server/time/model.h"
#include "server/time/roster.h"

struct thread_model {
    struct acceptor acceptor;
    struct gate *gate;
    struct time_service *service;
    struct roster *roster;
    pthread_attr_t attributes;
    pthread_t accepts;
};

static void *serve(void *argument)
{
    struct seat *const seat = argument;
    struct thread_model *const model = seat->owner;
    struct time_service *const service = model->service;
    const int fd = seat->fd;
    const enum connection_end end = connection_serve(service, fd, seat->number);
    seat_vacate(seat);
    connection_close(fd, end);
    roster_leave(model->roster, seat);
    service_closed(service);
    gate_thread_ended(model->gate);
    return NULL;
}

static void refuse(struct thread_model *model, int fd, int error)
{
    connection_close(fd, CONNECTION_RESET);
    service_closed(model->service);
    service_refused(model->service, error);
}

static void begin(struct thread_model *model, int fd, uint64_t number)
{
    if (!service_may_have_thread(model->service)) {
        refuse(model, fd, EAGAIN); /* what pthread_create says where there is no room */
        return;
    }
    struct seat *const seat = roster_take(model->roster, fd, number);
    if (seat == NULL) {
        refuse(model, fd, ENOMEM);
        return;
    }
    pthread_t thread;
    gate_thread_began(model->gate);
    const int error = pthread_create(&thread, &model->attributes, serve, seat);
    if (error != 0) {
        gate_thread_ended(model->gate);
        seat_vacate(seat);
        roster_leave(model->roster, seat);
        refuse(model, fd, error);
    }
}

static void *accept_all(void *argument)
{
    struct thread_model *const model = argument;
    struct accepted accepted;
    if (gate_enter(model->gate, &model->acceptor)) {
        while (gate_accept(model->gate, &model->acceptor, &accepted)) {
            begin(model, accepted.fd, accepted.number);
            gate_leave(&model->acceptor);
        }
    }
    gate_thread_ended(model->gate);
    return NULL;
}

static enum result create_acceptor(struct thread_model *model, struct err *err)
{
    int error = pthread_attr_setdetachstate(&model->attributes, PTHREAD_CREATE_DETACHED);
    if (error == 0) {
        gate_thread_began(model->gate);
        error = pthread_create(&model->accepts, NULL, accept_all, model);
        if (error != 0) {
            gate_thread_ended(model->gate);
        }
    }
    return error == 0 ? RESULT_OK : err_system(err, error, "cannot create the thread that accepts");
}

static enum result model_start(struct gate *gate, void **state, struct err *err)
{
    struct thread_model *const model = aligned_alloc(alignof(struct thread_model), sizeof *model);
    if (model == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the thread model");
    }
    *model = (struct thread_model){.gate = gate, .service = gate_service(gate)};
    enum result result = RESULT_OK;
    const int error = connection_thread_attributes(&model->attributes, CONNECTION_STACK_SIZE);
    if (error != 0) {
        result = err_system(err, error, "cannot set up threads for connections");
        goto fail_attributes;
    }
    model->roster = roster_create(model);
    if (model->roster == NULL) {
        result = err_set(err, RESULT_NO_MEMORY, "no memory for the thread model");
        goto fail_roster;
    }
    result = create_acceptor(model, err);
    if (result != RESULT_OK) {
        goto fail_acceptor;
    }
    *state = model;
    return RESULT_OK;
fail_acceptor:
    roster_destroy(model->roster);
fail_roster:
    pthread_attr_destroy(&model->attributes);
fail_attributes:
    free(model);
    return result;
}

static void model_stop(void *state)
{
    struct thread_model *const model = state;
    pthread_join(model->accepts, NULL);
    /* Only the reading half at first: that ends recv but tells the client nothing, so the reset is all that it sees.
     * Whoever is stuck in send notices the writing half alone. */
    roster_shutdown(model->roster, SHUT_RD);
    while (!gate_wait_threads(model->gate, CONNECTION_READERS_MS)) {
        roster_shutdown(model->roster, SHUT_RDWR);
    }
    roster_destroy(model->roster);
    pthread_attr_destroy(&model->attributes);
    free(model);
}

const struct time_model_ops time_model_thread = {.start = model_start, .stop = model_stop};
