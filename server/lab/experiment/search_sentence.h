/* What a search found, in words. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_SEARCH_SENTENCE_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_SEARCH_SENTENCE_H

#include "base/language.h"
#include "server/lab/experiment/findings.h"

/* What stopped clients, as short as in a table: "RLIMIT_NOFILE 1,024 on the client side". */
void search_name_limit(const struct verdict *verdict, enum language language, char *text, size_t size);

/* Writes the sentence of a result that is complete but for it; `held`: its clients were, and so at the same time. */
void search_describe(bool held, enum language language, struct search_result *result);

#endif
