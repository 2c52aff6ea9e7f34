#include "base/lookup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/helper_thread.h"
#include "base/sync.h"

#define TEXT_SIZE 320 /* a host name of 255 bytes and a port */

/* Freed by whoever comes last: the thread that waits, or the one that looks the name up. */
struct task {
    pthread_mutex_t mutex;
    pthread_cond_t done;
    bool is_done;
    bool is_abandoned;
    enum result result;
    struct net_addresses addresses;
    struct err err;
    char text[TEXT_SIZE];
};

/* The resolver of the C library belongs to the process, and so do the threads that wait in it. */
static atomic_uint unfinished;

static void task_free(struct task *task)
{
    sync_destroy(&task->mutex, &task->done);
    free(task);
}

static void *run(void *arg)
{
    struct task *const task = arg;
    const enum result result = net_parse_all(task->text, &task->addresses, &task->err);
    atomic_fetch_sub(&unfinished, 1);
    pthread_mutex_lock(&task->mutex);
    task->result = result;
    task->is_done = true;
    const bool is_abandoned = task->is_abandoned;
    pthread_cond_signal(&task->done);
    pthread_mutex_unlock(&task->mutex);
    if (is_abandoned) {
        task_free(task);
    }
    return NULL;
}

static enum result start(struct task *task, struct err *err)
{
    pthread_t thread;
    if (atomic_fetch_add(&unfinished, 1) >= LOOKUPS_MAX) {
        atomic_fetch_sub(&unfinished, 1);
        return err_set(err, RESULT_SYSTEM,
                       "%.100s cannot be looked up: the name server has not answered for other names", task->text);
    }
    if (helper_thread_start(&thread, run, task, "that looks a name up", err) != RESULT_OK) {
        atomic_fetch_sub(&unfinished, 1);
        return err->code;
    }
    pthread_detach(thread);
    return RESULT_OK;
}

/* Takes the task. */
static enum result wait_for(struct task *task, uint32_t wait_ms, struct net_addresses *addresses, struct err *err)
{
    const struct timespec until = clock_timespec(clock_now_ns() + wait_ms * NS_PER_MS);
    pthread_mutex_lock(&task->mutex);
    while (!task->is_done && pthread_cond_timedwait(&task->done, &task->mutex, &until) != ETIMEDOUT) {
    }
    task->is_abandoned = !task->is_done;
    if (task->is_abandoned) {
        const enum result result = err_set(err, RESULT_SYSTEM, "%.100s: the name server did not answer within %u ms",
                                           task->text, (unsigned)wait_ms);
        pthread_mutex_unlock(&task->mutex);
        return result;
    }
    pthread_mutex_unlock(&task->mutex);
    const enum result result = task->result;
    *err = task->err;
    *addresses = task->addresses;
    task_free(task);
    return result;
}

/* An address, or a text that net_parse_all refuses. */
static bool needs_no_lookup(const char *text)
{
    return text[0] == '[' || strspn(text, "0123456789.:") == strlen(text) || net_text_port(text) < 0;
}

enum result lookup(const char *text, uint32_t wait_ms, struct net_addresses *addresses, struct err *err)
{
    if (needs_no_lookup(text)) {
        return net_parse_all(text, addresses, err);
    }
    struct task *const task = calloc(1, sizeof *task);
    if (task == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory to look up %.100s", text);
    }
    snprintf(task->text, sizeof task->text, "%s", text);
    if (sync_init(&task->mutex, &task->done, err) != RESULT_OK) {
        free(task);
        return err->code;
    }
    if (start(task, err) != RESULT_OK) {
        task_free(task);
        return err->code;
    }
    return wait_for(task, wait_ms, addresses, err);
}
