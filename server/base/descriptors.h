/* The descriptors of this process. */
#ifndef KONEKSI_BASE_DESCRIPTORS_H
#define KONEKSI_BASE_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

/* How many are open, from /proc/self/fd: milliseconds when there are many. False when that cannot be read. Any thread.
 */
bool descriptors_count(uint64_t *count);

#endif
