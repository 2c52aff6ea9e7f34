/* The generator's own few threads, as opposed to those that carry clients: small, with every signal blocked. */
#ifndef KONEKSI_BASE_HELPER_THREAD_H
#define KONEKSI_BASE_HELPER_THREAD_H

#include <pthread.h>

#include "base/err.h"

/* RESULT_SYSTEM, with `purpose` in the message. The caller joins. */
enum result helper_thread_start(pthread_t *thread, void *(*body)(void *), void *argument, const char *purpose,
                                struct err *err) MUST_CHECK;

#endif
