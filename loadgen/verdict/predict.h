/* Where a run would stop, before it begins: the least over all limits of what each allows for the mode, the server's
 * model and hold. Pure: what is known of the machine comes in, a number comes out. A prediction forbids nothing.
 *
 * What a client costs of each limit, and what is in use before the first one, stands in predict.c: one function for
 * each row of limits.def. */
#ifndef KONEKSI_LOADGEN_VERDICT_PREDICT_H
#define KONEKSI_LOADGEN_VERDICT_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/limits.h"

#define PREDICT_MOST 10000000ULL /* clients of a run: a limit beyond binds nothing */

enum predict_model {
    PREDICT_MODEL_NONE, /* not this machine's TIME server: nothing is known of it */
    PREDICT_MODEL_THREAD,
    PREDICT_MODEL_POOL,
    PREDICT_MODEL_EPOLL,
};

struct predict_case {
    const struct run_spec *spec;
    enum predict_model model;
    uint64_t workers;       /* of the server's pool */
    uint64_t backlog;       /* as the kernel keeps it */
    uint64_t live;          /* connections that the server has open already */
    uint64_t reserved_fds;  /* descriptors that the server never gives to connections */
    uint64_t panel_bytes;   /* of the panel in memory; 0: not known */
    uint64_t thread_budget; /* connections for whose threads the server has address space */
    uint64_t cores;         /* cores_usable: loops of event mode */
    bool spread_sources;    /* the target is IPv4 loopback: a generator's ports are those of 4,096 addresses */
    bool nproc_binds;       /* limits_nproc_binds */
};

struct predict_ceiling {
    uint64_t clients; /* at most so many at once */
    const char *name; /* of the limit; "workers", "pool_size" for what the run itself sets */
    const char *unit;
    enum limit_side side;
    uint64_t value; /* of the limit */
    bool shared;    /* both sides take from it */
};

#define PREDICT_SENTENCE_SIZE 512
struct prediction {
    size_t count; /* of the ceilings that bind below PREDICT_MOST: 0, 1, 2 */
    struct predict_ceiling ceilings[2];
    bool certain;  /* all clients of the run are alive at once: it is held */
    uint64_t most; /* clients of the run that may be alive at once */
    bool queues;   /* so many at once can fill the accept queue: stalls of 1 s, 3 s, 7 s, no failure of its own */
    char sentence[PREDICT_SENTENCE_SIZE]; /* "5,000 held threads: stop at 4,081, pids.max 4,096 on the client side" */
};

/* The run's own limits take the place of those that the generator would have. */
void predict_confine(const struct run_spec *spec, struct limit_value *values, size_t count);

/* `values` are those of both sides, as limits_read gives them for a generator and a server that idle: what is in use by
 * the machine, the user and the group counts for both. `spec` needs mode and count. */
void predict(const struct predict_case *asked, const struct limit_value *values, size_t count,
             struct prediction *prediction);

/* What of the limit both sides have in use while so many clients are alive; false when they take nothing of it. */
bool predict_taken(const struct predict_case *asked, const struct limit_value *value, uint64_t clients,
                   uint64_t *taken);

/* Whether both sides take from it, as client threads and server threads do from pids.max. */
bool predict_is_shared(const struct predict_case *asked, const struct limit_value *value);

/* {"ceiling","limit","side","value","unit","shared","next":{the same} or null,"certain","queues","sentence"}; ceiling,
 * limit, side, value and unit null when nothing binds. NULL when memory ran out. */
cJSON *prediction_to_json(const struct prediction *prediction) MUST_CHECK;

#endif
