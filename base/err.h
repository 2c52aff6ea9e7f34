/* Results and errors: what a function that can fail gives back.
 *
 * Such a function returns `enum result` and takes a `struct err *` as its last argument. The layer where it failed
 * fills that with a message on which a user can act; the top decides what becomes of it. `err` may not be NULL.
 */
#ifndef KONEKSI_BASE_ERR_H
#define KONEKSI_BASE_ERR_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first) __attribute__((format(printf, format_index, first)))

enum result {
    RESULT_OK = 0,
    RESULT_INVALID,   /* the caller's input is wrong; `field` names it where there is one */
    RESULT_NOT_FOUND, /* no such thing */
    RESULT_CONFLICT,  /* not in this state: delete a running run, change a busy server */
    RESULT_FORBIDDEN, /* a target off the allow-list */
    RESULT_FULL,      /* a bounded queue or buffer is full: try again later */
    RESULT_NO_MEMORY,
    RESULT_SYSTEM, /* a system call failed; the message has errno's name */
    RESULT_STORE,  /* the database failed; the message has SQLite's words */
};

struct err {
    enum result code;
    char field[32]; /* the run field, option or header at fault; empty when none */
    char message[320];
    int error_number; /* of err_system; 0 else */
};

/* Each fills `err` (message cut at its size) and returns the code, so that `return err_set(...)` works. */
enum result err_set(struct err *err, enum result code, const char *format, ...) PRINTF_LIKE(3, 4);

/* RESULT_INVALID about one field. */
enum result err_field(struct err *err, const char *field, const char *format, ...) PRINTF_LIKE(3, 4);

/* RESULT_SYSTEM; appends ": EMFILE (Too many open files)" for `error_number` (pass errno, or what pthread_* gave). */
enum result err_system(struct err *err, int error_number, const char *format, ...) PRINTF_LIKE(3, 4);

/* Appends ": EMFILE (Too many open files)" to a text in `size` bytes, cut at that. */
void err_append_errno(char *text, size_t size, int error_number);

/* "EMFILE", or "E?" for a number that has no name. Never NULL; static storage. */
const char *err_errno_name(int error_number);
int err_errno_from_name(const char *name); /* 0 when there is none */

#endif
