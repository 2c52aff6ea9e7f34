#include "web/api/publisher.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "server/lab/json/run_json.h"

/* What the event is about, but for its JSON. */
static struct live_event live_event_of(const struct event *event)
{
    struct live_event live = {.name = event_type_name(event->type), .about.run = event->run};
    if (event->type == EVENT_RUN) {
        live.last = event->changed == NULL || run_status_is_over(event->changed->status);
    } else if (event->type == EVENT_EXPERIMENT) {
        const struct experiment *const experiment = event->experiment;
        live.about.experiment = experiment != NULL ? experiment->id : event->deleted_experiment;
        live.last = experiment == NULL || run_status_is_over(experiment->status);
    }
    return live;
}

static void publish_text(struct publisher *publisher, const struct event *event, const char *json)
{
    struct live_event live = live_event_of(event);
    live.json = json;
    live_publish(publisher->live, &live);
}

/* Deletes the tree. NULL, when memory ran out, publishes nothing. */
static void publish(struct publisher *publisher, const struct event *event, cJSON *tree)
{
    char *const text = tree != NULL ? cJSON_PrintUnformatted(tree) : NULL;
    if (text != NULL) {
        publish_text(publisher, event, text);
    }
    cJSON_free(text);
    cJSON_Delete(tree);
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
    publish_text(publisher, event, text);
    cJSON_free(publisher->last_server);
    publisher->last_server = text;
}

/* A result may be too long for an event. Then the event has none, and a client requests it. */
static void publish_experiment(struct publisher *publisher, const struct event *event)
{
    struct err err;
    cJSON *tree = NULL;
    if (event->experiment == NULL) {
        publish(publisher, event, deleted_to_json(event->deleted_experiment));
        return;
    }
    if (experiment_to_json(publisher->store, event->experiment, LANGUAGE_ENGLISH, &tree, &err) != RESULT_OK) {
        return;
    }
    char *const text = cJSON_PrintUnformatted(tree);
    if (text != NULL && strlen(text) <= LIVE_EVENT_BYTES) {
        publish_text(publisher, event, text);
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
