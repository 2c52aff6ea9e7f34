#include "loadgen/engine/uring_buffers.h"

#include <errno.h>
#include <sys/mman.h>

/* Where all are taken recv() gives ENOBUFS, and is called again. */
#define BUFFERS 128

struct uring_buffers {
    char bytes[BUFFERS][URING_BUFFER_BYTES];
    struct io_uring_buf_ring ring __attribute__((aligned(URING_BUFFER_BYTES)));
    struct io_uring_buf rest[BUFFERS - 1];
};

/* In memory at once: all are soon used, and no page of them is a client's (struct load_cost). */
int uring_buffers_make(struct io_uring *ring, struct uring_buffers **buffers)
{
    struct uring_buffers *const made =
        mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (made == MAP_FAILED) {
        return errno;
    }
    struct io_uring_buf_reg place = {
        .ring_addr = (uintptr_t)&made->ring, .ring_entries = BUFFERS, .bgid = URING_BUFFER_GROUP};
    const int failed = -io_uring_register_buf_ring(ring, &place, 0);
    if (failed != 0) {
        uring_buffers_free(made);
        return failed;
    }
    io_uring_buf_ring_init(&made->ring);
    for (unsigned i = 0; i < BUFFERS; i++) {
        uring_buffers_give(made, i);
    }
    *buffers = made;
    return 0;
}

void uring_buffers_free(struct uring_buffers *buffers)
{
    munmap(buffers, sizeof *buffers);
}

const char *uring_buffers_at(const struct uring_buffers *buffers, unsigned number)
{
    return buffers->bytes[number];
}

void uring_buffers_give(struct uring_buffers *buffers, unsigned number)
{
    io_uring_buf_ring_add(&buffers->ring, buffers->bytes[number], URING_BUFFER_BYTES, (unsigned short)number,
                          BUFFERS - 1, 0);
    io_uring_buf_ring_advance(&buffers->ring, 1);
}
