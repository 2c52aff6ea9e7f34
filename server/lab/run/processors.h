/* Measures the processors during a run: the CPU time of both sides and of the whole machine, and how many tasks waited
 * for a core. Opens its files at creation. One thread at a time. */
#ifndef KONEKSI_SERVER_LAB_RUN_PROCESSORS_H
#define KONEKSI_SERVER_LAB_RUN_PROCESSORS_H

#include "base/err.h"
#include "loadgen/verdict/bottleneck.h"

struct processors;

/* RESULT_NO_MEMORY. Where /proc is not readable the values are unknown, which is not an error. */
enum result processors_create(struct processors **processors, struct err *err) MUST_CHECK;
void processors_destroy(struct processors *processors);

void processors_begin(struct processors *processors);
/* Call with each sample. */
void processors_sample(struct processors *processors);
/* What comes after this does not count. */
void processors_end(struct processors *processors);
/* Fills `use` with what was used since processors_begin, until processors_end if that was called. Else call after the
 * load generator was waited for. */
void processors_use(const struct processors *processors, uint64_t duration_us, struct cpu_use *use);

#endif
