/* What the lab tells the live stream, in the form that every reader gets. An event for which there is no memory is
 * left out: watching never breaks a run. Any thread. */
#ifndef KONEKSI_SERVER_LAB_RUN_PUBLISH_H
#define KONEKSI_SERVER_LAB_RUN_PUBLISH_H

#include <cjson/cJSON.h>

#include "db/run.h"
#include "server/lab/run/live.h"
#include "server/time/time_server.h"

void publish_run(struct live *live, const struct run *run);
/* {"id":17,"deleted":true} */
void publish_deleted(struct live *live, int64_t id);
/* These two carry the run's id as "run". */
void publish_sample(struct live *live, int64_t id, const struct run_sample *sample);
void publish_log(struct live *live, int64_t id, const struct run_log *log);

/* Takes the tree (experiment_view_to_json). A `result` that is too large for an event is left out. */
void publish_experiment(struct live *live, cJSON *experiment);

/* `fds`: open descriptors of the panel. Publishes unless it reads as *last, the text of the last time (NULL at first),
 * which it then takes the place of. The caller frees *last. */
void publish_server(struct live *live, const struct time_server *server, uint64_t fds, char **last);

#endif
