/* What the processors did during a run: of both sides and of the whole machine, and how many tasks waited for one.
 * Opens what it reads at creation. One thread at a time. */
#ifndef KONEKSI_SERVER_LAB_RUN_PROCESSORS_H
#define KONEKSI_SERVER_LAB_RUN_PROCESSORS_H

#include "loadgen/verdict/bottleneck.h"

struct processors;

/* RESULT_NO_MEMORY. A machine whose /proc does not tell is no error: then nothing is known of it. */
enum result processors_create(struct processors **processors, struct err *err) MUST_CHECK;
void processors_destroy(struct processors *processors);

void processors_begin(struct processors *processors);
/* To be called with each sample. */
void processors_look(struct processors *processors);
/* Since processors_begin; the load generator has been waited for. */
void processors_use(const struct processors *processors, uint64_t duration_us, struct cpu_use *use);

#endif
