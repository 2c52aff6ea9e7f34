/* A report in the XML that JUnit's Ant task writes and CI systems read
 * (https://github.com/testmoapp/junitxml). Pure. */
#ifndef KONEKSI_SERVER_COMMAND_JUNIT_H
#define KONEKSI_SERVER_COMMAND_JUNIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct junit_case {
    const char *name;
    const char *failure; /* why it failed; NULL: it did not */
    const char *error;   /* why it could not be tried; NULL: it was */
    uint64_t took_ms;
};

/* Appends the document with one suite of that name. Characters that XML does not permit become '?'. */
void junit_write(const char *suite, const struct junit_case *cases, size_t count, struct buf *xml);

#endif
