#include "server/time/time_server.h"

#include <assert.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "base/table.h"
#include "server/time/model.h"
#include "server/time/service.h"

/* A model from its start to its stop. */
struct running {
    const struct time_model_ops *ops;
    struct acceptor *acceptor;
    void *state; /* the model's */
};

struct time_server {
    struct time_service *service;
    _Atomic(enum time_model) model; /* written under `changing` */
    _Atomic uint32_t workers;
    pthread_mutex_t changing;
    struct running running; /* under `changing` */
    enum uring_refusal uring;
};

static const char *const names[TIME_MODEL_COUNT] = {
#define MODEL(NAME, name, ...) [TIME_MODEL_##NAME] = #name,
#include "server/time/models.def"
#undef MODEL
};

static const struct time_model_ops *const models[TIME_MODEL_COUNT] = {
#define MODEL(NAME, name, ...) [TIME_MODEL_##NAME] = &time_model_##name,
#include "server/time/models.def"
#undef MODEL
};

const char *time_model_name(enum time_model model)
{
    assert(model < TIME_MODEL_COUNT);
    return names[model];
}

enum time_model time_model_from_name(const char *name)
{
    return (enum time_model)table_find(names, TIME_MODEL_COUNT, name);
}

/* The listener, its counter, the wakeup and the probe of acceptor.c; and of each loop, while those of one model take
 * the place of another's, an epoll and a timer, or a ring. */
uint64_t time_server_descriptors(void)
{
    return 4 + 4 * cores_usable();
}

struct time_server_config time_server_defaults(void)
{
    struct time_server_config config = {
        .model = TIME_MODEL_THREAD,
        .backlog = SOMAXCONN,
        .workers = 64,
        .reserved_fds = time_server_descriptors() + 3,
        .idle_ms = 300000,
        .unfinished_ms = 2000,
        .log_connections = false,
    };
    struct sockaddr_in *const in = (struct sockaddr_in *)&config.address.storage;
    in->sin_family = AF_INET;
    in->sin_port = htons(45000);
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    config.address.length = sizeof *in;
    return config;
}

/* Its threads accept once `started->acceptor` is opened. */
static enum result start_model(struct time_service *service, enum time_model model, uint32_t workers,
                               struct running *started, struct err *err)
{
    *started = (struct running){.ops = models[model], .acceptor = acceptor_create(service, workers)};
    if (started->acceptor == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory for the TIME server");
    }
    /* Threads inherit the mask: signals are for the program's own threads. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const enum result result = started->ops->start(started->acceptor, &started->state, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != RESULT_OK) {
        acceptor_destroy(started->acceptor);
    }
    return result;
}

static void stop_model(struct running *running)
{
    acceptor_close(running->acceptor);
    running->ops->stop(running->state);
    acceptor_destroy(running->acceptor);
}

static void open_model(struct time_server *server, const struct running *started)
{
    service_set_blocking(server->service, !started->ops->polls);
    acceptor_open(started->acceptor);
    server->running = *started;
}

static enum result check_workers(uint32_t workers, struct err *err)
{
    return workers >= 1 && workers <= TIME_WORKERS_MOST
               ? RESULT_OK
               : err_field(err, "workers", "workers must be 1..%d, got %u", TIME_WORKERS_MOST, workers);
}

enum result time_server_start(const struct time_server_config *config, struct time_server **server, struct err *err)
{
    assert(config->model < TIME_MODEL_COUNT);
    enum result result = check_workers(config->workers, err);
    if (result != RESULT_OK) {
        return result;
    }
    struct time_server *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory for the TIME server");
    }
    created->model = config->model;
    created->workers = config->workers;
    created->uring = uring_check();
    result = service_create(config, &created->service, err);
    if (result != RESULT_OK) {
        goto fail_service;
    }
    struct running first;
    result = start_model(created->service, config->model, config->workers, &first, err);
    if (result != RESULT_OK) {
        goto fail_model;
    }
    pthread_mutex_init(&created->changing, NULL);
    open_model(created, &first);
    *server = created;
    return RESULT_OK;
fail_model:
    service_destroy(created->service);
fail_service:
    free(created);
    return result;
}

void time_server_stop(struct time_server *server)
{
    stop_model(&server->running);
    service_destroy(server->service);
    pthread_mutex_destroy(&server->changing);
    free(server);
}

enum uring_refusal time_server_refusal(const struct time_server *server, enum time_model model)
{
    return models[model]->uses_uring ? server->uring : URING_ALLOWED;
}

static enum result check_change(const struct time_server_change *change, struct err *err)
{
    assert(change->model <= TIME_MODEL_COUNT);
    if (change->backlog < 0) {
        return err_field(err, "backlog", "backlog must be 1..%d, got %d", INT_MAX, change->backlog);
    }
    return change->workers == 0 ? RESULT_OK : check_workers(change->workers, err);
}

/* Under `changing`. */
static enum result apply(struct time_server *server, const struct time_server_change *change, struct err *err)
{
    const enum time_model model = change->model == TIME_MODEL_COUNT ? server->model : change->model;
    const uint32_t workers = change->workers == 0 ? server->workers : change->workers;
    const bool is_new = model != server->model || (model == TIME_MODEL_POOL && workers != server->workers);
    struct running next;
    enum result result = is_new ? start_model(server->service, model, workers, &next, err) : RESULT_OK;
    if (result != RESULT_OK) {
        return result;
    }
    if (change->backlog > 0) {
        result = service_set_backlog(server->service, change->backlog, err);
    }
    if (result != RESULT_OK) {
        if (is_new) {
            stop_model(&next);
        }
        return result;
    }
    if (is_new) {
        stop_model(&server->running);
        open_model(server, &next);
    }
    server->model = model;
    server->workers = workers;
    return RESULT_OK;
}

enum result time_server_configure(struct time_server *server, const struct time_server_change *change, struct err *err)
{
    enum result result = check_change(change, err);
    if (result == RESULT_OK) {
        pthread_mutex_lock(&server->changing);
        result = apply(server, change, err);
        pthread_mutex_unlock(&server->changing);
    }
    return result;
}

void time_server_address(const struct time_server *server, struct net_address *address)
{
    *address = service_config(server->service)->address;
}

void time_server_stats(const struct time_server *server, struct time_stats *stats)
{
    service_stats(server->service, stats);
    stats->model = server->model;
    stats->workers = server->workers;
}

void time_server_reset_peaks(struct time_server *server)
{
    time_counters_reset_peaks(service_counters(server->service));
}

size_t time_server_log(const struct time_server *server, uint64_t *cursor, struct time_log *rows, size_t capacity)
{
    return connection_log_read(service_log(server->service), cursor, rows, capacity);
}
