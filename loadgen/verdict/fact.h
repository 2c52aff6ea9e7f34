/* One thing that is known of a run and that a verdict rests on: what it is about, and up to four numbers. */
#ifndef KONEKSI_LOADGEN_VERDICT_FACT_H
#define KONEKSI_LOADGEN_VERDICT_FACT_H

#include <stddef.h>
#include <stdint.h>

#include "base/uring_refusal.h"
#include "loadgen/contract/error_trace.h"
#include "loadgen/limits/counters.h"
#include "loadgen/limits/limit.h"

enum fact_kind {
#define FACT(NAME, ...) FACT_##NAME,
#include "loadgen/verdict/facts.def"
#undef FACT
    FACT_COUNT,
};

enum fact_subject {
    FACT_ABOUT_NONE,
    FACT_ABOUT_ERROR,
    FACT_ABOUT_LIMIT,
    FACT_ABOUT_COUNTER,
    FACT_ABOUT_SIDE,
    FACT_ABOUT_TEXT,
    FACT_ABOUT_REFUSAL,
};

/* The first two are those of enum limit_side. */
enum fact_side {
    FACT_SIDE_CLIENT,
    FACT_SIDE_SERVER,
    FACT_SIDE_BOTH,
    FACT_SIDE_PATH, /* in between */
    FACT_SIDE_NONE,
};
const char *fact_side_name(enum fact_side side);      /* "client", "server", "both", "path"; NULL for FACT_SIDE_NONE */
enum fact_side fact_side_from_name(const char *name); /* FACT_SIDE_NONE when there is none, as for NULL */

#define FACT_UNKNOWN LIMIT_UNKNOWN
#define FACT_NUMBERS 4
#define FACT_TEXT_SIZE 500

struct fact {
    enum fact_kind kind;
    union {
        struct {
            enum error_phase phase;
            enum client_call call;
            int error_number; /* 0: none */
        } error;
        struct {
            enum limit_id id;
            enum limit_side side;
        } limit;
        enum counter_id counter;
        enum fact_side side;
        enum uring_refusal refusal; /* URING_ALLOWED: not known */
    } about;                        /* which one: fact_subject; a text is that of the verdict */
    uint64_t numbers[FACT_NUMBERS];
};

/* About nothing yet, and without a number that is known. */
struct fact fact_of_kind(enum fact_kind kind);

const char *fact_name(enum fact_kind kind);
enum fact_kind fact_from_name(const char *name); /* FACT_COUNT when there is none, as for NULL */
enum fact_subject fact_subject(enum fact_kind kind);
const char *fact_number_name(enum fact_kind kind, size_t number); /* NULL when it has fewer */

#endif
