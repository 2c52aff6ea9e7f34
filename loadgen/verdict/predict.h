/* Where a run would stop, before it begins: what each limit allows for the mode, the server's model and hold, the least
 * first. Pure: what is known of the machine comes in, numbers come out. A prediction forbids nothing. */
#ifndef KONEKSI_LOADGEN_VERDICT_PREDICT_H
#define KONEKSI_LOADGEN_VERDICT_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/limit_terms.h"

#define PREDICT_MOST 10000000ULL /* clients of a run: a limit beyond this stops nobody */

struct predict_server {
    bool known;             /* false: not this machine's TIME server, nothing is known of it */
    uint64_t threads;       /* created for each connection */
    uint64_t bytes;         /* of memory, for each connection */
    uint64_t workers;       /* connections that it serves at the same time; 0: as many as come */
    uint64_t backlog;       /* as the kernel keeps it */
    uint64_t live;          /* connections that it has open already */
    uint64_t reserved_fds;  /* descriptors that it never gives to connections */
    uint64_t thread_budget; /* connections for whose threads it has address space */
    uint64_t map_budget;    /* likewise maps */
    /* A server of somebody else, whose processes are visible: `known` is false, and of the above only the backlog is
     * set. Each connection takes a descriptor of one of those that accept; nothing more is known of what it takes. */
    bool watched;
    uint64_t acceptors;
    /* It is on another machine, and seen through the panel there: it takes nothing of what this machine has, and what
     * this kernel counts is not about it. */
    bool elsewhere;
    bool nproc_exempt; /* RLIMIT_NPROC does not hold for it */
};

struct predict_case {
    const struct run_spec *spec;
    struct predict_server server;
    uint64_t cores;      /* cores_usable: loops of event mode */
    bool elsewhere;      /* ranks run on other machines: nothing is known of the client side */
    bool spread_sources; /* the target is IPv4 loopback: clients may come from many addresses, which have ports each */
    struct limit_terms terms;
};

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
    char sentence[PREDICT_SENTENCE_SIZE]; /* "5,000 held threads: stops at 4,081, pids.max 4,096 on the client side" */
    /* "5,000 held threads: 4,081 by pids.max on the client side (needs 5,015), then all of them"; empty where nothing
     * stops them */
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

/* Lowers the client side's limits to those that the run sets for its generator. */
void predict_confine(const struct run_spec *spec, struct limit_value *values, size_t count);

/* `values` are those of both sides, as limits_read gives them for a generator and a server that idle: what the machine,
 * the user and the group have in use counts for both. The spec needs mode and count. */
void predict(const struct predict_case *given, const struct limit_value *values, size_t count,
             struct prediction *prediction);

/* The sentence of a prediction in a language; that of the struct is in English. */
void predict_describe(const struct predict_case *given, const struct prediction *prediction, enum language language,
                      char text[PREDICT_SENTENCE_SIZE]);

/* What both sides have in use of the limit while so many clients are alive; false when its side takes nothing of it. */
bool predict_taken(const struct predict_case *given, const struct limit_value *value, uint64_t clients,
                   uint64_t *taken);

/* The value of the limit with which every client of the run would have come to be: `reached` of them did. LIMIT_UNKNOWN
 * when all did, or when its side takes nothing of it. */
uint64_t predict_needed(const struct predict_case *given, const struct limit_value *value, uint64_t reached);

/* Whether both sides take from it, as client threads and server threads do from pids.max. */
bool predict_is_shared(const struct predict_case *given, const struct limit_value *value);

#endif
