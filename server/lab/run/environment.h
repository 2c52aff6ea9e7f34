/* The environment of a run: what must be equal for two runs to be comparable. */
#ifndef KONEKSI_SERVER_LAB_RUN_ENVIRONMENT_H
#define KONEKSI_SERVER_LAB_RUN_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/limits/limits.h"

/* Writes a JSON object, NUL-ended:
 *   {"kernel":"6.1.0","machine":"x86_64","system":"Debian GNU/Linux 12 (bookworm)","cores":2,"memory_bytes":N,
 *    "container":"docker" or null,"versions":{"koneksi":"0.2.0","libc":"glibc 2.36","sqlite":"3.40.1"},
 *    "fingerprint":"9f86d081884c7d65"}
 * `sqlite` is the version of SQLite. Reads /proc and /etc, so it is too slow for a client's path. False, and `text` is
 * empty, when `size` is too small (1024 is enough) or memory ran out. */
bool environment_json(const char *sqlite, char *text, size_t size) MUST_CHECK;

/* Hashes what makes runs comparable, of whatever machine (host.h has that of one machine): kernel release, machine,
 * cores, memory (in steps of 64 MiB, because a virtual machine's differs a little between boots) and the values of all
 * limits. It leaves out the TIME server's backlog and what is in use at the moment: a run records these itself. */
struct environment_facts {
    const char *kernel;
    const char *machine;
    uint64_t cores;
    uint64_t memory_bytes;
    const struct limit_value *limits;
    size_t limit_count;
};
uint64_t environment_fingerprint(const struct environment_facts *facts);

#endif
