/* The parameter `lang` of a request: in which language a verdict's sentence is. */
#ifndef KONEKSI_WEB_API_QUERY_LANGUAGE_H
#define KONEKSI_WEB_API_QUERY_LANGUAGE_H

#include "loadgen/verdict/sentence.h"
#include "web/http/query.h"

/* "en" or "id"; `language` is unchanged when the parameter is missing. RESULT_INVALID for another one. */
enum result query_language(const struct query *query, enum language *language, struct err *err) MUST_CHECK;

#endif
