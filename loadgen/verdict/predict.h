/* Where a run would stop, before it begins: what each limit allows for the mode, the server's model and hold, the least
 * first. Pure: what is known of the machine comes in, numbers come out. A prediction forbids nothing. */
#ifndef KONEKSI_LOADGEN_VERDICT_PREDICT_H
#define KONEKSI_LOADGEN_VERDICT_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/net_list.h"
#include "loadgen/limits/limit_terms.h"
#include "loadgen/verdict/prediction.h"

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
    uint64_t data_budget;   /* likewise data */
    uint64_t map_budget;    /* likewise maps */
    /* A server of somebody else, whose processes are visible: `known` is false, and of the above only the backlog is
     * set. Each connection takes a descriptor of one of those that accept; nothing more is known of what it takes. */
    bool watched;
    uint64_t acceptors;
    bool unseen;      /* likewise, but Koneksi may not look into its processes */
    uint64_t sockets; /* that listen: each has a queue of its own */
    /* It is on another machine, and seen through the panel there: it takes nothing of what this machine has, and what
     * this kernel counts is not about it. */
    bool elsewhere;
    bool nproc_exempt; /* RLIMIT_NPROC does not hold for it */
};

struct predict_case {
    const struct run_spec *spec;
    struct predict_server server;
    uint64_t cores;             /* cores_usable: loops of event mode */
    bool elsewhere;             /* ranks run on other machines: nothing is known of the client side */
    enum net_loopback loopback; /* the target */
    uint64_t source_addresses;  /* that the clients of a run came from; 0: not known, or not yet */
    struct limit_terms terms;
};

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

/* Seconds until connect(2) takes the port of a closed connection of the run's clients again. */
uint64_t predict_time_wait_s(const struct predict_case *given);

/* Whether so many closed connections, which hold a port each, leave too few of the client side's for the run. */
bool predict_lacks_ports(const struct predict_case *given, const struct limit_value *ports, uint64_t closed);

/* Whether both sides take from it, as client threads and server threads do from pids.max. */
bool predict_is_shared(const struct predict_case *given, const struct limit_value *value);

#endif
