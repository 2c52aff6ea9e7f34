/* A request's fields from its body, where JSON and forms say the same. */
#ifndef KONEKSI_WEB_HTTP_BODY_H
#define KONEKSI_WEB_HTTP_BODY_H

#include "web/http/request.h"

/* How fields become what the handler wants, `out`. RESULT_INVALID about a field. */
struct body_fields {
    enum result (*from_json)(void *out, const cJSON *object, struct err *err);
    enum result (*from_text)(void *out, const char *name, const char *value, struct err *err); /* one of a form */
};

/* Reads the body. When it is not RESULT_OK, the request has been answered with what was wrong (400, 415, 503), and
 * *answered is what the handler returns. */
enum result body_read(struct request *request, const struct body_fields *fields, void *out,
                      enum MHD_Result *answered) MUST_CHECK;

#endif
