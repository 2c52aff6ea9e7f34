/* The lab as a whole: the store, the TIME server, the run queue and the experiments, as the panel and the one-shot
 * commands have them. Its life: lab_open, lab_start, lab_release, lab_stop, lab_close; after one that failed, both ends
 * take down what there is. */
#ifndef KONEKSI_SERVER_LAB_LAB_H
#define KONEKSI_SERVER_LAB_LAB_H

#include "server/lab/experiment/experiments.h"

struct lab {
    struct store *store;
    struct time_server *time;
    struct run_queue *queue;
    struct experiments *experiments;
};

struct lab_config {
    const char *db;
    struct time_server_config time; /* reserved_fds: those of the process that are not the lab's own */
};

/* Opens the database, marks what was under way in it as interrupted, and starts the TIME server. RESULT_STORE, and what
 * time_server_start returns. `lab` is all zero. */
enum result lab_open(const struct lab_config *config, struct lab *lab, struct err *err) MUST_CHECK;

struct lab_plan {
    struct observer observer;
    struct launcher_programs programs; /* their paths outlive the lab, as `targets` does */
    const char *const *targets;        /* allowed besides loopback; NULL-ended, or NULL */
    struct observed_server *observed;  /* a panel whose TIME server may be a target; NULL: none. Outlives the lab */
    uint64_t keep_runs;                /* as in run_queue_config */
};

/* Starts the threads of the queue and of the experiments. No run begins before lab_release, so that other threads and
 * files come first: a run may use up what is left of both. */
enum result lab_start(struct lab *lab, const struct lab_plan *plan, struct err *err) MUST_CHECK;
void lab_release(struct lab *lab);

/* Ends the run under way, which is then interrupted, and both threads. */
void lab_stop(struct lab *lab);
void lab_close(struct lab *lab);

#endif
