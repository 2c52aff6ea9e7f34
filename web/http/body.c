#include "web/http/body.h"

#include "web/http/respond.h"

static enum result read_json(const struct request *request, const struct body_fields *fields, void *out,
                             struct err *err)
{
    cJSON *json = NULL;
    if (request_json(request, &json, err) != RESULT_OK) {
        return err->code;
    }
    const enum result result = fields->from_json(out, json, err);
    cJSON_Delete(json);
    return result;
}

static enum result read_form(const struct request *request, const struct body_fields *fields, void *out,
                             struct err *err)
{
    struct query form;
    if (query_parse(request->body.bytes, request->body.length, &form, err) != RESULT_OK) {
        return err->code;
    }
    enum result result = RESULT_OK;
    for (size_t i = 0; i < form.count && result == RESULT_OK; i++) {
        result = fields->from_text(out, form.pairs[i].name, form.pairs[i].value, err);
    }
    query_free(&form);
    return result;
}

static enum MHD_Result refuse(struct request *request, enum request_body kind, const struct err *err)
{
    if (err->code == RESULT_INVALID && err->field[0] == '\0') {
        const struct problem problem = {MHD_HTTP_BAD_REQUEST,
                                        kind == REQUEST_BODY_JSON ? "invalid_json" : "invalid_form", *err};
        return respond_problem(request, &problem);
    }
    return respond_err(request, err);
}

enum result body_read(struct request *request, const struct body_fields *fields, void *out, enum MHD_Result *answered)
{
    struct problem unknown_type = {MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported_type", {0}};
    enum request_body kind = REQUEST_BODY_FORM;
    if (request_body_kind(request, &kind, &unknown_type.err) != RESULT_OK) {
        *answered = respond_problem(request, &unknown_type);
        return unknown_type.err.code;
    }
    struct err err;
    const enum result result =
        kind == REQUEST_BODY_JSON ? read_json(request, fields, out, &err) : read_form(request, fields, out, &err);
    if (result != RESULT_OK) {
        *answered = refuse(request, kind, &err);
    }
    return result;
}
