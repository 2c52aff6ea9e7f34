/* Private to exchange*.c: the type of each exchange that is answered. */
#ifndef KONEKSI_LOADGEN_ENGINE_EXCHANGE_TYPES_H
#define KONEKSI_LOADGEN_ENGINE_EXCHANGE_TYPES_H

#include "loadgen/engine/exchange.h"

struct exchange_type {
    /* Fills in what all connections of the run have in common. `host` is the target as text. */
    void (*prepare)(struct exchange_plan *plan, const struct run_spec *spec, const char *host);
    void (*open)(struct exchange *exchange);  /* a connection begins; may be NULL, as the next two */
    void (*begin)(struct exchange *exchange); /* a request is about to be sent */
    void (*end)(struct exchange *exchange);   /* takes the reply out of the buffer */
    /* Looks at bytes that came: those in the buffer, or where `streams`, at `bytes` alone. */
    enum exchange_step (*read)(struct exchange *exchange, const char *bytes, size_t length);
    /* When nothing more comes, because the server `closed` or time is over: MORE where what came may have become one.
     */
    enum exchange_step (*stop)(struct exchange *exchange, bool closed);
    bool streams; /* reads bytes as they come, of which the buffer holds only the last line */
};

#define EXCHANGE(NAME, name, help)
#define EXCHANGE_ANSWERED(NAME, name, ...) extern const struct exchange_type exchange_##name;
#include "loadgen/contract/exchanges.def"

#endif
