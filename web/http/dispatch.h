/* Takes a request from its headers to its answer: admits or refuses it, then calls the handler of its route. */
#ifndef KONEKSI_WEB_HTTP_DISPATCH_H
#define KONEKSI_WEB_HTTP_DISPATCH_H

#include "web/http/request.h"

/* Checks the headers (guard.h), the target and the route, and stores the first problem in request->problem. True when
 * the problem must be answered before the body is read: its end is uncertain, the body is too long to drop, or the
 * client waits for 100 Continue. */
bool dispatch_admit(struct request *request, const char *method, const char *version) MUST_CHECK;

/* Answers with the problem, or calls the handler of the route. The body must be complete. */
enum MHD_Result dispatch(struct request *request);

#endif
