/* How an accept queue that was full is given more room: the kernel cuts what a server asks for at net.core.somaxconn,
 * and each server is told otherwise what to ask for. */
#ifndef KONEKSI_LOADGEN_VERDICT_QUEUE_RAISE_H
#define KONEKSI_LOADGEN_VERDICT_QUEUE_RAISE_H

#include "base/buf.h"
#include "loadgen/verdict/verdict.h"

/* False, and nothing is appended, where the verdict is not that of a queue, or it is not known whose it was. */
bool queue_raise_append(const struct verdict *verdict, enum language language, struct buf *text);

/* The limits that have to be raised by a command, in this order; of another server's queue there may be none. */
#define QUEUE_RAISES_MOST 2
size_t queue_raise_limits(const struct verdict *verdict, enum limit_id limits[QUEUE_RAISES_MOST]);

#endif
