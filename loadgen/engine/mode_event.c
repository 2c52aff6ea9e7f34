/* One loop for each core that the process may use carries the clients; none has a thread or a process of its own. */
#include <stdlib.h>

#include "base/cpu.h"
#include "loadgen/engine/event_loop.h"

struct event_mode {
    struct workers workers; /* first: a worker finds the rest by it */
    struct event_loop **loops;
    _Atomic uint32_t next_loop;
};

static void run_loop(struct workers *workers)
{
    struct event_mode *const event = (struct event_mode *)workers;
    event_loop_run(event->loops[atomic_fetch_add(&event->next_loop, 1)]);
}

/* All before the first thread, since clients use up the descriptors. */
static enum result create_loops(struct event_mode *event, uint32_t count, struct err *err)
{
    event->loops = calloc(count, sizeof(struct event_loop *));
    if (event->loops == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the loops");
    }
    for (uint32_t i = 0; i < count; i++) {
        const enum result result = event_loop_create(&event->workers, &event->loops[i], err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    return RESULT_OK;
}

static void destroy_loops(struct event_mode *event, uint32_t count)
{
    for (uint32_t i = 0; event->loops != NULL && i < count; i++) {
        if (event->loops[i] != NULL) {
            event_loop_destroy(event->loops[i]);
        }
    }
    free(event->loops);
}

static enum result run_loops(struct event_mode *event, uint32_t count, struct err *err)
{
    for (uint32_t i = 0; i < count; i++) {
        const int status = workers_start(&event->workers);
        if (status != 0 && i == 0) {
            return err_system(err, status, "cannot create the thread of a loop");
        }
        if (status != 0) {
            scoreboard_note(event->workers.run->board, "%u of %u loops run: pthread_create: %s", i, count,
                            err_errno_name(status));
            break;
        }
    }
    return RESULT_OK;
}

static enum result run_event(const struct mode_run *run, struct err *err)
{
    const uint32_t count = (uint32_t)cores_usable();
    struct event_mode event = {.loops = NULL};
    enum result result = workers_init(&event.workers, run, run_loop, err);
    if (result != RESULT_OK) {
        return result;
    }
    result = create_loops(&event, count, err);
    if (result == RESULT_OK) {
        result = run_loops(&event, count, err);
    }
    workers_finish(&event.workers);
    destroy_loops(&event, count);
    return result;
}

const struct mode mode_event = {.run = run_event};
