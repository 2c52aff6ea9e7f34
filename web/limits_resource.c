/* The limits of both sides now, and where a run of each mode would stop. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "lab/binding.h"
#include "lab/target.h"
#include "limits/predict.h"
#include "resources.h"
#include "respond.h"

#define USUAL_COUNT 5000 /* the classic one */

/* Both sides' limits, as the generator of the run and the TIME server have them. */
struct inventory {
    struct limit_value values[2 * LIMIT_COUNT];
    size_t count;
    struct predict_case asked;
    struct run_spec spec;
};

static enum result read_model(const char *name, enum time_model *model, struct err *err)
{
    *model = name != NULL ? time_model_from_name(name) : *model;
    return *model != TIME_MODEL_COUNT ? RESULT_OK : err_field(err, "model", "there is no model \"%.60s\"", name);
}

/* All parameters but `model` are the fields of a run. */
static enum result read_spec(const struct query *query, struct run_spec *spec, struct err *err)
{
    run_spec_init(spec);
    spec->count = USUAL_COUNT;
    for (size_t i = 0; i < query->count; i++) {
        const struct query_pair *const pair = &query->pairs[i];
        if (strcmp(pair->name, "model") != 0 && run_spec_set_text(spec, pair->name, pair->value, err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

/* A name is not looked up for a prediction, but for that of the loopback. */
static bool needs_no_lookup(const char *target)
{
    return strcmp(target, RUN_TARGET_BUILTIN) == 0 || strncmp(target, "localhost:", 10) == 0 || target[0] == '[' ||
           strspn(target, "0123456789.:") == strlen(target);
}

static void find_target(const struct web_context *web, const struct run_spec *spec, struct predict_case *asked)
{
    struct err err;
    struct net_address own;
    struct net_address address;
    struct target target = {.is_own = false};
    const char *const allowed[] = {spec->target, NULL};
    time_server_address(web->config.server, &own);
    const bool known = needs_no_lookup(spec->target) &&
                       target_resolve(spec->target, &own, allowed, &target, &err) == RESULT_OK &&
                       net_parse(target.address, &address, &err) == RESULT_OK;
    asked->spread_sources = known && address.storage.ss_family == AF_INET && net_is_loopback(&address);
    if (!target.is_own) {
        asked->model = PREDICT_MODEL_NONE;
    }
}

/* The generator's limits are the panel's own: it is the panel's child, and both raise what they may; then the run's. */
static void take_inventory(const struct web_context *web, enum time_model model, const struct time_stats *stats,
                           struct inventory *inventory)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    inventory->asked = (struct predict_case){
        .spec = &inventory->spec,
        .model = binding_model(time_model_name(model)),
        .workers = stats->workers,
        .backlog = stats->backlog,
        .live = stats->live,
        .reserved_fds = TIME_RESERVED_FDS,
        .cores = cores < 1 ? 1 : (uint64_t)cores,
        .nproc_binds = limits_nproc_binds(),
    };
    find_target(web, &inventory->spec, &inventory->asked);
    inventory->count = limits_read(LIMIT_SIDE_CLIENT, stats->backlog, inventory->values);
    predict_confine(&inventory->spec, inventory->values, inventory->count);
    inventory->count += limits_read(LIMIT_SIDE_SERVER, stats->backlog, inventory->values + inventory->count);
}

static bool add_limits(cJSON *object, const struct inventory *inventory)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "limits");
    bool added = list != NULL;
    for (size_t i = 0; added && i < inventory->count; i++) {
        added = json_append(list, limit_to_json(&inventory->values[i]));
    }
    return added;
}

static bool add_predictions(cJSON *object, struct inventory *inventory)
{
    cJSON *const predicted = cJSON_AddObjectToObject(object, "predicted");
    bool added = predicted != NULL;
    for (enum run_mode mode = 0; added && mode < MODE_COUNT; mode++) {
        struct prediction prediction;
        inventory->spec.mode = mode;
        predict(&inventory->asked, inventory->values, inventory->count, &prediction);
        added = json_add(predicted, run_mode_name(mode), prediction_to_json(&prediction));
    }
    return added;
}

enum MHD_Result limits_get(struct request *request)
{
    struct err err;
    struct time_stats stats;
    struct inventory inventory;
    time_server_stats(request->web->config.server, &stats);
    enum time_model model = stats.model;
    if (read_model(query_get(&request->query, "model"), &model, &err) != RESULT_OK ||
        read_spec(&request->query, &inventory.spec, &err) != RESULT_OK) {
        return respond_err(request, &err);
    }
    take_inventory(request->web, model, &stats, &inventory);
    cJSON *const json = cJSON_CreateObject();
    if (json == NULL || !add_limits(json, &inventory) || !add_predictions(json, &inventory)) {
        cJSON_Delete(json);
        return respond_no_memory(request);
    }
    return respond_json(request, MHD_HTTP_OK, json);
}
