/* An experiment as it is recorded, and what it needs of its runs. */
#ifndef KONEKSI_DB_EXPERIMENT_H
#define KONEKSI_DB_EXPERIMENT_H

#include "db/run.h"
#include "loadgen/verdict/prediction.h"

/* The message of one that was cancelled with one of its runs, around that run's id: the store knows it, because the id
 * changes when the experiment is imported. */
#define EXPERIMENT_CANCELLED_BEFORE "run "
#define EXPERIMENT_CANCELLED_BEHIND " was cancelled"

struct experiment {
    int64_t id;
    enum run_status status; /* queued, running, completed, failed or cancelled */
    char kind[16];
    char asked[4096];   /* JSON object */
    int64_t created_ms; /* milliseconds since 1970 UTC; 0: not yet */
    int64_t started_ms;
    int64_t finished_ms;
    /* When it began, of the largest count that it may run in each of its modes; of a table there is none. */
    struct predictions predictions;
    struct run_host host; /* on which it began; empty before */
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
    int64_t started_ms;
    struct verdict verdict;
};

#endif
