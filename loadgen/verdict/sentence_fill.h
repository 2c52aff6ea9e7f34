/* Private to loadgen/verdict: one sentence of a verdict (sentences.def), with its {keys} filled in. */
#ifndef KONEKSI_LOADGEN_VERDICT_SENTENCE_FILL_H
#define KONEKSI_LOADGEN_VERDICT_SENTENCE_FILL_H

#include "loadgen/verdict/sentence.h"

enum sentence {
#define SENTENCE(NAME, ...) SENTENCE_##NAME,
#include "loadgen/verdict/sentences.def"
#undef SENTENCE
    SENTENCE_COUNT,
};

struct words {
    const struct verdict *verdict;
    const struct fact *fact; /* NULL: the sentence is about the verdict itself */
    enum language language;
    struct buf *text;
    size_t start; /* of the sentences in `text` */
};

/* Appends it, after a space where others stand before it. */
void sentence_fill(enum sentence which, const struct words *words);

#endif
