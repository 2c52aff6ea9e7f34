/* One moment of the store, for an answer that is read in pages: what is deleted meanwhile is still there.
 *
 * A view is read as a store is, by one thread at a time; it cannot be written to. As long as possible it is a read
 * transaction of its own. One that lasts keeps the write-ahead log from starting anew, so the view gives it up when the
 * log has grown long, or when a newer view needs its connection. A slow reader therefore holds nothing up. From then on
 * it reads the present, and store_view_check reports what makes the answer incomplete. */
#ifndef KONEKSI_DB_STORE_VIEW_H
#define KONEKSI_DB_STORE_VIEW_H

#include <stdbool.h>

#include "db/store.h"

/* Views that can have a read transaction at the same time. */
#define STORE_VIEWS 3

/* `changes`: the order or the members of the list change with a run's status or label. NULL: out of memory. */
struct store *store_view_open(struct store *store, bool changes);
void store_view_close(struct store *view); /* NULL is ignored */

/* Call it after each page is read, before it is sent. RESULT_STORE when the pages since the view was opened are not of
 * one moment: runs were deleted, or their order changed. */
enum result store_view_check(struct store *view, struct err *err) MUST_CHECK;

#endif
