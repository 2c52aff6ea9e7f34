/* An experiment as it is recorded, and what it needs of its runs. */
#ifndef KONEKSI_DB_EXPERIMENT_H
#define KONEKSI_DB_EXPERIMENT_H

#include "db/run.h"
#include "loadgen/verdict/predict.h"

struct experiment {
    int64_t id;
    enum run_status status; /* queued, running, completed, failed or cancelled */
    char kind[16];
    char asked[4096];   /* JSON object */
    int64_t created_ms; /* milliseconds since 1970 UTC; 0: not yet */
    int64_t started_ms;
    int64_t finished_ms;
    bool predicted;
    struct prediction prediction; /* of its first run, where `predicted` */
    char message[256];
};

struct experiment_run {
    int64_t id;
    enum run_status status;
    enum run_mode mode;
    uint64_t count;
    uint64_t completed;
    uint64_t failed;
    uint64_t duration_us;
    uint64_t took_ms; /* from its start to its end, what was stored included; 0 while it is not over */
    struct verdict verdict;
};

#endif
