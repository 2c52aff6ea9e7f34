/* Long answers in constant memory: written page by page, each page when the client has taken the one before. No lock is
 * held in between, however slow the client is. */
#ifndef KONEKSI_WEB_HTTP_STREAM_H
#define KONEKSI_WEB_HTTP_STREAM_H

#include "web/http/request.h"

struct stream_source {
    const char *type;     /* media type */
    const char *filename; /* offered for saving; NULL: none */
    /* Appends the next page to `out` (empty before); one that appends nothing is the end. */
    enum result (*page)(void *state, struct buf *out, struct err *err);
    void (*free)(void *state);
};

/* Takes `state` (source->free) whatever happens. The first page is read at once, so that its failure still gets the
 * right status; a later one cuts the connection, so that the client knows that something is missing. */
enum MHD_Result stream_respond(struct request *request, const struct stream_source *source, void *state);

#endif
