/* One client as a sequence of steps: for client.c, which waits in the system calls, for event mode, whose calls do not
 * wait, and for uring mode, which hands in the results of calls that the kernel made. A step is called again after
 * CLIENT_BLOCKED, where it would have to wait, and after CLIENT_PARTIAL, where some bytes were sent or received but not
 * all: a caller that blocks looks at the client's time first. */
#ifndef KONEKSI_LOADGEN_ENGINE_CLIENT_STEPS_H
#define KONEKSI_LOADGEN_ENGINE_CLIENT_STEPS_H

#include "loadgen/engine/client_plan.h"
#include "loadgen/engine/exchange.h"
#include "loadgen/engine/scoreboard.h"

struct client {
    const struct client_plan *plan;
    struct scoreboard *board;
    uint64_t number;
    struct client_record *record;
    struct failure *failure; /* large: untouched unless the client fails */
    int fd;
    uint32_t slot; /* of the transcript */
    uint64_t start_ns;
    uint64_t now_ns;   /* the clock as last read */
    uint64_t begun_ns; /* when connect() or the request under way was begun */
    uint64_t requests; /* that have their reply */
    size_t sent;       /* bytes of the request under way */
    struct exchange exchange;
};

enum client_step { CLIENT_DONE, CLIENT_PARTIAL, CLIENT_BLOCKED, CLIENT_FAILED };

/* The client is up. `record` is all-zero. Every member but the large ones, `failure` included, is set. */
void client_begin(struct client *client, const struct client_plan *plan, struct scoreboard *board, uint64_t number,
                  struct client_record *record);

/* Before the first call of client_connect. */
void client_begin_connect(struct client *client);
enum client_step client_connect(struct client *client) MUST_CHECK;
/* The second half of it, for who made the call: it returned 0, or that errno. */
enum client_step client_connected(struct client *client, int error_number) MUST_CHECK;
/* Makes the first request ready before the client is connected, and records nothing of it. */
void client_prepare_request(struct client *client);
/* Before the first send of each request. */
void client_begin_request(struct client *client);
enum client_step client_send(struct client *client) MUST_CHECK;
/* The second half of it: send() returned that, and if that is -1, errno. */
enum client_step client_sent(struct client *client, ssize_t count, int error_number) MUST_CHECK;
/* Until the reply is whole, or it is clear that it is none. */
enum client_step client_receive(struct client *client) MUST_CHECK;
/* The two halves of it. CLIENT_BLOCKED: the bytes that are there are not enough, so recv() has to be called, for at
 * most client_room() bytes. It returned `count`, and if that is -1, errno; the bytes are read, or copied. */
enum client_step client_look(struct client *client) MUST_CHECK;
size_t client_room(const struct client *client);
enum client_step client_received(struct client *client, const char *bytes, ssize_t count, int error_number) MUST_CHECK;
/* False: failed. */
bool client_take_reply(struct client *client) MUST_CHECK;
/* After the last reply. False: it came too late. */
bool client_served(struct client *client) MUST_CHECK;
/* How long a client on whose connection nothing is said holds it beyond the barrier: a server needs a moment to accept
 * it and to turn it away. 0 for all others. */
uint64_t client_settle_ns(const struct client_plan *plan);
/* For a client that was held, once no other is waited for. False: failed, because the server had closed a connection on
 * which nothing is said: it would look as if it carried any number of them. */
bool client_check_held(struct client *client) MUST_CHECK;

/* For a client that waits no longer: whether the bytes that came are no part of a reply, which then is the failure. */
bool client_was_answered_wrongly(struct client *client);

/* Closes the connection and writes the outcome into the record. With completed = false, `failure` must be set. */
void client_end(struct client *client, bool completed);

/* Runs client number `client` and writes its outcome into `record` (all-zero before) and, when it failed, its trace on
 * the board; scoreboard_count_outcome counts it. Returns when the client has ended; after scoreboard_cancel, a signal
 * without SA_RESTART interrupts its wait. */
void client_run(const struct client_plan *plan, struct scoreboard *board, uint64_t client,
                struct client_record *record);

#endif
