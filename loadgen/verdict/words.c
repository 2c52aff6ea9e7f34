#include "loadgen/verdict/words.h"

#include <stdio.h>
#include <string.h>

#define TEXT_SIZE 1024

static const char *const words[WORD_COUNT][LANGUAGE_COUNT] = {
#define WORD(NAME, english, indonesian) {english, indonesian},
#include "loadgen/verdict/words.def"
#undef WORD
};

const char *word_of(enum word word, enum language language)
{
    return words[word][language];
}

void word_fill(enum word word, enum language language, const char *const values[], char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (const char *at = words[word][language]; *at != '\0' && used < size;) {
        const size_t length = strcspn(at, "{");
        used += (size_t)snprintf(text + used, size - used, "%.*s", (int)length, at);
        at += length;
        if (*at == '{' && used < size) {
            used += (size_t)snprintf(text + used, size - used, "%s", values[at[1] - '0']);
            at += sizeof "{0}" - 1;
        }
    }
}

void word_append(struct buf *text, enum word word, enum language language, const char *const values[])
{
    char filled[TEXT_SIZE];
    word_fill(word, language, values, filled, sizeof filled);
    buf_text(text, filled);
}

/* Indonesian has the point between thousands and the comma before decimals. */
static const char *localize(char *text, enum language language)
{
    for (char *at = text; language == LANGUAGE_INDONESIAN && *at != '\0'; at++) {
        *at = (char)(*at == ',' ? '.' : *at == '.' ? ',' : *at);
    }
    return text;
}

const char *word_number(uint64_t number, enum language language, char text[FIGURE_SIZE])
{
    figure_number(number, text);
    return localize(text, language);
}

const char *word_decimal(double value, int decimals, enum language language, char text[FIGURE_SIZE])
{
    snprintf(text, FIGURE_SIZE, "%.*f", decimals, value);
    return localize(text, language);
}

const char *word_time(uint64_t ns, enum language language, char text[FIGURE_SIZE])
{
    figure_time(ns, text);
    return localize(text, language);
}
