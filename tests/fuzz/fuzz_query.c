/* Query strings: what is accepted is UTF-8 without control characters under unique names, and is read again from its
 * own percent-encoding. */
#include <string.h>

#include "base/buf.h"
#include "tests/fuzz/fuzz.h"
#include "web/http/query.h"

static void check_text(const char *text)
{
    MUST(query_is_utf8(text, strlen(text)));
    for (const char *at = text; *at != '\0'; at++) {
        MUST((unsigned char)*at >= ' ' && *at != 0x7f);
    }
}

static void encode(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        buf_printf(out, "%%%02x", (unsigned char)*text);
    }
}

static void read_again(const struct query *query)
{
    struct err err;
    struct query again;
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < query->count; i++) {
        buf_text(&text, i == 0 ? "" : "&");
        encode(&text, query->pairs[i].name);
        buf_text(&text, "=");
        encode(&text, query->pairs[i].value);
    }
    MUST(!text.failed && query_parse(text.bytes, text.length, &again, &err) == RESULT_OK);
    MUST(again.count == query->count);
    for (size_t i = 0; i < query->count; i++) {
        MUST(strcmp(again.pairs[i].name, query->pairs[i].name) == 0);
        MUST(strcmp(again.pairs[i].value, query->pairs[i].value) == 0);
    }
    query_free(&again);
    buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct err err;
    struct query query;
    uint64_t number = 7;
    if (query_parse((const char *)bytes, size, &query, &err) != RESULT_OK) {
        MUST(err.code == RESULT_INVALID && err.message[0] != '\0' && query.count == 0);
        return 0;
    }
    for (size_t i = 0; i < query.count; i++) {
        const struct query_pair *const pair = &query.pairs[i];
        check_text(pair->name);
        check_text(pair->value);
        MUST(pair->name[0] != '\0' && query_get(&query, pair->name) == pair->value);
        if (query_uint(&query, pair->name, 1, 1000, &number, &err) == RESULT_OK) {
            MUST(number >= 1 && number <= 1000);
        }
    }
    if (query.count > 0) {
        read_again(&query);
    }
    query_free(&query);
    return 0;
}
