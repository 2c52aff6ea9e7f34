/* What the commands print for people, in each language: words.def, with what is to be filled in. */
#ifndef KONEKSI_LOADGEN_VERDICT_WORDS_H
#define KONEKSI_LOADGEN_VERDICT_WORDS_H

#include "base/buf.h"
#include "base/figures.h"
#include "base/language.h"

enum word {
#define WORD(NAME, ...) WORD_##NAME,
#include "loadgen/verdict/words.def"
#undef WORD
    WORD_COUNT,
};

const char *word_of(enum word word, enum language language);

/* What is filled in for {0}, {1} and so on; none is NULL. */
#define WORD_VALUES(...) ((const char *const[]){__VA_ARGS__})

/* Writes the text with its values filled in, cut to `size`. */
void word_fill(enum word word, enum language language, const char *const values[], char *text, size_t size);

/* Appends it. */
void word_append(struct buf *text, enum word word, enum language language, const char *const values[]);

/* "1,234,567", in Indonesian "1.234.567"; "0.250", "0,250"; "1.95 s", "1,95 s". All return `text`. */
const char *word_number(uint64_t number, enum language language, char text[FIGURE_SIZE]);
const char *word_decimal(double value, int decimals, enum language language, char text[FIGURE_SIZE]);
const char *word_time(uint64_t ns, enum language language, char text[FIGURE_SIZE]);

#endif
