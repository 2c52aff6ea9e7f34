#include "base/utf8.h"

#include <string.h>

size_t utf8_decode(const char *text, size_t length, uint32_t *code_point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0) {
        return 0;
    }
    const unsigned char lead = (unsigned char)text[0];
    size_t size = 1;
    uint32_t value = lead;
    if (lead >= 0x80) {
        size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        value = lead & (0x7fU >> size);
    }
    if (size > length || (lead >= 0x80 && lead < 0xc0) || lead >= 0xf8) {
        return 0;
    }
    for (size_t i = 1; i < size; i++) {
        const unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0U) != 0x80) {
            return 0;
        }
        value = (value << 6) | (next & 0x3fU);
    }
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return 0;
    }
    *code_point = value;
    return size;
}

bool utf8_is_control(uint32_t code_point)
{
    const bool turns_text =
        (code_point >= 0x202a && code_point <= 0x202e) || (code_point >= 0x2066 && code_point <= 0x2069);
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) || turns_text;
}

void utf8_copy(char *out, size_t size, const char *text)
{
    size_t left = strlen(text);
    size_t used = 0;
    while (left > 0) {
        uint32_t ignored = 0;
        const size_t length = utf8_decode(text, left, &ignored);
        const size_t step = length > 0 ? length : 1;
        if (used + step >= size) {
            break;
        }
        if (length > 0) {
            memcpy(out + used, text, length);
        } else {
            out[used] = '?';
        }
        used += step;
        text += step;
        left -= step;
    }
    out[used] = '\0';
}
