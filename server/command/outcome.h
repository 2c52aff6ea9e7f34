/* What a run or an experiment came to, as it is printed and checked; and how each of the two is asked for, ended and
 * read from the store. */
#ifndef KONEKSI_SERVER_COMMAND_OUTCOME_H
#define KONEKSI_SERVER_COMMAND_OUTCOME_H

#include <cjson/cJSON.h>

#include "loadgen/verdict/sentence.h"
#include "server/command/thresholds.h"
#include "server/lab/lab.h"

struct outcome {
    enum run_status status;
    char message[256]; /* why it is failed or interrupted; empty else */
    struct buf text;   /* for people */
    cJSON *json;       /* as GET /runs/N or GET /experiments/N has it */
    size_t count;
    struct measured *measured;
};
void outcome_free(struct outcome *outcome);

/* What can be measured. All but `collect` are called by the thread that started the lab. */
struct task {
    enum result (*submit)(struct lab *lab, struct plan *plan, int64_t *id, struct err *err) MUST_CHECK;
    enum result (*cancel)(struct lab *lab, int64_t id, struct err *err) MUST_CHECK;
    enum result (*status)(struct store *store, int64_t id, enum run_status *status, struct err *err) MUST_CHECK;
    /* Which run of how many is under way, in English; empty where that is not known. NULL: there is only one. */
    void (*progress)(struct store *store, int64_t id, char *text, size_t size);
    /* RESULT_NOT_FOUND, RESULT_STORE, RESULT_NO_MEMORY. `outcome` is all zero; outcome_free in either case. */
    enum result (*collect)(struct store *store, int64_t id, enum language language, struct outcome *outcome,
                           struct err *err) MUST_CHECK;
};

extern const struct task task_run;        /* run_task.c; of the plan it takes the spec */
extern const struct task task_experiment; /* experiment_task.c */

#endif
