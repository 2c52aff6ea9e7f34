/* A mutex with a condition whose timed waits go by CLOCK_MONOTONIC (clock_timespec). */
#ifndef KONEKSI_BASE_SYNC_H
#define KONEKSI_BASE_SYNC_H

#include <pthread.h>

#include "base/err.h"

/* RESULT_SYSTEM, with neither made. */
enum result sync_init(pthread_mutex_t *mutex, pthread_cond_t *condition, struct err *err) MUST_CHECK;
void sync_destroy(pthread_mutex_t *mutex, pthread_cond_t *condition);

#endif
