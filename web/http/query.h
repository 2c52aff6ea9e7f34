/* Percent-encoding, query strings and form bodies, read strictly: what is not well formed is refused, not guessed at.
 * Pure functions. All errors are RESULT_INVALID. */
#ifndef KONEKSI_WEB_HTTP_QUERY_H
#define KONEKSI_WEB_HTTP_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define QUERY_PAIRS_MAX 32

struct query_pair {
    const char *name;
    const char *value;
};

/* Names are unique. The texts lie in `storage`. */
struct query {
    char *storage;
    size_t count;
    struct query_pair pairs[QUERY_PAIRS_MAX];
};

/* Decodes in place: "%41" becomes "A" and, in a form, "+" a space. Refuses a broken escape, an encoded NUL, control
 * characters and what is not UTF-8 then. */
enum result query_decode(char *text, bool form, struct err *err) MUST_CHECK;

/* Reads "a=1&b=2" (application/x-www-form-urlencoded); empty text gives no pairs, "a" is a with an empty value. Refuses
 * an empty or repeated name and more than QUERY_PAIRS_MAX pairs; the error's field is the name. RESULT_NO_MEMORY.
 * query_free on RESULT_OK. */
enum result query_parse(const char *text, size_t length, struct query *query, struct err *err) MUST_CHECK;
void query_free(struct query *query);

/* NULL when it is not there. */
const char *query_get(const struct query *query, const char *name);

/* Refuses a name that is not in `known` (NULL-ended; NULL: none is known). */
enum result query_check_known(const struct query *query, const char *const *known, struct err *err) MUST_CHECK;

/* Decimal digits, least..most; `value` is left alone when the parameter is not there. */
enum result query_uint(const struct query *query, const char *name, uint64_t least, uint64_t most, uint64_t *value,
                       struct err *err) MUST_CHECK;

/* As query_uint for plain text: true when it is decimal digits that fit. */
bool query_digits(const char *text, size_t length, uint64_t *value);

/* Whether `length` bytes are UTF-8 (RFC 3629) without a NUL. */
bool query_is_utf8(const char *text, size_t length);

#endif
