/* TIME servers as they are found in the field: one thread for each connection, on a port of its own. Each reads what
 * one recv() gives and takes it for a request, as such programs do. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_ENGINE_FIELD_SERVER_H
#define KONEKSI_TESTS_UNIT_LOADGEN_ENGINE_FIELD_SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/net.h"
#include "tests/unit/test.h"

struct field_manners {
    const char *reply;     /* to the first request of a connection; NULL: it never answers */
    const char *later;     /* to those that follow; NULL: the same */
    const char *extra;     /* sent behind each reply, in a segment of its own, when the request had an empty line */
    const char *refuse;    /* sent in place of a reply when the request had an empty line */
    unsigned byte_ms;      /* a segment for each byte, and a pause of so many milliseconds behind it; 0: all at once */
    bool endless;          /* 'x' without an end, in place of a reply; from the second request on if `reply` is there */
    unsigned closes_after; /* so many replies; 0: it does not */
};

struct field_server {
    struct field_manners manners;
    struct net_address address;
    int listener;
    atomic_bool stopping;
    atomic_uint live;
    pthread_t thread;
};

struct field_server *field_start(struct field_manners manners);
/* Once its clients have ended: their connections end the threads. */
void field_stop(struct field_server *server);

#endif
