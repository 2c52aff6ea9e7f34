/* What a run or an experiment has to reach, as the options say it. Pure. */
#ifndef KONEKSI_SERVER_COMMAND_THRESHOLDS_H
#define KONEKSI_SERVER_COMMAND_THRESHOLDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "loadgen/verdict/verdict.h"

enum threshold_id {
#define THRESHOLD(NAME, ...) THRESHOLD_##NAME,
#include "server/command/thresholds.def"
    THRESHOLD_COUNT,
};

/* Where a figure is measured: in one run, in each row of a table of runs, in a search for a ceiling. */
enum threshold_of { OF_RUN = 1, OF_TABLE = 2, OF_SEARCH = 4 };

struct threshold_row {
    const char *name; /* of the option, without "--" */
    const char *argument;
    unsigned of; /* enum threshold_of */
    const char *help;
};
extern const struct threshold_row threshold_rows[THRESHOLD_COUNT];

struct threshold {
    bool checked; /* false: anything will do */
    bool given;   /* by an option */
    bool percent;
    double value;
};

/* RESULT_INVALID, with the option in `field`, for what is no number from 0 on, or not the kind of number asked for. */
enum result threshold_parse(enum threshold_id id, const char *text, struct threshold *threshold,
                            struct err *err) MUST_CHECK;

/* What was measured of one run, of one row of a table, or in one search. */
struct measured {
    char name[64];              /* "thread, 5000 clients" */
    uint64_t count;             /* clients, of which some failed */
    double of[THRESHOLD_COUNT]; /* failed clients, not percents; NaN: not measured */
    uint64_t took_ms;
    char stopped[200]; /* what stopped the clients that did not complete; empty: none, or none known of */
};
void measured_init(struct measured *measured);
/* Sets what stopped the clients. */
void measured_set_verdict(struct measured *measured, const struct verdict *verdict);

/* The option as it was given: "--max-failed 1%". */
void threshold_write(enum threshold_id id, const struct threshold *threshold, struct buf *text);

/* Whether it is kept; else appends one sentence with the figure measured, and what stopped the clients. A figure that
 * was not measured, as the latency where no client completed, keeps no threshold. */
bool threshold_kept(enum threshold_id id, const struct threshold *threshold, const struct measured *measured,
                    struct buf *sentence);

#endif
