/* What a client says on its connection, and what the bytes that come back are: the reply, a left-over of the exchange
 * before, a refusal, or anything else. exchange_types.h has one const struct for each row of exchanges.def that is
 * answered. Pure: no system call, no allocation; a client process touches no page for it beyond its own (see
 * mode_process.c). */
#ifndef KONEKSI_LOADGEN_ENGINE_EXCHANGE_H
#define KONEKSI_LOADGEN_ENGINE_EXCHANGE_H

#include "loadgen/engine/exchange_states.h"

enum exchange_step {
    EXCHANGE_MORE,    /* the reply is not whole yet */
    EXCHANGE_SKIPPED, /* a left-over is out of the way, in state.time: look again */
    EXCHANGE_REPLY,
    EXCHANGE_REFUSED, /* by an error in the words of the protocol */
    EXCHANGE_WRONG,
};

struct exchange_type;

/* Of a run, constant while it goes on. */
struct exchange_plan {
    const struct exchange_type *type; /* NULL: nothing is said */
    bool streams;                     /* bytes are read as they come; of them the buffer holds the last line */
    uint64_t requests;                /* of each connection; 0: nothing is said */
    bool empty_line;                  /* a request ends in an empty line, which some servers answer */
    const char *const *refusals;      /* how lines begin that refuse; NULL-ended, or NULL */
    size_t request_length;
    size_t last_length;
    size_t expect_length;
    char request[EXCHANGE_REQUEST_SIZE]; /* the bytes, not a pointer: a client process has this page already */
    char last[EXCHANGE_REQUEST_SIZE];    /* the last request of a connection */
    char expect[EXCHANGE_REQUEST_SIZE];
};

/* Of one connection. */
struct exchange {
    const struct exchange_plan *plan;
    uint64_t client;
    uint64_t number; /* of the request under way, from 0 */
    const char *request;
    size_t request_length;
    enum exchange_step step; /* what was seen last */
    uint32_t words;          /* of a refusal: what makes its group, such as a status; 0: its line */
    const char *problem;     /* what is wrong with the reply, where its line does not show it; else NULL */
    size_t total;            /* bytes that came of the reply under way */
    size_t received;         /* bytes of `reply` that are there */
    union exchange_state state;
    char reply[EXCHANGE_SIZE];
};

/* `host`: the target as text, for those that name it. */
void exchange_plan_init(struct exchange_plan *plan, const struct run_spec *spec, const char *host);

/* Leaves the buffers as they are: they are large, and a client is short. */
void exchange_open(struct exchange *exchange, const struct exchange_plan *plan, uint64_t client);

/* Request `number` of the connection, from 0, is about to be sent: `request` and `request_length` are set. */
void exchange_begin(struct exchange *exchange, uint64_t number);
static inline bool exchange_is_last(const struct exchange *exchange)
{
    return exchange->number + 1 >= exchange->plan->requests;
}

/* The first request for people, of http its first line: returns its length. Of a plan with requests. */
size_t exchange_show_request(const struct exchange_plan *plan, uint64_t client, char text[EXCHANGE_REQUEST_SIZE]);

/* The step after `length` more bytes came (0: none), at the end of `reply` or at `bytes`; also kept in `step`. */
enum exchange_step exchange_read(struct exchange *exchange, const char *bytes, size_t length);
/* The step when nothing more comes. */
enum exchange_step exchange_stop(struct exchange *exchange, bool closed);
/* Takes the reply away. */
void exchange_end(struct exchange *exchange);

/* How the reply begins, for the transcript. */
const char *exchange_seen(const struct exchange *exchange, size_t *length);

#endif
