/* Helper threads, with a small stack and every signal blocked; and the stack size that a thread needs. */
#ifndef KONEKSI_BASE_HELPER_THREAD_H
#define KONEKSI_BASE_HELPER_THREAD_H

#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

#include "base/err.h"

/* The runtimes of the sanitizers put red zones and their own state on a thread's stack. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define THREAD_STACK_EXTRA ((size_t)512 * 1024)
#else
#define THREAD_STACK_EXTRA ((size_t)0)
#endif

/* The stack size to ask for when the code itself needs `needed` bytes. */
static inline size_t thread_stack_size(size_t needed)
{
    const size_t least = (size_t)sysconf(_SC_THREAD_STACK_MIN);
    return (needed > least ? needed : least) + THREAD_STACK_EXTRA;
}

/* Starts a thread with a small stack and every signal blocked. RESULT_SYSTEM, with `purpose` in the message. The caller
 * joins it. */
enum result helper_thread_start(pthread_t *thread, void *(*body)(void *), void *argument, const char *purpose,
                                struct err *err) MUST_CHECK;

#endif
