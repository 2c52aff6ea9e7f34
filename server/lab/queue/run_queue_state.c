#include "server/lab/queue/run_queue_state.h"

#include <unistd.h>

void run_queue_wake(struct run_queue *queue)
{
    const uint64_t one = 1;
    /* write fails only when the counter is full, and then the thread is about to wake. */
    const ssize_t ignored = write(queue->wake, &one, sizeof one);
    (void)ignored;
}

void run_queue_set_on_change(struct run_queue *queue, void (*on_change)(void *arg), void *arg)
{
    pthread_mutex_lock(&queue->state);
    queue->on_change = on_change;
    queue->on_change_arg = arg;
    pthread_mutex_unlock(&queue->state);
}

void run_queue_changed(struct run_queue *queue)
{
    pthread_mutex_lock(&queue->state);
    if (queue->on_change != NULL) {
        queue->on_change(queue->on_change_arg);
    }
    pthread_mutex_unlock(&queue->state);
}

void run_queue_set_active(struct run_queue *queue, int64_t id)
{
    pthread_mutex_lock(&queue->state);
    queue->active = (struct active){.id = id};
    pthread_mutex_unlock(&queue->state);
}

bool run_queue_update_active(struct run_queue *queue, const struct run *run)
{
    pthread_mutex_lock(&queue->state);
    struct active *const active = &queue->active;
    active->measured = true;
    active->totals = run->totals;
    active->peaks = run->peaks;
    active->server_threads = run->peak_server_threads;
    active->server_connections = run->peak_server_connections;
    const bool cancel = active->cancel;
    pthread_mutex_unlock(&queue->state);
    return cancel;
}

bool run_queue_cancel_active(struct run_queue *queue, int64_t id)
{
    pthread_mutex_lock(&queue->state);
    const bool found = queue->active.id == id;
    if (found) {
        queue->active.cancel = true;
    }
    pthread_mutex_unlock(&queue->state);
    if (found) {
        run_queue_wake(queue);
    }
    return found;
}

int64_t run_queue_active(struct run_queue *queue)
{
    pthread_mutex_lock(&queue->state);
    const int64_t id = queue->active.id;
    pthread_mutex_unlock(&queue->state);
    return id;
}

void run_queue_overlay(struct run_queue *queue, struct run *run)
{
    pthread_mutex_lock(&queue->state);
    const struct active *const active = &queue->active;
    if (active->id == run->id && active->measured && run->status == RUN_STATUS_RUNNING) {
        run->totals = active->totals;
        run->peaks = active->peaks;
        run->peak_server_threads = active->server_threads;
        run->peak_server_connections = active->server_connections;
    }
    pthread_mutex_unlock(&queue->state);
}
