/* Runs of the engine whose report is kept in memory and checked for what holds of every run: all clients are accounted
 * for, and the groups of errors add up. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_ENGINE_ENGINE_RUN_H
#define KONEKSI_TESTS_UNIT_LOADGEN_ENGINE_ENGINE_RUN_H

#include "loadgen/engine/engine.h"
#include "tests/unit/loadgen/engine/time_stub.h"

#define JAM "JAM 12:34:56\r\n"

/* ThreadSanitizer's fork takes tens of milliseconds. */
#if defined(__SANITIZE_THREAD__)
#define CLIENTS 20U
#else
#define CLIENTS 60U
#endif

/* A sink that remembers, and may act on what it sees. */
struct memory_sink {
    struct sink sink; /* .write is memory_sink_write */
    struct engine *engine;
    void (*act)(struct memory_sink *memory, const struct report_event *event); /* NULL: nothing */
    bool acted;
    uint64_t count;
    unsigned starts, samples, errors, logs;
    uint64_t numbers;     /* for `act` */
    char first_note[160]; /* the first log line that is no client's */
    struct load_result result;
    enum load_end status;
};
bool memory_sink_write(struct sink *sink, const struct report_event *event);

typedef void act_fn(struct memory_sink *memory, const struct report_event *event);

/* Of CLIENTS clients; a pool has 7 threads. */
struct run_spec spec_of(enum run_mode mode);

/* Both return what was reported: the caller frees it. The second runs against a stub that ends with the run. */
struct memory_sink *run_engine(const struct run_spec *spec, const struct net_address *target, act_fn *act);
struct memory_sink *run_against(struct time_stub_manners manners, const struct run_spec *spec, act_fn *act);

#endif
