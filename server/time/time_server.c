#include "server/time/time_server.h"

#include <assert.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/time/model.h"
#include "server/time/service.h"

/* One model from its start to its last connection. After a change the old ones live on beside the present one. */
struct generation {
    struct generation *next;
    const struct time_model_ops *ops;
    struct gate *gate;
    void *state; /* the model's */
};

struct time_server {
    struct time_service *service;
    _Atomic(enum time_model) model; /* written under `changing` */
    _Atomic uint32_t workers;
    pthread_mutex_t changing;
    struct generation *generations; /* under `changing`; the present one first */
};

static const char *const names[TIME_MODEL_COUNT] = {
#define MODEL(NAME, name, help) [TIME_MODEL_##NAME] = #name,
#include "server/time/models.def"
#undef MODEL
};

static const struct time_model_ops *const models[TIME_MODEL_COUNT] = {
#define MODEL(NAME, name, help) [TIME_MODEL_##NAME] = &time_model_##name,
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
    enum time_model model = 0;
    while (model < TIME_MODEL_COUNT && strcmp(names[model], name) != 0) {
        model++;
    }
    return model;
}

struct time_server_config time_server_defaults(void)
{
    struct time_server_config config = {
        .model = TIME_MODEL_THREAD,
        .backlog = SOMAXCONN,
        .workers = 64,
        .reserved_fds = TIME_RESERVED_FDS,
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

/* A model that is ready to accept, once its gate opens. NULL when that fails: `err` says why. */
static struct generation *generation_create(struct time_service *service, enum time_model model, uint32_t workers,
                                            struct err *err)
{
    struct generation *const generation = calloc(1, sizeof *generation);
    if (generation == NULL) {
        goto fail_generation;
    }
    generation->ops = models[model];
    generation->gate = gate_create(service, workers);
    if (generation->gate == NULL) {
        goto fail_gate;
    }
    /* Threads inherit the mask: signals are for the threads of the program's own. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const enum result result = generation->ops->start(generation->gate, &generation->state, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result == RESULT_OK) {
        return generation;
    }
    gate_destroy(generation->gate);
    free(generation);
    return NULL;
fail_gate:
    free(generation);
fail_generation:
    (void)err_set(err, RESULT_NO_MEMORY, "no memory for the TIME server");
    return NULL;
}

/* Its gate is retired, and the service stops or it has no thread any more. */
static void generation_destroy(struct generation *generation)
{
    generation->ops->stop(generation->state);
    gate_destroy(generation->gate);
    free(generation);
}

/* Puts it in the place of the present one. */
static void generation_open(struct time_server *server, struct generation *generation)
{
    if (server->generations != NULL) {
        gate_retire(server->generations->gate);
    }
    service_set_blocking(server->service, !generation->ops->polls);
    gate_open(generation->gate);
    generation->next = server->generations;
    server->generations = generation;
}

/* Those whose last connection has ended. */
static void destroy_ended(struct time_server *server)
{
    struct generation **link = &server->generations->next;
    while (*link != NULL) {
        struct generation *const each = *link;
        if (gate_wait_threads(each->gate, 0)) {
            *link = each->next;
            generation_destroy(each);
        } else {
            link = &each->next;
        }
    }
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
        return err_set(err, RESULT_NO_MEMORY, "no memory for the TIME server");
    }
    created->model = config->model;
    created->workers = config->workers;
    result = service_create(config, &created->service, err);
    if (result != RESULT_OK) {
        goto fail_service;
    }
    struct generation *const first = generation_create(created->service, config->model, config->workers, err);
    if (first == NULL) {
        result = err->code;
        goto fail_model;
    }
    pthread_mutex_init(&created->changing, NULL);
    generation_open(created, first);
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
    gate_retire(server->generations->gate);
    service_stop(server->service);
    while (server->generations != NULL) {
        struct generation *const each = server->generations;
        server->generations = each->next;
        generation_destroy(each);
    }
    service_destroy(server->service);
    pthread_mutex_destroy(&server->changing);
    free(server);
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
    destroy_ended(server);
    struct generation *const next = is_new ? generation_create(server->service, model, workers, err) : NULL;
    enum result result = is_new && next == NULL ? err->code : RESULT_OK;
    if (result == RESULT_OK && change->backlog > 0) {
        result = service_set_backlog(server->service, change->backlog, err);
    }
    if (result == RESULT_OK) {
        if (next != NULL) {
            generation_open(server, next);
        }
        server->model = model;
        server->workers = workers;
    } else if (next != NULL) {
        gate_retire(next->gate);
        generation_destroy(next);
    }
    return result;
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
    *address = *service_address(server->service);
}

void time_server_stats(const struct time_server *server, struct time_stats *stats)
{
    service_stats(server->service, stats);
    stats->model = server->model;
    stats->workers = server->workers;
}

void time_server_reset_peaks(struct time_server *server)
{
    service_reset_peaks(server->service);
}

size_t time_server_log(const struct time_server *server, uint64_t *cursor, struct time_log *rows, size_t capacity)
{
    return service_log(server->service, cursor, rows, capacity);
}
