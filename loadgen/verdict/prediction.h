/* Where a run would stop, as predict.h says it: stored with an experiment, shown, and compared with what was found. */
#ifndef KONEKSI_LOADGEN_VERDICT_PREDICTION_H
#define KONEKSI_LOADGEN_VERDICT_PREDICTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/limit.h"

struct predict_ceiling {
    uint64_t clients;    /* at most so many at the same time */
    enum limit_id limit; /* LIMIT_COUNT: none of the environment, but the pool of that side */
    enum limit_side side;
    uint64_t value; /* of the limit */
    bool shared;    /* both sides take from it */
    /* The value with which all clients of the run that can be alive at the same time would fit; LIMIT_UNKNOWN when they
     * do already, and in what was stored by an earlier version. */
    uint64_t needed;
};
/* "pids.max"; "workers" and "pool_size" for what the server and the run set themselves. */
const char *predict_ceiling_name(const struct predict_ceiling *ceiling);
const char *predict_ceiling_name_in(const struct predict_ceiling *ceiling, enum language language); /* for people */
const char *predict_ceiling_unit(const struct predict_ceiling *ceiling);
/* What follows them in a sentence: " on the client side". */
const char *predict_ceiling_whose(const struct predict_ceiling *ceiling, enum language language);

#define PREDICT_STEPS 6
#define PREDICT_SENTENCE_SIZE 512
#define PREDICT_LADDER_SIZE 1024
struct prediction {
    size_t count; /* of the ceilings */
    /* The ladder: each stops the clients once those before it are raised, up to the first that suffices for all of
     * them. Only those below PREDICT_MOST. */
    struct predict_ceiling ceilings[PREDICT_STEPS];
    bool estimate; /* what a client takes of the least is a mean, which differs from kernel to kernel */
    bool certain;  /* all clients of the run are alive at the same time: it is held */
    uint64_t most; /* clients of the run that may be alive at the same time; 0 in a prediction that was stored */
    bool queues;   /* so many at the same time can fill the accept queue: stalls of 1 s, 3 s, 7 s, but no failure */
    char sentence[PREDICT_SENTENCE_SIZE]; /* "5,000 held threads: they stop at 4,081 because of pids.max 4,096 on the
                                             client side" */
    /* "5,000 held threads: 4,081 by pids.max on the client side (needs 5,015), then no known limit stops them"; empty
     * where nothing stops them */
    char ladder_sentence[PREDICT_LADDER_SIZE];
};

/* Those of several modes. */
struct predictions {
    bool known[MODE_COUNT];
    struct prediction of[MODE_COUNT];
};
/* The ceiling of a mode; 0 when none is known, or nothing binds. */
uint64_t predictions_ceiling(const struct predictions *predictions, enum run_mode mode);
/* Whether more clients than that wait until their timeout, because a limit of the server's side stops them. */
bool predictions_waits(const struct predictions *predictions, enum run_mode mode);

#endif
