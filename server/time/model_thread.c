/* The thread model: one acceptor, and one detached thread for each connection, as in the classic experiment. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "time/connection.h"
#include "time/model.h"
#include "time/roster.h"

/* Enough for connection_serve, and no more than glibc's PTHREAD_STACK_MIN: at the end of a thread with a larger stack
 * it gives the unused part back with madvise(2) (advise_stack_range), one more system call for each connection. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_SIZE (256L * 1024)
#else
#define STACK_SIZE (16L * 1024)
#endif

#define READERS_MS 300 /* so long connections may take to end on their own account */

struct thread_model {
    struct time_service *service;
    struct roster *roster;
    pthread_attr_t attributes;
    pthread_t acceptor;
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
    service_thread_ended(service);
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
    struct seat *const seat = roster_take(model->roster, fd, number);
    if (seat == NULL) {
        refuse(model, fd, ENOMEM);
        return;
    }
    pthread_t thread;
    service_thread_began(model->service);
    const int error = pthread_create(&thread, &model->attributes, serve, seat);
    if (error != 0) {
        service_thread_ended(model->service);
        seat_vacate(seat);
        roster_leave(model->roster, seat);
        refuse(model, fd, error);
    }
}

static void *accept_all(void *argument)
{
    struct thread_model *const model = argument;
    uint64_t number = 0;
    for (int fd = service_accept(model->service, &number); fd >= 0; fd = service_accept(model->service, &number)) {
        begin(model, fd, number);
    }
    return NULL;
}

static int set_attributes(pthread_attr_t *attributes)
{
    const long least = sysconf(_SC_THREAD_STACK_MIN); /* more than 16 KiB where the vector registers are large */
    const int error = pthread_attr_setstacksize(attributes, (size_t)(least > STACK_SIZE ? least : STACK_SIZE));
    return error != 0 ? error : pthread_attr_setdetachstate(attributes, PTHREAD_CREATE_DETACHED);
}

static enum result model_start(struct time_service *service, void **state, struct err *err)
{
    struct thread_model *const model = calloc(1, sizeof *model);
    if (model == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the thread model");
    }
    model->service = service;
    enum result result = RESULT_OK;
    int error = pthread_attr_init(&model->attributes);
    if (error != 0) {
        result = err_system(err, error, "cannot set up threads for connections");
        goto fail_attributes;
    }
    model->roster = roster_create(model);
    if (model->roster == NULL) {
        result = err_set(err, RESULT_NO_MEMORY, "no memory for the thread model");
        goto fail_roster;
    }
    error = set_attributes(&model->attributes);
    if (error == 0) {
        service_thread_began(service);
        error = pthread_create(&model->acceptor, NULL, accept_all, model);
    }
    if (error != 0) {
        result = err_system(err, error, "cannot create the thread that accepts");
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
    pthread_join(model->acceptor, NULL);
    service_thread_ended(model->service);
    /* Only the reading half at first: that ends recv but tells the client nothing, so the reset is all that it sees.
     * Whoever is stuck in send notices the writing half alone. */
    roster_shutdown(model->roster, SHUT_RD);
    if (!service_wait_threads(model->service, READERS_MS)) {
        do {
            roster_shutdown(model->roster, SHUT_RDWR);
        } while (!service_wait_threads(model->service, READERS_MS));
    }
    roster_destroy(model->roster);
    pthread_attr_destroy(&model->attributes);
    free(model);
}

const struct time_model_ops time_model_thread = {.start = model_start, .stop = model_stop};
