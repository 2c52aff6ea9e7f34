#include "web/http/body.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "web/http/respond.h"

/* Keys of one object: more than any valid body has, and few enough to compare all pairs. */
#define KEYS_MAX 64

enum kind { KIND_FORM, KIND_JSON };

/* Compares a media type without its parameters ("; charset=utf-8"). */
static bool is_type(const char *value, const char *type)
{
    const size_t length = strcspn(value, "; \t");
    return length == strlen(type) && strncasecmp(value, type, length) == 0;
}

/* A form when there is no content type. RESULT_INVALID for any that is neither. */
static enum result find_kind(const struct request *request, enum kind *kind, struct err *err)
{
    const char *const type = request_header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    *kind = KIND_FORM;
    if (type == NULL || is_type(type, "application/x-www-form-urlencoded")) {
        return RESULT_OK;
    }
    *kind = KIND_JSON;
    if (is_type(type, "application/json")) {
        return RESULT_OK;
    }
    return err_set(err, RESULT_INVALID, "send application/json or application/x-www-form-urlencoded");
}

/* A C string ends at U+0000: the value would be stored truncated. */
static bool has_escaped_nul(const char *text)
{
    static const char nul[] = "u0000";
    for (const char *at = strchr(text, '\\'); at != NULL; at = strchr(at, '\\')) {
        if (strncmp(at + 1, nul, sizeof nul - 1) == 0) {
            return true;
        }
        at += at[1] != '\0' ? 2 : 1;
    }
    return false;
}

/* The parser bounds the depth (CJSON_NESTING_LIMIT). */
static enum result check_keys(const cJSON *json, struct err *err)
{
    size_t count = 0;
    for (const cJSON *each = json->child; each != NULL; each = each->next) {
        if (cJSON_IsObject(json)) {
            if (++count > KEYS_MAX) {
                return err_set(err, RESULT_INVALID, "an object has more than %d fields", KEYS_MAX);
            }
            for (const cJSON *other = json->child; other != each; other = other->next) {
                if (strcmp(other->string, each->string) == 0) {
                    return err_field(err, each->string, "%.100s is given more than once", each->string);
                }
            }
        }
        if (check_keys(each, err) != RESULT_OK) {
            return err->code;
        }
    }
    return RESULT_OK;
}

/* Parses the body: one JSON object in UTF-8 with nothing after it, no key twice and no U+0000. The caller deletes it.
 * RESULT_INVALID, RESULT_NO_MEMORY. */
static enum result parse_json(const struct request *request, cJSON **json, struct err *err)
{
    const struct buf *const body = &request->body;
    if (body->length == 0) {
        return err_set(err, RESULT_INVALID, "the body is empty");
    }
    if (!query_is_utf8(body->bytes, body->length) || has_escaped_nul(body->bytes)) {
        return err_set(err, RESULT_INVALID, "the body is not UTF-8, or contains U+0000");
    }
    const char *end = NULL;
    errno = 0; /* cJSON reports running out of memory as invalid JSON; malloc(3) sets errno */
    cJSON *const parsed = cJSON_ParseWithLengthOpts(body->bytes, body->length + 1, &end, true);
    if (parsed == NULL && errno == ENOMEM) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    if (parsed == NULL) {
        const size_t offset = end == NULL ? 0 : (size_t)(end - body->bytes);
        return err_set(err, RESULT_INVALID, "the body is not valid JSON; the error is near byte %zu", offset);
    }
    if (!cJSON_IsObject(parsed)) {
        cJSON_Delete(parsed);
        return err_set(err, RESULT_INVALID, "the body must be a JSON object");
    }
    if (check_keys(parsed, err) != RESULT_OK) {
        cJSON_Delete(parsed);
        return err->code;
    }
    *json = parsed;
    return RESULT_OK;
}

static enum result read_json(const struct request *request, const struct body_fields *fields, void *out,
                             struct err *err)
{
    cJSON *json = NULL;
    if (parse_json(request, &json, err) != RESULT_OK) {
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

static enum MHD_Result refuse(struct request *request, enum kind kind, const struct err *err)
{
    if (err->code == RESULT_INVALID && err->field[0] == '\0') {
        const struct problem problem = {MHD_HTTP_BAD_REQUEST, kind == KIND_JSON ? "invalid_json" : "invalid_form",
                                        *err};
        return respond_problem(request, &problem);
    }
    return respond_err(request, err);
}

enum result body_read(struct request *request, const struct body_fields *fields, void *out, enum MHD_Result *answered)
{
    struct problem unknown_type = {MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported_type", {0}};
    enum kind kind = KIND_FORM;
    if (find_kind(request, &kind, &unknown_type.err) != RESULT_OK) {
        *answered = respond_problem(request, &unknown_type);
        return unknown_type.err.code;
    }
    struct err err;
    const enum result result =
        kind == KIND_JSON ? read_json(request, fields, out, &err) : read_form(request, fields, out, &err);
    if (result != RESULT_OK) {
        *answered = refuse(request, kind, &err);
    }
    return result;
}
