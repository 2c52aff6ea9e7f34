/* A verdict in words, made from its facts: the only place that does. */
#ifndef KONEKSI_LOADGEN_VERDICT_SENTENCE_H
#define KONEKSI_LOADGEN_VERDICT_SENTENCE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/language.h"
#include "loadgen/verdict/verdict.h"

/* Clients that began within so long may all have met the same second of a server that admits so many in one. */
#define SENTENCE_SOON_MS 1500

/* Appends the sentences of what stopped the clients, and of each fact; nothing for VERDICT_NONE. */
void sentence_append(const struct verdict *verdict, enum language language, struct buf *text);

/* Appends how what stopped them is raised, without a full stop; nothing where no way is known. */
void sentence_append_raise(const struct verdict *verdict, enum language language, struct buf *text);

/* "client"; "?" for FACT_SIDE_NONE. */
const char *sentence_side(enum fact_side side, enum language language);

#endif
