/* One connection of the TIME server, served from its first byte to its end on the calling thread, for the models that
 * give a connection a thread for a while. Needs about 5 KiB of stack and never allocates. */
#ifndef KONEKSI_SERVER_TIME_CONNECTION_H
#define KONEKSI_SERVER_TIME_CONNECTION_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "server/time/acceptor.h"

enum connection_end {
    CONNECTION_CLOSE,
    CONNECTION_RESET, /* many clients spin on a bare end of file: a reset ends them */
};

/* Serves `fd` until the connection has to end, and returns how. The caller then calls connection_close. */
enum connection_end connection_serve(const struct acceptor *acceptor, int fd, uint64_t number);

/* Enough for connection_serve, and no more than glibc's PTHREAD_STACK_MIN: at the end of a thread with a larger stack
 * it gives the unused part back with madvise(2) (advise_stack_range), one more system call for each connection. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONNECTION_STACK_SIZE (256UL * 1024)
#else
#define CONNECTION_STACK_SIZE (16UL * 1024)
#endif

/* Attributes for threads with `stack` bytes, or the least that the system allows. An errno; 0 and the caller destroys
 * them. */
int connection_thread_attributes(pthread_attr_t *attributes, size_t stack);

/* When a model stops, connections whose reading half was shut down have so long to end before the other half is shut
 * down as well. */
#define CONNECTION_READERS_MS 300

/* A client that sent too long a line may still be sending: what comes is thrown away for so long, so many bytes at the
 * most, because close(2) with bytes unread makes the kernel send a reset, which would overtake the reply. */
#define CONNECTION_DRAIN_NS NS_PER_S
#define CONNECTION_DRAIN_BYTES (256UL * 1024)

/* From here on close(2) of `fd` sends a reset. */
void connection_will_reset(int fd);

/* Closes `fd`, with a reset where `end` says so. */
void connection_close(int fd, enum connection_end end);

#endif
