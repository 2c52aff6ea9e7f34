#include "server/lab/run/publish.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/lab/run/run_json.h"

/* Takes the tree; NULL is allowed. */
static void publish(struct live *live, enum live_type type, int64_t id, cJSON *tree)
{
    char *const text = tree != NULL ? cJSON_PrintUnformatted(tree) : NULL;
    if (text != NULL) {
        live_publish(live, type, id, text);
    }
    cJSON_free(text);
    cJSON_Delete(tree);
}

static cJSON *of_run(cJSON *tree, int64_t id)
{
    if (tree != NULL && cJSON_AddNumberToObject(tree, "run", (double)id) == NULL) {
        cJSON_Delete(tree);
        return NULL;
    }
    return tree;
}

void publish_run(struct live *live, const struct run *run)
{
    publish(live, LIVE_RUN, run->id, run_to_json(run));
}

void publish_deleted(struct live *live, int64_t id)
{
    char text[64];
    snprintf(text, sizeof text, "{\"id\":%" PRId64 ",\"deleted\":true}", id);
    live_publish(live, LIVE_RUN, id, text);
}

void publish_sample(struct live *live, int64_t id, const struct run_sample *sample)
{
    publish(live, LIVE_SAMPLE, id, of_run(run_sample_to_json(sample), id));
}

void publish_log(struct live *live, int64_t id, const struct run_log *log)
{
    publish(live, LIVE_LOG, id, of_run(run_log_to_json(log), id));
}

/* A table may be larger than an event: then it has no result, and whoever wants that asks for it. */
void publish_experiment(struct live *live, cJSON *experiment)
{
    char *const text = cJSON_PrintUnformatted(experiment);
    if (text != NULL && strlen(text) > LIVE_EVENT_BYTES) {
        cJSON_DeleteItemFromObjectCaseSensitive(experiment, "result");
    }
    cJSON_free(text);
    publish(live, LIVE_EXPERIMENT, 0, experiment);
}

void publish_server(struct live *live, const struct time_server *server, uint64_t fds, char **last)
{
    cJSON *const tree = time_server_to_json(server, fds);
    char *const text = tree != NULL ? cJSON_PrintUnformatted(tree) : NULL;
    cJSON_Delete(tree);
    if (text == NULL || (*last != NULL && strcmp(text, *last) == 0)) {
        cJSON_free(text);
        return;
    }
    live_publish(live, LIVE_SERVER, 0, text);
    cJSON_free(*last);
    *last = text;
}
