/* Which side was slow when clients ran out of time. Pure. */
#ifndef KONEKSI_LOADGEN_VERDICT_SLOW_SIDE_H
#define KONEKSI_LOADGEN_VERDICT_SLOW_SIDE_H

#include "loadgen/verdict/diagnose.h"

/* Of the clients in `group`: SLOW_NONE when they did not fail for a time-out. Writes what shows it: "; the server had
 * accepted 17 of 90 connections". */
enum slow_side slow_side_find(const struct diagnose_case *asked, const struct error_group *group, char *words,
                              size_t size);

#endif
