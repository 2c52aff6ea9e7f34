/* A copy of the whole database for a download: one moment of it, in a file without a name, made in small steps so that
 * the thread can serve others in between. */
#ifndef KONEKSI_DB_STORE_EXPORT_H
#define KONEKSI_DB_STORE_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "db/store.h"

/* Copies that are made, and copies that there are, at the same time. */
#define STORE_EXPORTS_MADE 1
#define STORE_EXPORTS 4

struct store_export;

/* Reserves the room for the copy, beside the database or, where it has none, in $TMPDIR (/tmp). RESULT_SYSTEM: there is
 * no room, or no further copy can be made now; RESULT_STORE, RESULT_NO_MEMORY. */
enum result store_export_begin(struct store *store, struct store_export **export, struct err *err) MUST_CHECK;

/* Copies for some milliseconds; *done when the copy is complete. It holds up no writer: when the write-ahead log has
 * grown long meanwhile, it begins again with the newest moment, a few times at most. RESULT_STORE: the copy will not be
 * complete. */
enum result store_export_step(struct store_export *export, bool *done, struct err *err) MUST_CHECK;

/* The next bytes of a copy that is complete, at most `size`; *got is 0 at its end. RESULT_SYSTEM. */
enum result store_export_read(struct store_export *export, void *bytes, size_t size, size_t *got,
                              struct err *err) MUST_CHECK;

void store_export_end(struct store_export *export); /* NULL is ignored */

#endif
