/* A server of somebody else, which here is a child of the test. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_WATCH_CHILD_SERVER_H
#define KONEKSI_TESTS_UNIT_LOADGEN_WATCH_CHILD_SERVER_H

#include "base/net.h"
#include "tests/unit/test.h"

#define NOFILE 50 /* its limit of descriptors */

struct server {
    struct net_address address;
    pid_t pid;
    int orders;
    int done; /* it has carried out an order */
};

void start_server(struct server *server);
void end_server(const struct server *server);
int connect_to(const struct server *server);

/* It accepts a connection for 'a', forks for 'f', for 'm' forks one that takes its place, uses up its descriptors for
 * 'u', and closes these for 'c'. */
void order(const struct server *server, char what);

#endif
