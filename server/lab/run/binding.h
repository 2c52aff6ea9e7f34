/* The limit that stopped a run, from what both sides counted. */
#ifndef KONEKSI_SERVER_LAB_RUN_BINDING_H
#define KONEKSI_SERVER_LAB_RUN_BINDING_H

#include "db/run.h"
#include "loadgen/limits/counters.h"
#include "loadgen/verdict/bottleneck.h"
#include "loadgen/verdict/predict.h"

struct binding_evidence {
    const struct limit_value *values; /* of both sides, as they were when the run began */
    size_t count;
    uint64_t workers;              /* of the TIME server's pool */
    uint64_t thread_budget;        /* of the TIME server */
    uint64_t live;                 /* connections that it had before the run */
    const struct counters *before; /* the kernel's, when the run began */
    bool killed;                   /* the generator, by SIGKILL, and not by the panel */
    enum bottleneck bottleneck;    /* what the processors did */
    bool spread_sources;           /* the target is IPv4 loopback */
};

/* Sets `limit` of a run whose outcome is known: empty when no client failed, or when memory ran out. */
void binding_find(const struct binding_evidence *evidence, struct run *run);

/* The same words for a model on both sides; PREDICT_MODEL_NONE for a name that is none. */
enum predict_model binding_model(const char *name);

#endif
