/* A program's command line, by getopt_long: long options alone, as "--name VALUE" or "--name=VALUE", and operands. */
#ifndef KONEKSI_BASE_ARGUMENTS_H
#define KONEKSI_BASE_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct argument_option {
    const char *name;     /* without "--" */
    const char *argument; /* "HOST:PORT", as the help names it; NULL: it takes none */
    bool optional;        /* it may also stand without its argument */
    bool last;            /* what follows it is not read: --help */
};

#define ARGUMENTS_OPTIONS_MOST 64
struct arguments {
    const struct argument_option *options;
    size_t option_count; /* at most ARGUMENTS_OPTIONS_MOST */
    /* Called in the order of the words. `value` is NULL for an option without one; it points into the words. */
    enum result (*take_option)(void *into, size_t option, const char *value, struct err *err);
    /* NULL: operands are an error. */
    enum result (*take_operand)(void *into, const char *operand, struct err *err);
    void *into;
};

/* Reads words[1] and on. RESULT_INVALID with a line for the user, field = the option's name where there is one: for an
 * unknown or abbreviated option, a missing or unexpected value, an unexpected operand; else what the first callback
 * that failed returned. Not thread-safe, as getopt_long is not. */
enum result arguments_parse(const struct arguments *arguments, int count, char **words, struct err *err) MUST_CHECK;

#endif
