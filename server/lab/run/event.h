/* Reports the changes of runs, samples, log lines, the TIME server and experiments to one observer. The lab knows no
 * layer above it; the observer makes stream events of them. */
#ifndef KONEKSI_SERVER_LAB_RUN_EVENT_H
#define KONEKSI_SERVER_LAB_RUN_EVENT_H

#include "db/run.h"
#include "db/run_parts.h"

enum event_type {
#define EVENT(NAME, name) EVENT_##NAME,
#include "server/lab/run/events.def"
#undef EVENT
    EVENT_TYPE_COUNT,
};
const char *event_type_name(enum event_type type);

struct experiment;

struct event {
    enum event_type type;
    int64_t run;                   /* id of the run; 0: the event is about no run */
    union {                        /* valid during the call */
        const struct run *changed; /* EVENT_RUN; NULL: it was deleted */
        const struct run_sample *sample;
        const struct run_log *log;
        uint64_t panel_fds;                  /* EVENT_SERVER: open descriptors of the panel's process */
        const struct experiment *experiment; /* EVENT_EXPERIMENT; NULL: it was deleted */
    };
    int64_t deleted_experiment; /* its id; 0: none was */
};

struct observer {
    /* Called from any thread of the lab, under its locks: it may read the store, but must not call the run queue or the
     * experiments, and must wait for nobody else. */
    void (*notify)(void *arg, const struct event *event);
    void *arg;
};

void observer_run(const struct observer *observer, const struct run *run);
void observer_run_deleted(const struct observer *observer, int64_t id);
void observer_experiment(const struct observer *observer, const struct experiment *experiment);
void observer_experiment_deleted(const struct observer *observer, int64_t id);
void observer_notify(const struct observer *observer, const struct event *event);

#endif
