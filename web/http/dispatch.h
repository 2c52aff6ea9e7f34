/* From a request's headers to its answer: whether it is let in, and which handler it goes to. */
#ifndef KONEKSI_WEB_HTTP_DISPATCH_H
#define KONEKSI_WEB_HTTP_DISPATCH_H

#include "web/http/request.h"

/* Looks at the headers (guard.h), the target and the route; notes what is wrong in request->problem. True when that
 * has to be answered before the body is read: its end is uncertain, or the client waits for a go-ahead. */
bool dispatch_admit(struct request *request, const char *method, const char *version) MUST_CHECK;

/* Answers: the problem, or what the route's handler says. The body is whole. */
enum MHD_Result dispatch(struct request *request);

#endif
