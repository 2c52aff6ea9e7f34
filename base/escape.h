/* Bytes as printable text with escapes of C: \r \n \t \\, and \xNN for whatever else is no printable UTF-8. */
#ifndef KONEKSI_BASE_ESCAPE_H
#define KONEKSI_BASE_ESCAPE_H

#include <stddef.h>

#define ESCAPE_MOST 4 /* bytes of text that one byte becomes, at most */

/* Writes what fits of them into `text`, NUL-ended: at most `most` characters of the text, an escape counting as those
 * that it has, and neither an escape nor a character is cut. Returns how many bytes are in it. size > 0. */
size_t escape_write(const char *bytes, size_t length, size_t most, char *text, size_t size);

/* Puts the bytes that a text stands for in its place. Returns 0; or the position, counted from 1, of a backslash that
 * begins none of those escapes or stands for NUL, and then leaves the text as far as it was read. */
size_t escape_read(char *text);

/* The value of a hexadecimal digit; -1 when it is none. */
int escape_digit(char digit);

#endif
