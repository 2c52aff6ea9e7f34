#include "server/lab/run/observed_server.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/helper_thread.h"
#include "base/json.h"
#include "base/log.h"
#include "base/net_list.h"
#include "base/sync.h"
#include "loadgen/limits/limit_json.h"
#include "server/lab/run/panel_request.h"
#include "server/time/thread_budget.h"
#include "server/time/time_server.h"

#define POLL_MS 100
#define ANSWER_MS 1000

struct observed_server {
    struct panel_address panel;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_observing, stops;
    struct observation newest;
    struct limit_value limits[LIMIT_COUNT];
    size_t limit_count;
};

/* --- what it answers --- */

static bool read_stats(const cJSON *json, struct observation *observation)
{
    const char *const model = json_text_of(json, "model");
    struct time_stats *const stats = &observation->stats;
    stats->model = model != NULL ? time_model_from_name(model) : TIME_MODEL_COUNT;
    if (stats->model == TIME_MODEL_COUNT || isnan(json_number_of(json, "total")) ||
        isnan(json_number_of(json, "live"))) {
        return false;
    }
    const struct {
        const char *name;
        uint64_t *into;
    } rows[] = {{"backlog", &stats->backlog}, {"workers", &stats->workers},
                {"budget", &stats->budget},   {"total", &stats->total},
                {"live", &stats->live},       {"threads", &stats->threads},
                {"refused", &stats->refused}, {"listen_overflows", &stats->listen_overflows},
                {"queue", &stats->queue}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        *rows[i].into = json_count_of(json, rows[i].name);
    }
    stats->thread_budget = stats->data_budget = stats->map_budget = THREAD_BUDGET_NONE; /* it does not say */
    stats->accept_paused = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "accept_paused")) != 0;
    if (!isnan(json_number_of(json, "fds"))) {
        observation->fds = json_count_of(json, "fds");
    }
    return true;
}

/* GET /server, until then. The caller deletes *json. */
static enum result ask(const struct observed_server *server, uint64_t until_ns, struct observation *observation,
                       cJSON **json, struct err *err)
{
    const uint64_t asked_ns = clock_now_ns();
    *observation = (struct observation){.fds = LIMIT_UNKNOWN};
    if (panel_request(&server->panel, "/server", until_ns, json, err) != RESULT_OK) {
        return err->code;
    }
    if (!read_stats(*json, observation)) {
        cJSON_Delete(*json);
        return err_set(err, RESULT_SYSTEM, "its answer is not that of a panel");
    }
    observation->at_ns = asked_ns;
    return RESULT_OK;
}

/* Where it listens on all addresses, the panel's own address is the machine's. */
static bool is_target(const struct observed_server *server, const char *listen, const char *target)
{
    struct net_address at;
    struct net_address wanted;
    struct net_address panel = server->panel.address;
    char text[NET_TEXT_SIZE];
    /* That panel must not make this one look a name up. */
    if (listen == NULL || !net_parse_numeric(listen, &at) || !net_parse_numeric(target, &wanted)) {
        return false;
    }
    if (net_is_wildcard(&at)) {
        net_set_port(&panel, net_port(&at));
        net_format(&panel, text);
    } else {
        net_format(&at, text);
    }
    return strcmp(text, target) == 0;
}

static enum result read_limits(struct observed_server *server, uint64_t until_ns, struct err *err)
{
    cJSON *json = NULL;
    server->limit_count = 0;
    if (panel_request(&server->panel, "/limits", until_ns, &json, err) != RESULT_OK) {
        return err->code;
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "limits"))
    {
        struct limit_value value;
        struct err unused; /* of a limit that this version does not know */
        if (server->limit_count < LIMIT_COUNT && limit_from_json(&value, item, &unused) == RESULT_OK &&
            value.side == LIMIT_SIDE_SERVER &&
            (value.scope == LIMIT_SCOPE_PROCESS || value.scope == LIMIT_SCOPE_SOCKET)) {
            server->limits[server->limit_count++] = value;
        }
    }
    cJSON_Delete(json);
    return RESULT_OK;
}

/* --- the thread --- */

static void keep(struct observed_server *server, struct observation *observation)
{
    const struct limit_value *const files =
        limit_find(server->limits, server->limit_count, LIMIT_NOFILE, LIMIT_SIDE_SERVER);
    if (files != NULL && files->value > observation->stats.budget) {
        observation->stats.reserved_fds = files->value - observation->stats.budget;
    }
    server->newest = *observation;
}

static void poll_once(struct observed_server *server)
{
    struct observation observation;
    struct err err;
    cJSON *json = NULL;
    pthread_mutex_unlock(&server->mutex);
    const bool answered = ask(server, clock_now_ns() + ANSWER_MS * NS_PER_MS, &observation, &json, &err) == RESULT_OK;
    pthread_mutex_lock(&server->mutex);
    if (answered) {
        cJSON_Delete(json);
        /* One that was asked for in an earlier run may come late. */
        if (server->is_observing && observation.at_ns > server->newest.at_ns) {
            keep(server, &observation);
        }
    }
}

static void *observe(void *arg)
{
    struct observed_server *const server = arg;
    pthread_mutex_lock(&server->mutex);
    while (!server->stops) {
        if (!server->is_observing) {
            pthread_cond_wait(&server->changed, &server->mutex);
            continue;
        }
        const struct timespec next = clock_timespec(clock_now_ns() + POLL_MS * NS_PER_MS);
        poll_once(server);
        while (server->is_observing && !server->stops &&
               pthread_cond_timedwait(&server->changed, &server->mutex, &next) == 0) {
        }
    }
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

/* --- its life --- */

static enum result read_url(const char *url, struct panel_address *panel, struct err *err)
{
    static const char scheme[] = "http://";
    char text[NET_RANGE_HOST_SIZE + 8];
    const size_t begin = strncmp(url, scheme, sizeof scheme - 1) == 0 ? sizeof scheme - 1 : strlen(url);
    const size_t length = strcspn(url + begin, "/");
    snprintf(text, sizeof text, "%.*s", (int)(length < sizeof text ? length : 0), url + begin);
    if (net_text_port(text) < 1 || (url[begin + length] != '\0' && strcmp(url + begin + length, "/") != 0)) {
        return err_set(err, RESULT_INVALID, "\"%.100s\" is not http://HOST:PORT", url);
    }
    if (net_parse(text, &panel->address, err) != RESULT_OK) {
        return err->code;
    }
    net_format(&panel->address, panel->host);
    return RESULT_OK;
}

static void free_all(struct observed_server *server)
{
    free(server->panel.token);
    free(server);
}

enum result observed_server_create(const char *url, const char *token, struct observed_server **server, struct err *err)
{
    struct observed_server *const new = calloc(1, sizeof *new);
    if (new == NULL || (token != NULL && (new->panel.token = strdup(token)) == NULL)) {
        free(new);
        return err_set(err, RESULT_NO_MEMORY, "no memory to observe a panel");
    }
    if (read_url(url, &new->panel, err) != RESULT_OK || sync_init(&new->mutex, &new->changed, err) != RESULT_OK) {
        free_all(new);
        return err->code;
    }
    if (helper_thread_start(&new->thread, observe, new, "that observes a panel", err) != RESULT_OK) {
        sync_destroy(&new->mutex, &new->changed);
        free_all(new);
        return err->code;
    }
    *server = new;
    return RESULT_OK;
}

static void set_observing(struct observed_server *server, bool is_observing, bool stops)
{
    pthread_mutex_lock(&server->mutex);
    server->is_observing = is_observing;
    server->stops = stops;
    pthread_cond_signal(&server->changed);
    pthread_mutex_unlock(&server->mutex);
}

void observed_server_destroy(struct observed_server *server)
{
    if (server != NULL) {
        set_observing(server, false, true);
        pthread_join(server->thread, NULL);
        sync_destroy(&server->mutex, &server->changed);
        free_all(server);
    }
}

bool observed_server_begin(struct observed_server *server, const char *target)
{
    const uint64_t until_ns = clock_now_ns() + OBSERVED_BEGIN_MS * NS_PER_MS;
    struct observation observation;
    struct err err;
    cJSON *json = NULL;
    bool matches = false;
    enum result result = ask(server, until_ns, &observation, &json, &err);
    if (result == RESULT_OK) {
        matches = is_target(server, json_text_of(json, "listen"), target);
        cJSON_Delete(json);
    }
    if (matches) {
        result = read_limits(server, until_ns, &err);
    }
    if (result != RESULT_OK) {
        log_warning("the panel at %s cannot be observed: %s", server->panel.host, err.message);
        return false;
    }
    if (matches) {
        pthread_mutex_lock(&server->mutex);
        keep(server, &observation);
        pthread_mutex_unlock(&server->mutex);
        set_observing(server, true, false);
    }
    return matches;
}

void observed_server_end(struct observed_server *server)
{
    set_observing(server, false, false);
}

void observed_server_look(struct observed_server *server, struct observation *observation)
{
    pthread_mutex_lock(&server->mutex);
    *observation = server->newest;
    pthread_mutex_unlock(&server->mutex);
}

size_t observed_server_limits(const struct observed_server *server, struct limit_value values[LIMIT_COUNT])
{
    memcpy(values, server->limits, sizeof server->limits);
    return server->limit_count;
}
