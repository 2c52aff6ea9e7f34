/* The limits of both sides as they are now, and what a run with given fields would take of them: what a prediction
 * stands on. */
#ifndef KONEKSI_SERVER_LAB_RUN_INVENTORY_H
#define KONEKSI_SERVER_LAB_RUN_INVENTORY_H

#include "loadgen/verdict/predict.h"
#include "server/time/time_server.h"

/* `asked` points into it: not to be copied. */
struct inventory {
    struct run_spec spec;
    struct limit_value values[2 * LIMIT_COUNT]; /* the generator's, lowered as the run asks for, then the server's */
    size_t count;
    struct predict_case asked;
};

/* Reads them for a run of `spec`, which needs neither mode nor count, against the server as `model`, TIME_MODEL_COUNT:
 * as it is. Opens and closes files: RESULT_SYSTEM when there is no descriptor for them, as a prediction from half the
 * limits is worse than none. A target's name is not looked up but for localhost. */
enum result inventory_take(const struct time_server *server, enum time_model model, const struct run_spec *spec,
                           struct inventory *inventory, struct err *err) MUST_CHECK;

void inventory_predict(const struct inventory *inventory, struct prediction *prediction);

#endif
