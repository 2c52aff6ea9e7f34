#include "web/api/label_body.h"

#include <stdlib.h>
#include <string.h>

#include "web/http/body.h"
#include "web/http/respond.h"

static enum result unknown_member(const char *name, struct err *err)
{
    return err_field(err, name, "only the label can be changed, not %.100s", name);
}

static enum result label_from_text(void *out, const char *name, const char *value, struct err *err)
{
    if (strcmp(name, "label") != 0) {
        return unknown_member(name, err);
    }
    char **const label = out;
    *label = strdup(value);
    return *label != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
}

static enum result label_from_json(void *out, const cJSON *object, struct err *err)
{
    const cJSON *const item = object->child;
    if (item == NULL) {
        return err_field(err, "label", "label is required");
    }
    if (item->next != NULL) {
        return unknown_member(strcmp(item->string, "label") == 0 ? item->next->string : item->string, err);
    }
    if (strcmp(item->string, "label") == 0 && !cJSON_IsString(item)) {
        return err_field(err, "label", "label must be a string");
    }
    return label_from_text(out, item->string, cJSON_IsString(item) ? item->valuestring : "", err);
}

enum result label_body_read(struct request *request, char **label, enum MHD_Result *answered)
{
    static const struct body_fields fields = {label_from_json, label_from_text};
    struct err err;
    *label = NULL;
    enum result result = body_read(request, &fields, label, answered);
    if (result == RESULT_OK && *label == NULL) {
        result = err_field(&err, "label", "label is required");
        *answered = respond_err(request, &err);
    }
    if (result != RESULT_OK) {
        free(*label);
        *label = NULL;
    }
    return result;
}
