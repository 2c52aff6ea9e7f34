#include "time/time_server.h"

#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "time/model.h"
#include "time/service.h"

struct time_server {
    struct time_service *service;
    const struct time_model_ops *model;
    void *state; /* the model's */
};

static const char *const names[TIME_MODEL_COUNT] = {
#define MODEL(NAME, name, help) [TIME_MODEL_##NAME] = #name,
#include "time/models.def"
#undef MODEL
};

static const struct time_model_ops *const models[TIME_MODEL_COUNT] = {
#define MODEL(NAME, name, help) [TIME_MODEL_##NAME] = &time_model_##name,
#include "time/models.def"
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

enum result time_server_start(const struct time_server_config *config, struct time_server **server, struct err *err)
{
    assert(config->model < TIME_MODEL_COUNT);
    struct time_server *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the TIME server");
    }
    created->model = models[config->model];
    enum result result = service_create(config, &created->service, err);
    if (result != RESULT_OK) {
        goto fail_service;
    }
    /* Threads inherit the mask: signals are for the threads of the program's own. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    result = created->model->start(created->service, &created->state, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != RESULT_OK) {
        goto fail_model;
    }
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
    service_stop(server->service);
    server->model->stop(server->state);
    service_destroy(server->service);
    free(server);
}

void time_server_address(const struct time_server *server, struct net_address *address)
{
    *address = *service_address(server->service);
}

void time_server_stats(const struct time_server *server, struct time_stats *stats)
{
    service_stats(server->service, stats);
}

size_t time_server_log(const struct time_server *server, uint64_t *cursor, struct time_log *rows, size_t capacity)
{
    return service_log(server->service, cursor, rows, capacity);
}
