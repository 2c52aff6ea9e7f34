/* Whether this process may use io_uring(7), and what keeps it from that. */
#ifndef KONEKSI_BASE_URING_REFUSAL_H
#define KONEKSI_BASE_URING_REFUSAL_H

#include "base/err.h"
#include "base/language.h"

enum uring_refusal {
    URING_ALLOWED,
#define URING_REFUSAL(NAME, ...) URING_REFUSED_##NAME,
#include "base/uring_refusals.def"
#undef URING_REFUSAL
};

/* Makes a ring, looks at what it can do and closes it. Where that fails for want of a descriptor or of memory, the
 * answer is URING_ALLOWED: whoever makes a ring to use it reports that. */
enum uring_refusal uring_check(void) MUST_CHECK;

/* The row's name, and its reason with what helps, as part of a sentence; NULL for URING_ALLOWED. */
const char *uring_refusal_name(enum uring_refusal refusal);
enum uring_refusal uring_refusal_from_name(const char *name); /* URING_ALLOWED when there is none, as for NULL */
const char *uring_refusal_why(enum uring_refusal refusal, enum language language);

#endif
