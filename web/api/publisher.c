#include "web/api/publisher.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "web/api/run_json.h"

/* Deletes the tree. NULL, when memory ran out, publishes nothing. */
static void publish(struct publisher *publisher, const struct event *event, cJSON *tree)
{
    char *const text = tree != NULL ? cJSON_PrintUnformatted(tree) : NULL;
    if (text != NULL) {
        live_publish(publisher->live, event_type_name(event->type), event->run, text);
    }
    cJSON_free(text);
    cJSON_Delete(tree);
}

static cJSON *deleted_to_json(int64_t id)
{
    cJSON *const tree = cJSON_CreateObject();
    return json_if(tree != NULL && json_add_number(tree, "id", (double)id) && json_add_bool(tree, "deleted", true),
                   tree);
}

/* Adds the run's id as "run". */
static cJSON *with_run(cJSON *tree, int64_t id)
{
    return json_if(tree != NULL && json_add_number(tree, "run", (double)id), tree);
}

static void publish_server(struct publisher *publisher, const struct event *event)
{
    cJSON *const tree = time_server_to_json(publisher->server, event->panel_fds);
    char *const text = tree != NULL ? cJSON_PrintUnformatted(tree) : NULL;
    cJSON_Delete(tree);
    if (text == NULL || (publisher->last_server != NULL && strcmp(text, publisher->last_server) == 0)) {
        cJSON_free(text);
        return;
    }
    live_publish(publisher->live, event_type_name(event->type), event->run, text);
    cJSON_free(publisher->last_server);
    publisher->last_server = text;
}

/* A result may be too long for an event. Then the event has none, and a client requests it. */
static void publish_experiment(struct publisher *publisher, const struct event *event)
{
    struct err err;
    cJSON *tree = NULL;
    if (experiment_to_json(publisher->store, event->experiment, LANGUAGE_ENGLISH, &tree, &err) != RESULT_OK) {
        return;
    }
    char *const text = cJSON_PrintUnformatted(tree);
    if (text != NULL && strlen(text) <= LIVE_EVENT_BYTES) {
        live_publish(publisher->live, event_type_name(event->type), event->run, text);
        cJSON_Delete(tree);
    } else {
        cJSON_DeleteItemFromObjectCaseSensitive(tree, "result");
        publish(publisher, event, tree);
    }
    cJSON_free(text);
}

static void notify(void *arg, const struct event *event)
{
    struct publisher *const publisher = arg;
    switch (event->type) {
    case EVENT_RUN:
        publish(publisher, event,
                event->changed != NULL ? run_to_json(event->changed, LANGUAGE_ENGLISH) : deleted_to_json(event->run));
        break;
    case EVENT_SAMPLE:
        publish(publisher, event, with_run(run_sample_to_json(event->sample), event->run));
        break;
    case EVENT_LOG:
        publish(publisher, event, with_run(run_log_to_json(event->log), event->run));
        break;
    case EVENT_SERVER:
        publish_server(publisher, event);
        break;
    case EVENT_EXPERIMENT:
        publish_experiment(publisher, event);
        break;
    case EVENT_TYPE_COUNT:
        break;
    }
}

struct observer publisher_observer(struct publisher *publisher)
{
    return (struct observer){.notify = notify, .arg = publisher};
}

void publisher_free(struct publisher *publisher)
{
    cJSON_free(publisher->last_server);
    publisher->last_server = NULL;
}
