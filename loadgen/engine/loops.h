/* What event mode and uring mode have in common: one thread for each core that the process may use carries many clients
 * at once, each in its steps (client_steps.h). How a thread waits for its clients, and what it does for them, is a
 * struct loop_kind. A client that is alive takes about 600 bytes of memory, which is asked for as it is needed. */
#ifndef KONEKSI_LOADGEN_ENGINE_LOOPS_H
#define KONEKSI_LOADGEN_ENGINE_LOOPS_H

#include "base/deadlines.h"
#include "loadgen/engine/workers.h"

enum loop_state { LOOP_UNUSED, LOOP_CONNECT, LOOP_SEND, LOOP_RECEIVE, LOOP_HOLD };

/* Why a client is ended before it has come to its end. */
enum loop_stop { LOOP_GOES_ON, LOOP_TIMEOUT, LOOP_CANCEL };

struct loop_client {
    struct client client;
    struct client_record record;
    struct deadline deadline;
    enum loop_state state;
    struct loop_client *next_unused;
    union { /* zero when it begins */
        struct {
            uint32_t events; /* that the epoll looks for; 0: it is not in it */
            bool ended;      /* an event said that the server sends nothing more; no further event will */
        } watched;
        struct {
            enum loop_stop stop; /* once the kernel has let go of it */
            int result;          /* of its connect(), while others are pending */
            unsigned pending;    /* results that are yet to come, and say no more than that one */
            unsigned turn;       /* in which it was connected */
        } ring;
    };
};

struct loop {
    const struct loop_kind *kind;
    struct workers *workers;
    const struct mode_run *run;
    bool taken;     /* `next` is not started yet */
    bool exhausted; /* there is no client left to take */
    uint64_t next;
    uint64_t live;
    uint64_t holding;
    uint64_t room;    /* clients that may be under way at the same time, those that hold excepted */
    uint64_t full_ns; /* since when there is no room and no reply came; 0: there is, or one came just now */
    struct deadlines deadlines;
    struct loop_client *unused;
    struct loop_chunk *chunks;
    uint64_t opened_ns;     /* when the barrier was first seen open */
    struct failure failure; /* of the client at hand */
};

/* Every function but open and close is called by the thread of the loop. */
struct loop_kind {
    size_t size; /* of what begins with a struct loop */
    enum result (*open)(struct loop *loop, struct err *err);
    void (*close)(struct loop *loop);
    int (*start)(struct loop *loop); /* 0, or an errno; may be NULL */
    /* The client is up, and has no socket yet. */
    void (*begin)(struct loop *loop, struct loop_client *one);
    /* Waits for what happens to the clients, and takes their steps. */
    void (*wait)(struct loop *loop, unsigned timeout_ms);
    /* Calls loop_stop() for the client, now or during a later wait. */
    void (*stop)(struct loop *loop, struct loop_client *one, enum loop_stop stop);
};

/* Of a client that is connected or has a reply: begins its next request, which is LOOP_SEND, or it holds, or has ended.
 */
void loop_say_or_serve(struct loop *loop, struct loop_client *one);
/* The client has failed; its failure is written. */
void loop_fail(struct loop *loop, struct loop_client *one);
/* Its failure is what stopped it. */
void loop_stop(struct loop *loop, struct loop_client *one, enum loop_stop stop);

/* What a mode does. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result loops_run(const struct loop_kind *kind, const struct mode_run *run, struct err *err) MUST_CHECK;

#endif
