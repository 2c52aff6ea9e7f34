/* Changes of a run that is stored already. Threads and errors as in store.h. */
#ifndef KONEKSI_DB_STORE_AMEND_H
#define KONEKSI_DB_STORE_AMEND_H

#include "db/store.h"

/* RESULT_NOT_FOUND; RESULT_CONFLICT while it is running. */
enum result store_run_label_put(struct store *store, int64_t id, const char *label, struct err *err) MUST_CHECK;

/* Replaces its verdict. RESULT_NOT_FOUND. */
enum result store_run_verdict_put(struct store *store, int64_t id, const struct verdict *verdict,
                                  struct err *err) MUST_CHECK;

#endif
