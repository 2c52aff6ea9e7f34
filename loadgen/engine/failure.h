/* How a client failed, with the frames down to the line that found it. A failure is built where it happens and gets
 * one frame more from each caller on the way out:
 *
 *     if (fd < 0) {
 *         return FAIL(failure, PHASE_CONNECT, CALL_SOCKET, errno, "no socket");      innermost: false
 *     }
 *     ...
 *     if (!open_connection(client)) {
 *         return PASS(failure);                                                      its caller: false
 *     }
 *
 * Nothing here allocates, locks or makes a system call: it runs in forked children too. */
#ifndef KONEKSI_LOADGEN_ENGINE_FAILURE_H
#define KONEKSI_LOADGEN_ENGINE_FAILURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/net.h"
#include "loadgen/contract/report.h"

struct failure {
    enum client_call call;
    uint64_t ago_us;          /* how long before it was found it had happened */
    uint64_t answered;        /* requests of the client that had their replies */
    bool cut;                 /* of the reply that it waited for a part had come */
    bool resent;              /* what it sent last was sent again, and not acknowledged */
    struct error_trace trace; /* `client` and `at_us` are the scoreboard's to fill */
};

struct failure_site {
    const char *function;
    const char *file;
    int line;
};
#define FAILURE_SITE (&(const struct failure_site){__func__, __FILE__, __LINE__})

#define FAIL(failure, phase, call, error_number, ...)                                                                  \
    failure_begin(failure, FAILURE_SITE, phase, call, error_number, __VA_ARGS__)
#define PASS(failure) failure_pass(failure, FAILURE_SITE)

/* Use FAIL. Starts the failure afresh; the message gets errno's name and text when there is one. Returns false. */
bool failure_begin(struct failure *failure, const struct failure_site *site, enum error_phase phase,
                   enum client_call call, int error_number, const char *format, ...) PRINTF_LIKE(6, 7);

/* Use PASS. Adds a frame (those beyond ERROR_FRAMES_MAX are left out) and returns false. */
bool failure_pass(struct failure *failure, const struct failure_site *site);

/* A reply makes the group as well: `words` tells it apart from others, or 0. Returns false. */
bool failure_of_words(struct failure *failure, uint32_t words);

/* It had happened so long before it was found. Returns false. */
bool failure_of_earlier(struct failure *failure, uint64_t ago_us);

/* Of several servers the message says which one it was. */
void failure_at_server(struct failure *failure, const struct net_address *address);

/* A failure's group in one word, never 0 or 1: phase, call, errno and words. */
uint64_t failure_key(const struct failure *failure);
enum error_phase failure_key_phase(uint64_t key);
enum client_call failure_key_call(uint64_t key);
int failure_key_errno(uint64_t key);
uint32_t failure_key_words(uint64_t key);

#define FAILURE_LINE_CHARACTERS 80
#define FAILURE_LINE_SIZE (FAILURE_LINE_CHARACTERS * 4 + 4)
/* Writes the first line of the bytes without its end as printable text, cut with "..." behind that many characters;
 * returns its hash, which is not 0. */
uint32_t failure_show_line(const char *bytes, size_t length, char text[FAILURE_LINE_SIZE]);

/* Writes b'JAM 12:00:00\r\n' as Python's repr() shows bytes; cut with "..." where `size` ends. */
void failure_show_bytes(const void *bytes, size_t length, char *text, size_t size);

#endif
