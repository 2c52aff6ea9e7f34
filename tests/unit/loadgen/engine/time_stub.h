/* A TIME server small enough to be wrong on purpose: one thread, on a port of its own. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_ENGINE_TIME_STUB_H
#define KONEKSI_TESTS_UNIT_LOADGEN_ENGINE_TIME_STUB_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/net.h"
#include "tests/unit/test.h"

#define STUB_CONNECTIONS 512

struct time_stub_manners {
    const char *reply; /* to each "TIME" line; NULL: none */
    bool split;        /* a segment for each byte */
    bool closes;       /* after the reply, or in its place */
    bool resets;       /* the same with a reset */
    bool once;         /* only the first request of a connection gets a reply, and with it comes */
    bool ends;         /* the end of what the server sends: it goes on reading */
    unsigned stall_ms; /* the whole server stands still for so long */
    unsigned stalls;   /* before it answers this connection, counted from 0 */
    unsigned slow_us;  /* each reply takes up to so long, in a pattern that repeats after 16 */
    unsigned replies;  /* how many connections get one, in the order of accepting; 0: all */
};

struct time_stub {
    struct time_stub_manners manners;
    struct net_address address;
    struct sockaddr_in peers[STUB_CONNECTIONS]; /* in the order of accepting */
    atomic_uint accepted;
    struct pollfd waits[STUB_CONNECTIONS + 2]; /* the listener, the stop pipe, connections */
    unsigned order[STUB_CONNECTIONS + 2];      /* the how-manieth connection it is */
    bool answered[STUB_CONNECTIONS];           /* in the order of accepting */
    nfds_t wait_count;
    int stop[2];
    pthread_t thread;
};

struct time_stub *time_stub_start(struct time_stub_manners manners);
/* What the stub knows may be read once it has stopped; time_stub_free then. */
void time_stub_stop(struct time_stub *stub);
void time_stub_free(struct time_stub *stub);

#endif
