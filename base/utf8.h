/* UTF-8: what comes from outside is checked once, where it comes in, because JSON and CSV may hold nothing else. */
#ifndef KONEKSI_BASE_UTF8_H
#define KONEKSI_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the code point at `text`, of which `length` bytes may be read; returns how many bytes it takes, or 0 for what
 * RFC 3629 forbids: a stray or missing continuation byte, an overlong form, a surrogate, anything above U+10FFFF. */
size_t utf8_decode(const char *text, size_t length, uint32_t *code_point);

/* U+0000..001F, U+007F and U+0080..009F, which move a terminal's cursor, and U+202A..202E and U+2066..2069, which turn
 * the text behind them: they have no place in a label. */
bool utf8_is_control(uint32_t code_point);

/* Copies what fits of `text`, cut between code points, NUL-ended; each byte that is not UTF-8 becomes '?'. size > 0. */
void utf8_copy(char *out, size_t size, const char *text);

#endif
