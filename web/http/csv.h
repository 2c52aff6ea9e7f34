/* Writes CSV (RFC 4180) that is safe to open in a spreadsheet: a text that it would run as a formula gets a quote (')
 * in front. Cells are appended to a buffer; check its `failed` at the end. */
#ifndef KONEKSI_WEB_HTTP_CSV_H
#define KONEKSI_WEB_HTTP_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define CSV_TYPE "text/csv; charset=utf-8; header=present"

struct csv {
    struct buf *out;
    bool begun; /* the row has a cell */
};

void csv_text(struct csv *csv, const char *text); /* NULL: an empty cell */
void csv_uint(struct csv *csv, uint64_t value);
/* 0 means that there is no value, and gives an empty cell. */
void csv_optional(struct csv *csv, uint64_t value);
/* Where 0 is a value, CSV_UNKNOWN gives an empty cell. */
#define CSV_UNKNOWN UINT64_MAX
void csv_known(struct csv *csv, uint64_t value);
void csv_bool(struct csv *csv, bool value);
/* Six decimals: a time in seconds is exact to the microsecond. */
void csv_decimal(struct csv *csv, double value);
/* The same; 0 means that there is no value, and gives an empty cell. */
void csv_known_decimal(struct csv *csv, double value);
/* Milliseconds since 1970 UTC in ISO 8601; 0 gives an empty cell. */
void csv_time(struct csv *csv, int64_t utc_ms);
void csv_end_row(struct csv *csv);

#endif
