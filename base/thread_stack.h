/* How large the stack of a thread of the generator must be: the one place that knows what else lies on it. */
#ifndef KONEKSI_BASE_THREAD_STACK_H
#define KONEKSI_BASE_THREAD_STACK_H

#include <stddef.h>
#include <unistd.h>

/* The runtimes of the sanitizers put red zones and their own state on a thread's stack. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define THREAD_STACK_EXTRA ((size_t)512 * 1024)
#else
#define THREAD_STACK_EXTRA ((size_t)0)
#endif

static inline size_t thread_stack_size(size_t asked)
{
    const size_t least = (size_t)sysconf(_SC_THREAD_STACK_MIN);
    return (asked > least ? asked : least) + THREAD_STACK_EXTRA;
}

#endif
