/* Parses percent-encoding, query strings and form bodies strictly: malformed text is refused. Pure functions. All
 * errors are RESULT_INVALID unless stated. */
#ifndef KONEKSI_WEB_HTTP_QUERY_H
#define KONEKSI_WEB_HTTP_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define QUERY_PAIRS_MAX 48

struct query_pair {
    const char *name;
    const char *value;
};

/* Names are unique. Names and values point into `storage`. */
struct query {
    char *storage;
    size_t count;
    struct query_pair pairs[QUERY_PAIRS_MAX];
};

/* Decodes in place: "%41" becomes "A" and, in a form, "+" a space. Refuses a broken escape, control characters (NUL
 * included) and a result that is not UTF-8. */
enum result query_decode(char *text, bool form, struct err *err) MUST_CHECK;

/* Reads "a=1&b=2" (application/x-www-form-urlencoded); empty text gives no pairs, "a" has an empty value. Refuses an
 * empty or repeated name and more than QUERY_PAIRS_MAX pairs; the error's field is the name. RESULT_NO_MEMORY. After
 * RESULT_OK call query_free. */
enum result query_parse(const char *text, size_t length, struct query *query, struct err *err) MUST_CHECK;
void query_free(struct query *query);

/* NULL when the parameter is missing. */
const char *query_get(const struct query *query, const char *name);

/* Refuses a parameter that is not in `known`, which is NULL-terminated; NULL permits none. */
enum result query_check_known(const struct query *query, const char *const *known, struct err *err) MUST_CHECK;

/* Reads a number of decimal digits in min..max. `value` is unchanged when the parameter is missing. */
enum result query_uint(const struct query *query, const char *name, uint64_t min, uint64_t max, uint64_t *value,
                       struct err *err) MUST_CHECK;

/* Reads the ids of a list, "3,1", of the parameter `name`: at least one, at most `most`. */
enum result query_ids(const char *name, const char *list, int64_t *ids, size_t most, size_t *count,
                      struct err *err) MUST_CHECK;

/* Reads `length` bytes of decimal digits. False when they are anything else or do not fit. */
bool query_digits(const char *text, size_t length, uint64_t *value);

/* Whether `length` bytes are UTF-8 (RFC 3629) without a NUL. */
bool query_is_utf8(const char *text, size_t length);

#endif
