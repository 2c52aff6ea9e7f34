/* What a run came to, for people to read. */
#ifndef KONEKSI_LOADGEN_SUMMARY_H
#define KONEKSI_LOADGEN_SUMMARY_H

#include "base/buf.h"
#include "report.h"
#include "run_spec.h"

void summary_format(const struct run_spec *spec, const struct load_result *result, struct buf *text);

#endif
