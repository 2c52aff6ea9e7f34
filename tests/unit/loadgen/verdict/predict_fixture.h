/* A made-up machine, of which a test predicts where its run stops. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_VERDICT_PREDICT_FIXTURE_H
#define KONEKSI_TESTS_UNIT_LOADGEN_VERDICT_PREDICT_FIXTURE_H

#include "loadgen/verdict/predict.h"
#include "tests/unit/test.h"

#define NONE UINT64_MAX /* no ceiling */
#define MIB (1024ULL * 1024)
#define CLIENT LIMIT_SIDE_CLIENT
#define SERVER LIMIT_SIDE_SERVER

struct machine {
    struct run_spec spec;
    struct predict_case given;
    struct limit_value values[2 * LIMIT_COUNT];
    size_t count;
};

enum model { NO_MODEL, THREADS, POOL, EPOLL };

void set_server(struct machine *machine, enum model model);
/* Two cores, the event server, and no limit yet. */
struct machine make_machine(enum run_mode mode, bool hold, uint64_t count);
void add(struct machine *machine, enum limit_id id, enum limit_side side, uint64_t value, uint64_t used);
struct prediction ask(struct machine *machine);

/* The ceiling; NONE. */
uint64_t least(const struct prediction *prediction);

#endif
