/* The limits of both sides as they are now, and what a run with given fields would take of them: what predict() needs.
 * The server side is the run's target where that is on this machine and visible, else the TIME server. */
#ifndef KONEKSI_SERVER_LAB_RUN_LIMIT_SNAPSHOT_H
#define KONEKSI_SERVER_LAB_RUN_LIMIT_SNAPSHOT_H

#include "loadgen/limits/limits.h"
#include "loadgen/verdict/predict.h"
#include "server/lab/run/target.h"
#include "server/time/time_server.h"

/* Where the two sides are. */
struct limit_sides {
    const struct time_server *server;
    bool has_hosts; /* ranks run on the hosts of a file, of which nothing is known here */
};

/* `run` points into it: not to be copied. */
struct limit_snapshot {
    struct run_spec spec;
    struct limit_value values[2 * LIMIT_COUNT]; /* the generator's, as the run lowers them, then the server's */
    size_t count;
    struct predict_case run;
    struct target target; /* without addresses where its name would have to be looked up */
};

/* Reads them for a run of `spec`, which needs neither mode nor count, against the server as `model`, TIME_MODEL_COUNT:
 * as it is. What is read is for predict(). Opens and closes files: RESULT_SYSTEM when there is no descriptor for them,
 * because a prediction from half the limits is worse than none. No target's name is looked up but localhost. */
enum result limit_snapshot_take(const struct limit_sides *sides, enum time_model model, const struct run_spec *spec,
                                struct limit_snapshot *snapshot, struct err *err) MUST_CHECK;

#endif
