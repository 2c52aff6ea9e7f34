/* What a load generator, or mpirun, said on standard error before it ended: why it did. */
#ifndef KONEKSI_LOADGEN_LAST_WORDS_H
#define KONEKSI_LOADGEN_LAST_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define LAST_WORDS_SIZE 161

/* Their end as one line of plain ASCII: what it wrote cannot be trusted. */
void last_words_copy(const char *words, size_t length, char text[LAST_WORDS_SIZE]);

/* Which rank or host mpirun says that it lost, of the end of its standard error (NUL-ended); false: it does not say. */
bool last_words_lost(const char *words, char *text, size_t size);
/* What of it says first why it ended: the paragraphs after that tell of the consequences. */
bool last_words_cause(const char *words, char *text, size_t size);

#endif
