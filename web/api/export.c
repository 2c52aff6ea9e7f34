/* GET /export.db: a copy of the whole database. It is made page by page like the other downloads: the first calls copy
 * and give no bytes, the others are what was copied. */
#include <stdlib.h>

#include "db/store_export.h"
#include "web/api/resources.h"
#include "web/http/respond.h"
#include "web/http/stream.h"

#define PAGE_SIZE 65536

struct download {
    struct store_export *export;
    bool is_complete; /* the copy */
};

static enum result open_export(void *state, const struct request *request, struct err *err)
{
    struct download *const download = state;
    return store_export_begin(request->app->store, &download->export, err);
}

static enum result next_page(void *state, struct buf *out, struct err *err)
{
    struct download *const download = state;
    if (!download->is_complete) {
        const enum result result = store_export_step(download->export, &download->is_complete, err);
        return result == RESULT_OK ? RESULT_FULL : result;
    }
    size_t got = 0;
    char bytes[PAGE_SIZE];
    const enum result result = store_export_read(download->export, bytes, sizeof bytes, &got, err);
    buf_append(out, bytes, got);
    return result;
}

static void download_free(void *state)
{
    struct download *const download = state;
    store_export_end(download->export);
    free(download);
}

enum MHD_Result export_get(struct request *request)
{
    static const struct stream_source source = {
        STREAM_DOWNLOAD, "application/vnd.sqlite3", "koneksi.db", open_export, next_page, download_free};
    struct download *const download = calloc(1, sizeof *download);
    return download != NULL ? stream_respond(request, &source, download) : respond_no_memory(request);
}
