#include "loadgen/engine/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "base/hash.h"

/* key: words, a mark, so that it is never 0 or 1, then phase, call, errno */
#define KEY_WORDS_SHIFT 32
#define KEY_MARK (1ULL << 31)
#define KEY_PHASE_SHIFT 24
#define KEY_PHASE_MASK 0x7f
#define KEY_CALL_SHIFT 16
#define KEY_CALL_MASK 0xff

_Static_assert(PHASE_COUNT <= KEY_PHASE_MASK && CALL_COUNT <= KEY_CALL_MASK, "both fit into a key");

bool failure_begin(struct failure *failure, const struct failure_site *site, enum error_phase phase,
                   enum client_call call, int error_number, const char *format, ...)
{
    struct error_trace *const trace = &failure->trace;
    failure->call = call;
    failure->ago_us = 0;
    failure->answered = 0;
    failure->cut = failure->resent = false;
    trace->phase = phase;
    trace->error_number = error_number;
    trace->words = 0;
    trace->frame_count = 0;
    snprintf(trace->call, sizeof trace->call, "%s", client_call_name(call));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(trace->message, sizeof trace->message, format, arguments);
    va_end(arguments);
    if (error_number != 0) {
        err_append_errno(trace->message, sizeof trace->message, error_number);
    }
    return failure_pass(failure, site);
}

bool failure_pass(struct failure *failure, const struct failure_site *site)
{
    struct error_trace *const trace = &failure->trace;
    if (trace->frame_count < ERROR_FRAMES_MAX) {
        struct error_frame *const frame = &trace->frames[trace->frame_count++];
        snprintf(frame->function, sizeof frame->function, "%s", site->function);
        snprintf(frame->file, sizeof frame->file, "%s", site->file);
        frame->line = site->line;
    }
    return false;
}

bool failure_of_words(struct failure *failure, uint32_t words)
{
    failure->trace.words = words;
    return false;
}

bool failure_of_earlier(struct failure *failure, uint64_t ago_us)
{
    failure->ago_us = ago_us;
    return false;
}

void failure_at_server(struct failure *failure, const struct net_address *address)
{
    char text[NET_TEXT_SIZE];
    char *const message = failure->trace.message;
    const size_t used = strlen(message);
    net_format(address, text);
    snprintf(message + used, sizeof failure->trace.message - used, ", server %s", text);
}

uint64_t failure_key(const struct failure *failure)
{
    return (uint64_t)failure->trace.words << KEY_WORDS_SHIFT | KEY_MARK |
           (uint64_t)failure->trace.phase << KEY_PHASE_SHIFT | (uint64_t)failure->call << KEY_CALL_SHIFT |
           (uint16_t)failure->trace.error_number;
}

enum error_phase failure_key_phase(uint64_t key)
{
    return (enum error_phase)(key >> KEY_PHASE_SHIFT & KEY_PHASE_MASK);
}

enum client_call failure_key_call(uint64_t key)
{
    return (enum client_call)(key >> KEY_CALL_SHIFT & KEY_CALL_MASK);
}

int failure_key_errno(uint64_t key)
{
    return (int)(key & 0xffff);
}

uint32_t failure_key_words(uint64_t key)
{
    return (uint32_t)(key >> KEY_WORDS_SHIFT);
}

uint32_t failure_show_line(const char *bytes, size_t length, char text[FAILURE_LINE_SIZE])
{
    static const char cut[] = "...";
    const char *const end = memchr(bytes, '\n', length);
    size_t line = end != NULL ? (size_t)(end - bytes) : length;
    line -= line > 0 && bytes[line - 1] == '\r' ? 1 : 0;
    const size_t shown = escape_write(bytes, line, FAILURE_LINE_CHARACTERS, text, FAILURE_LINE_SIZE - sizeof cut + 1);
    if (shown < line) {
        memcpy(text + strlen(text), cut, sizeof cut);
    }
    const uint64_t hash = hash_add(HASH_INIT, text, strlen(text));
    const uint32_t folded = (uint32_t)(hash ^ hash >> 32);
    return folded != 0 ? folded : 1;
}

/* Writes one byte as Python shows it; returns how many characters that took (at most 4). */
static int show_byte(unsigned char byte, char text[5])
{
    switch (byte) {
    case '\r':
        return snprintf(text, 5, "\\r");
    case '\n':
        return snprintf(text, 5, "\\n");
    case '\t':
        return snprintf(text, 5, "\\t");
    case '\'':
    case '\\':
        return snprintf(text, 5, "\\%c", byte);
    default:
        return snprintf(text, 5, byte >= 0x20 && byte < 0x7f ? "%c" : "\\x%02x", byte);
    }
}

void failure_show_bytes(const void *bytes, size_t length, char *text, size_t size)
{
    static const char head[] = "b'";
    static const char cut[] = "'...";
    if (size < sizeof head + sizeof cut) {
        text[0] = '\0';
        return;
    }
    memcpy(text, head, sizeof head);
    size_t used = sizeof head - 1;
    for (size_t i = 0; i < length; i++) {
        char shown[5];
        const size_t width = (size_t)show_byte(((const unsigned char *)bytes)[i], shown);
        if (used + width + sizeof cut > size) {
            memcpy(text + used, cut, sizeof cut);
            return;
        }
        memcpy(text + used, shown, width);
        used += width;
    }
    memcpy(text + used, "'", 2);
}
