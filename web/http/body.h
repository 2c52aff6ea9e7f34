/* Reads the fields of a request from its body. JSON and forms carry the same fields. */
#ifndef KONEKSI_WEB_HTTP_BODY_H
#define KONEKSI_WEB_HTTP_BODY_H

#include <cjson/cJSON.h>

#include "web/http/request.h"

/* Converts fields into the handler's own struct, `out`. RESULT_INVALID names the field. */
struct body_fields {
    enum result (*from_json)(void *out, const cJSON *object, struct err *err);
    enum result (*from_text)(void *out, const char *name, const char *value, struct err *err); /* one pair of a form */
};

/* Reads the body. On any result but RESULT_OK the request has been answered (400, 415 or 503), and the handler returns
 * *answered. */
enum result body_read(struct request *request, const struct body_fields *fields, void *out,
                      enum MHD_Result *answered) MUST_CHECK;

#endif
