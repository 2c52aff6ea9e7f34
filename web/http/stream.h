/* Long responses in constant memory, made page by page: each page when the client has read the one before. No lock is
 * held in between, however slow the client is. */
#ifndef KONEKSI_WEB_HTTP_STREAM_H
#define KONEKSI_WEB_HTTP_STREAM_H

#include "web/http/request.h"

enum stream_kind {
    STREAM_DOWNLOAD, /* only EVICTION_DOWNLOADS_MAX of them go on at the same time */
    STREAM_ANSWER,   /* of bounded length; any number, so that the dashboard works while others download */
};

struct stream_source {
    enum stream_kind kind;
    const char *type;     /* media type */
    const char *filename; /* file name for saving; NULL: none */
    /* Opens what the pages are read from. Not called for a download that is refused because too many are under way. */
    enum result (*open)(void *state, const struct request *request, struct err *err);
    /* Appends the next page to `out`, which is empty. Appending nothing ends the response. RESULT_FULL: the page takes
     * longer, and is asked for again when the thread has served its other connections. */
    enum result (*page)(void *state, struct buf *out, struct err *err);
    void (*free)(void *state);
};

/* Takes `state` and frees it with source->free, whatever happens: also when source->open failed or was not called. The
 * first page is made at once, so that its failure is reported by a status. A later failure closes the connection, so
 * that the client notices the missing part. */
enum MHD_Result stream_respond(struct request *request, const struct stream_source *source, void *state);

#endif
