#include "base/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char letters[] = "rnt\\";
static const char meanings[] = "\r\n\t\\";

/* Writes one escape; returns its length. */
static size_t escape_byte(unsigned char byte, char text[ESCAPE_MOST + 1])
{
    const char *const known = memchr(meanings, byte, sizeof meanings - 1);
    return (size_t)(known != NULL ? snprintf(text, ESCAPE_MOST + 1, "\\%c", letters[known - meanings])
                                  : snprintf(text, ESCAPE_MOST + 1, "\\x%02x", byte));
}

size_t escape_write(const char *bytes, size_t length, size_t most, char *text, size_t size)
{
    size_t read = 0;
    size_t used = 0;
    while (read < length) {
        uint32_t code_point = 0;
        char shown[ESCAPE_MOST + 1];
        const size_t whole = utf8_decode(bytes + read, length - read, &code_point);
        const bool stands = whole > 0 && !utf8_is_control(code_point) && code_point != '\\';
        const size_t step = stands ? whole : 1;
        const size_t width = stands ? whole : escape_byte((unsigned char)bytes[read], shown);
        const size_t characters = stands ? 1 : width;
        if (used + width >= size || characters > most) {
            break;
        }
        memcpy(text + used, stands ? bytes + read : shown, width);
        read += step;
        used += width;
        most -= characters;
    }
    text[used] = '\0';
    return read;
}

int escape_digit(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *const found = digit != '\0' ? strchr(digits, digit) : NULL;
    return found != NULL ? (int)(found - digits) % 16 : -1;
}

/* The byte that an escape stands for and its length; 0 for what is none. */
static char unescape(const char *text, size_t *length)
{
    const char *const letter = text[1] != '\0' ? strchr(letters, text[1]) : NULL;
    *length = 2;
    if (letter != NULL) {
        return meanings[letter - letters];
    }
    if (text[1] != 'x' || escape_digit(text[2]) < 0 || escape_digit(text[3]) < 0) {
        return '\0';
    }
    *length = 4;
    return (char)(escape_digit(text[2]) * 16 + escape_digit(text[3]));
}

size_t escape_read(char *text)
{
    char *into = text;
    for (const char *from = text; *from != '\0'; into++) {
        size_t length = 1;
        *into = *from;
        if (*from == '\\') {
            *into = unescape(from, &length);
        }
        if (*into == '\0') {
            return (size_t)(from - text) + 1;
        }
        from += length;
    }
    *into = '\0';
    return 0;
}
