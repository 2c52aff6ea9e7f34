/* The thread model: one acceptor, and one detached thread for each connection, as in the classic experiment. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "server/time/connection.h"
#include "server/time/connection_table.h"
#include "server/time/model.h"

struct thread_model {
    struct acceptor *acceptor;
    struct time_service *service;
    struct connection_table *table;
    pthread_attr_t attributes;
    pthread_t accepts;
    _Atomic bool has_stopped_accepting;
};

static void *serve(void *argument)
{
    struct connection_entry *const entry = argument;
    struct thread_model *const model = entry->owner;
    struct time_service *const service = model->service;
    const int fd = entry->fd;
    const enum connection_end end = connection_serve(model->acceptor, fd, entry->number);
    connection_entry_clear(entry);
    connection_close(fd, end);
    connection_table_remove(model->table, entry);
    service_closed(service);
    acceptor_thread_ended(model->acceptor);
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
    struct connection_entry *const entry = connection_table_add(model->table, fd, number);
    if (entry == NULL) {
        refuse(model, fd, ENOMEM);
        return;
    }
    pthread_t thread;
    acceptor_thread_began(model->acceptor);
    const int error = pthread_create(&thread, &model->attributes, serve, entry);
    if (error != 0) {
        acceptor_thread_ended(model->acceptor);
        connection_entry_clear(entry);
        connection_table_remove(model->table, entry);
        refuse(model, fd, error);
    }
}

static void *accept_all(void *argument)
{
    struct thread_model *const model = argument;
    struct accepted accepted;
    if (acceptor_wait_open(model->acceptor)) {
        while (acceptor_accept(model->acceptor, &accepted)) {
            begin(model, accepted.fd, accepted.number);
        }
    }
    atomic_store(&model->has_stopped_accepting, true);
    acceptor_thread_ended(model->acceptor);
    return NULL;
}

static enum result create_acceptor(struct thread_model *model, struct err *err)
{
    int error = pthread_attr_setdetachstate(&model->attributes, PTHREAD_CREATE_DETACHED);
    if (error == 0) {
        acceptor_thread_began(model->acceptor);
        error = pthread_create(&model->accepts, NULL, accept_all, model);
        if (error != 0) {
            acceptor_thread_ended(model->acceptor);
        }
    }
    return error == 0 ? RESULT_OK : err_system(err, error, "cannot create the thread that accepts");
}

static enum result model_start(struct acceptor *acceptor, void **state, struct err *err)
{
    struct thread_model *const model = malloc(sizeof *model);
    if (model == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the thread model");
    }
    *model = (struct thread_model){.acceptor = acceptor, .service = acceptor_service(acceptor)};
    enum result result = RESULT_OK;
    const int error = connection_thread_attributes(&model->attributes, CONNECTION_STACK_SIZE);
    if (error != 0) {
        result = err_system(err, error, "cannot set up threads for connections");
        goto fail_attributes;
    }
    model->table = connection_table_create(model);
    if (model->table == NULL) {
        result = err_set(err, RESULT_NO_MEMORY, "no memory for the thread model");
        goto fail_table;
    }
    result = create_acceptor(model, err);
    if (result != RESULT_OK) {
        goto fail_acceptor;
    }
    *state = model;
    return RESULT_OK;
fail_acceptor:
    connection_table_destroy(model->table);
fail_table:
    pthread_attr_destroy(&model->attributes);
fail_attributes:
    free(model);
    return result;
}

static void model_stop(void *state)
{
    struct thread_model *const model = state;
    acceptor_join(model->accepts, &model->has_stopped_accepting);
    /* Only the reading half at first: that ends recv and sends nothing, so the client sees only the reset. A
     * thread that blocks in send notices only the writing half. */
    connection_table_shutdown(model->table, SHUT_RD);
    while (!acceptor_wait_threads(model->acceptor, CONNECTION_READERS_MS)) {
        connection_table_shutdown(model->table, SHUT_RDWR);
    }
    connection_table_destroy(model->table);
    pthread_attr_destroy(&model->attributes);
    free(model);
}

const struct time_model_ops time_model_thread = {.start = model_start, .stop = model_stop};
