/* The body of a PATCH that changes a label: {"label":"..."} or label=... */
#ifndef KONEKSI_WEB_API_LABEL_BODY_H
#define KONEKSI_WEB_API_LABEL_BODY_H

#include "web/http/request.h"

/* On RESULT_OK the caller frees *label. Otherwise a response is queued, and *answered is what the handler returns. */
enum result label_body_read(struct request *request, char **label, enum MHD_Result *answered) MUST_CHECK;

#endif
