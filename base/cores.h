/* How many processors there are to run on. */
#ifndef KONEKSI_BASE_CORES_H
#define KONEKSI_BASE_CORES_H

#include <stdint.h>

/* Processors that the calling thread may use (sched_setaffinity(2), cpusets of containers): at most those that are
 * online, at least 1. Threads and processes that it creates may use the same. */
uint64_t cores_usable(void);

#endif
