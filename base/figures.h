/* Numbers as people read them, and bars. Pure: nothing depends on the locale. */
#ifndef KONEKSI_BASE_FIGURES_H
#define KONEKSI_BASE_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define FIGURE_SIZE 32

/* "1,234,567". Both return `text`. */
const char *figure_number(uint64_t number, char text[FIGURE_SIZE]);

/* "850 ns", "12.4 us", "3.07 ms", "1.95 s": three digits are what a histogram is good for. */
const char *figure_time(uint64_t ns, char text[FIGURE_SIZE]);

/* Appends a bar of `part` of `whole` (not 0), `width` columns when they are equal: in eighths of a column where
 * `utf8`, else of '#'. What is not 0 is seen. */
void figure_bar(struct buf *text, uint64_t part, uint64_t whole, unsigned width, bool utf8);

/* Whether the environment asks for UTF-8, by the variables that setlocale(3) reads; setlocale itself would map files,
 * which every client process would carry. */
bool figure_locale_is_utf8(void);

#endif
