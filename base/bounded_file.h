/* Files of the kernel and of the system as they ought to be: short, and ready. */
#ifndef KONEKSI_BASE_BOUNDED_FILE_H
#define KONEKSI_BASE_BOUNDED_FILE_H

#include <stdio.h>

/* What is longer is cut: /proc/self/maps with 500,000 mappings is not. */
#define BOUNDED_FILE_MOST (64UL * 1024 * 1024)

/* As fopen(path, "re"), but whatever lies at the path, reading it ends and never waits: a device gives at most
 * BOUNDED_FILE_MOST bytes, a pipe without a writer none. The stream has no descriptor for fileno(3). NULL: see errno.
 */
FILE *bounded_file_open(const char *path);

#endif
