/* The progress bar: one line on a terminal, rewritten in place. */
#ifndef KONEKSI_LOADGEN_PROGRESS_H
#define KONEKSI_LOADGEN_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "report.h"

#define PROGRESS_SIZE 160

/* Writes the bar without any control character: "[######....]  61%  3050 of 5000 clients, 12 failed, 431 open". */
void progress_format(const struct load_sample *sample, uint64_t count, char text[PROGRESS_SIZE]);

/* Draws it on standard error, over the one that is there. */
void progress_draw(const struct load_sample *sample, uint64_t count);

/* Takes it away. */
void progress_clear(void);

#endif
