/* futex(2) on a word that may lie in memory shared between processes. glibc has no wrapper. */
#ifndef KONEKSI_BASE_FUTEX_H
#define KONEKSI_BASE_FUTEX_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Sleeps while *word is `expected`, at most `timeout_ms` (0: without end). May return early: look again. */
static inline void futex_wait(_Atomic uint32_t *word, uint32_t expected, uint32_t timeout_ms)
{
    const struct timespec timeout = {.tv_sec = timeout_ms / 1000, .tv_nsec = (long)(timeout_ms % 1000) * 1000000L};
    syscall(SYS_futex, word, FUTEX_WAIT, expected, timeout_ms == 0 ? NULL : &timeout, NULL, 0);
}

static inline void futex_wake_all(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

#endif
