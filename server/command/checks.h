/* Whether an outcome keeps the thresholds: the sentences about those that it misses, and the JUnit report. */
#ifndef KONEKSI_SERVER_COMMAND_CHECKS_H
#define KONEKSI_SERVER_COMMAND_CHECKS_H

#include "server/command/invocation.h"
#include "server/command/outcome.h"

struct checks;

/* One check for each threshold and each figure that it is about, and one for what has no threshold. `failure` is why
 * nothing was measured; NULL: it was. NULL when memory ran out; the caller frees it with checks_free. */
struct checks *checks_make(const struct invocation *invocation, const struct outcome *outcome,
                           const char *failure) MUST_CHECK;
void checks_free(struct checks *checks);

/* How many thresholds were missed. */
size_t checks_missed(const struct checks *checks);

/* Appends a line for each of them: "koneksi ceiling: ...". */
void checks_write(const struct checks *checks, struct buf *text);

/* Makes the file of the report if there is none, so that it is known before anything is measured that it can be
 * written. RESULT_SYSTEM. */
enum result checks_open_junit(const char *path, struct err *err) MUST_CHECK;

/* Writes the report to a file, which is replaced. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result checks_write_junit(const struct checks *checks, const char *path, struct err *err) MUST_CHECK;

#endif
