/* The statements of the store by number; their text stands in queries.def. */
#ifndef KONEKSI_DB_QUERIES_H
#define KONEKSI_DB_QUERIES_H

#include <stdbool.h>

enum query {
#define QUERY(NAME, who, sql) QUERY_##NAME,
#include "db/queries.def"
#undef QUERY
    QUERY_COUNT,
};

const char *query_text(enum query query);
bool query_writes(enum query query); /* only the writing connection prepares it */

#endif
