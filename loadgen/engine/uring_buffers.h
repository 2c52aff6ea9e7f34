/* Buffers that a ring receives into. The kernel picks one when bytes have come, so that a client that waits has none.
 */
#ifndef KONEKSI_LOADGEN_ENGINE_URING_BUFFERS_H
#define KONEKSI_LOADGEN_ENGINE_URING_BUFFERS_H

#include "base/uring.h"

#define URING_BUFFER_BYTES 4096
#define URING_BUFFER_GROUP 0

struct uring_buffers;

/* Gives the ring its buffers; free them after the ring. 0, or an errno. */
int uring_buffers_make(struct io_uring *ring, struct uring_buffers **buffers) MUST_CHECK;
void uring_buffers_free(struct uring_buffers *buffers);

/* The bytes of a completion with IORING_CQE_F_BUFFER, until they are given back. */
const char *uring_buffers_at(const struct uring_buffers *buffers, unsigned number);
void uring_buffers_give(struct uring_buffers *buffers, unsigned number);

#endif
