/* The progress line: one line on a terminal, rewritten in place. No colour, so NO_COLOR has nothing to turn off. */
#ifndef KONEKSI_LOADGEN_DISPLAY_PROGRESS_H
#define KONEKSI_LOADGEN_DISPLAY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "loadgen/contract/load_result.h"

struct progress {
    const char *lead;   /* stands before the run's own figures: which run it is; NULL: nothing */
    uint64_t count;     /* clients in all */
    uint64_t drawn_us;  /* when it was last drawn */
    uint64_t window_us; /* when the window began over which clients a second are counted, and who had ended then */
    uint64_t window_ended;
    double per_s;
};

void progress_init(struct progress *progress, uint64_t count);

/* Takes a sample in; false while the line that is there is too new to be replaced. */
bool progress_advance(struct progress *progress, const struct load_sample *sample);

/* Appends the line without any control character: the lead, a bar, and in the order of their worth as many figures as
 * `columns` hold. It is shorter than `columns`, as a full line would wrap on some terminals. */
void progress_format(const struct progress *progress, const struct load_sample *sample, unsigned columns,
                     struct buf *text);

/* Draws it on standard error, over the one that is there; without a sample the lead alone. */
void progress_draw(const struct progress *progress, const struct load_sample *sample);

/* Takes it away. */
void progress_clear(void);

#endif
