#include "server/command/session.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/log.h"
#include "db/store.h"
#include "server/signals.h"

/* A run ends within two seconds of its cancellation. */
enum { STOP_WITHIN_S = 10 };

/* Whoever gave this command waits for it, and not for what a killed one or a panel left in the database. */
static enum result leave_waiting(struct lab *lab, struct err *err)
{
    uint64_t left = 0;
    const enum result result = store_leave_waiting(lab->store, &left, err);
    if (result == RESULT_OK && left > 0) {
        log_info("what waits in the database (runs and experiments: %" PRIu64 ") is left to a panel", left);
    }
    return result;
}

static enum result start(struct session *session, const struct invocation *invocation, struct err *err)
{
    struct lab_config config = {.db = invocation->db, .time = options_time_config(&invocation->panel)};
    const struct lab_plan plan = {.observer = watch_observer(&session->watch),
                                  .programs = process_programs(&session->process, invocation->panel.hostfile),
                                  .targets = (const char *const *)invocation->panel.targets};
    config.time.reserved_fds = session->process.inherited + 2; /* those of the watch */
    if (config.db == NULL) {
        if (scratch_make(&session->scratch, err) != RESULT_OK) {
            return err->code;
        }
        config.db = session->scratch.db;
    }
    if (lab_open(&config, &session->lab, err) != RESULT_OK || leave_waiting(&session->lab, err) != RESULT_OK ||
        lab_start(&session->lab, &plan, err) != RESULT_OK) {
        return err->code;
    }
    lab_release(&session->lab);
    return RESULT_OK;
}

enum result session_begin(struct session *session, const struct invocation *invocation, struct err *err)
{
    *session = (struct session){.watch = {.news = -1, .signals = -1}};
    const enum result begun = process_begin(&session->process, err);
    signals_block(); /* from here on there is a folder to be removed */
    process_raise_limits();
    if (begun != RESULT_OK || process_prepare_runs(&session->process, invocation->panel.hostfile, err) != RESULT_OK ||
        watch_init(&session->watch, invocation->json, err) != RESULT_OK) {
        return err->code;
    }
    return start(session, invocation, err);
}

void session_end(struct session *session)
{
    lab_stop(&session->lab);
    lab_close(&session->lab);
    watch_free(&session->watch);
    scratch_remove(&session->scratch);
    log_stop();
    alarm(0); /* the search for leaks of a sanitizer's build takes seconds on a busy machine */
}

static enum result cancel(struct session *session, const struct task *task, int64_t id, struct err *err)
{
    alarm(STOP_WITHIN_S);
    const enum result result = task->cancel(&session->lab, id, err);
    return result == RESULT_CONFLICT ? RESULT_OK : result; /* it has just ended by itself */
}

static void show_progress(struct session *session, const struct task *task, int64_t id)
{
    char lead[WATCH_LEAD_SIZE] = "";
    if (session->watch.bar && task->progress != NULL) {
        task->progress(session->lab.store, id, lead, sizeof lead);
        watch_lead(&session->watch, lead);
    }
}

static enum result wait_for_end(struct session *session, const struct task *task, int64_t id, struct err *err)
{
    enum run_status status = RUN_STATUS_QUEUED;
    enum result result = task->status(session->lab.store, id, &status, err);
    while (result == RESULT_OK && !run_status_is_over(status)) {
        show_progress(session, task, id);
        const int wanted = watch_wait(&session->watch);
        if (wanted != 0) {
            session->signal = wanted;
            result = cancel(session, task, id, err);
        }
        if (result == RESULT_OK) {
            result = task->status(session->lab.store, id, &status, err);
        }
    }
    watch_clear(&session->watch);
    return result;
}

enum result session_measure(struct session *session, const struct task *task, struct invocation *invocation,
                            struct outcome *outcome, struct err *err)
{
    int64_t id = 0;
    *outcome = (struct outcome){.text = BUF_INIT};
    if (task->submit(&session->lab, &invocation->plan, &id, err) != RESULT_OK ||
        wait_for_end(session, task, id, err) != RESULT_OK) {
        return err->code;
    }
    return task->collect(session->lab.store, id, invocation->language, outcome, err);
}
