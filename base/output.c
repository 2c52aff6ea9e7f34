#include "base/output.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/helper_thread.h"
#include "base/sync.h"

#define QUEUE_SIZE ((size_t)256 * 1024)
#define NOTICE_SIZE 160
/* After a write that failed: a full disk stays full for a while. */
#define RETRY_NS NS_PER_S
#define UNBLOCK_AFTER_MS 1000

struct output {
    int fd;
    output_notice *notice;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* lines to write, stopping, or `ended` */
    bool stopping;
    bool ended;             /* the thread has written all and will write no more */
    uint64_t queued;        /* bytes, since the start */
    uint64_t taken;         /* likewise, by the thread */
    uint64_t dropped;       /* lines */
    uint64_t noticed;       /* of these */
    uint64_t dropped_at;    /* `queued` at the last drop */
    char queue[QUEUE_SIZE]; /* the last member: pages that are never used are never touched */
};

/* --- the thread --- */

/* False: the bytes could not be written. */
static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t count = write(fd, bytes, length);
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (count < 0 && errno == EAGAIN) { /* another process made the open file non-blocking */
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            (void)poll(&room, 1, -1);
        } else if (count == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

static uint64_t count_lines(const char *bytes, size_t length)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < length; i++) {
        lines += bytes[i] == '\n';
    }
    return lines;
}

/* Copies whole lines that one write(2) delivers as one, as far as such lines are not longer. */
static size_t take_lines(struct output *output, char bytes[OUTPUT_AT_ONCE_MOST])
{
    const uint64_t left = output->queued - output->taken;
    const size_t most = left < OUTPUT_AT_ONCE_MOST ? (size_t)left : OUTPUT_AT_ONCE_MOST;
    const size_t begin = output->taken % QUEUE_SIZE;
    const size_t first = most < QUEUE_SIZE - begin ? most : QUEUE_SIZE - begin;
    memcpy(bytes, output->queue + begin, first);
    memcpy(bytes + first, output->queue, most - first);
    const char *const last = memrchr(bytes, '\n', most);
    const size_t length = last == NULL ? most : (size_t)(last - bytes) + 1;
    output->taken += length;
    return length;
}

/* The lines before those that were dropped come first. */
static bool notice_is_due(const struct output *output)
{
    return output->notice != NULL && output->dropped > output->noticed && output->taken >= output->dropped_at;
}

/* Called with the lock held, which is released while the reader is waited for. */
static bool write_unlocked(struct output *output, const char *bytes, size_t length)
{
    pthread_mutex_unlock(&output->mutex);
    const bool written = write_all(output->fd, bytes, length);
    pthread_mutex_lock(&output->mutex);
    return written;
}

static void write_notice(struct output *output, bool *works)
{
    char line[NOTICE_SIZE];
    const uint64_t dropped = output->dropped;
    *works = write_unlocked(output, line, output->notice(line, sizeof line, dropped - output->noticed));
    output->noticed = *works ? dropped : output->noticed;
}

static void write_lines(struct output *output, bool *works)
{
    char bytes[OUTPUT_AT_ONCE_MOST];
    const size_t length = take_lines(output, bytes);
    *works = write_unlocked(output, bytes, length);
    if (!*works) {
        output->dropped += count_lines(bytes, length);
        output->dropped_at = output->taken;
    }
}

static void *write_loop(void *arg)
{
    struct output *const output = arg;
    bool works = true;
    pthread_mutex_lock(&output->mutex);
    for (;;) {
        const bool due = notice_is_due(output);
        if (due && (works || !output->stopping)) {
            write_notice(output, &works);
        } else if (output->taken < output->queued) {
            write_lines(output, &works);
        } else if (output->stopping) {
            break;
        } else {
            pthread_cond_wait(&output->changed, &output->mutex);
        }
        if (!works && !output->stopping) {
            const struct timespec retry = clock_timespec(clock_now_ns() + RETRY_NS);
            while (!output->stopping && pthread_cond_timedwait(&output->changed, &output->mutex, &retry) != ETIMEDOUT) {
            }
        }
    }
    output->ended = true;
    pthread_cond_broadcast(&output->changed);
    pthread_mutex_unlock(&output->mutex);
    return NULL;
}

/* --- the callers --- */

enum result output_start(int fd, output_notice *notice, struct output **output, struct err *err)
{
    struct output *const created = malloc(sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    memset(created, 0, offsetof(struct output, queue));
    created->fd = fd;
    created->notice = notice;
    if (sync_init(&created->mutex, &created->changed, err) != RESULT_OK) {
        goto fail_sync;
    }
    if (helper_thread_start(&created->thread, write_loop, created, "that writes lines", err) != RESULT_OK) {
        goto fail_thread;
    }
    *output = created;
    return RESULT_OK;

fail_thread:
    sync_destroy(&created->mutex, &created->changed);
fail_sync:
    free(created);
    return err->code;
}

void output_line(struct output *output, const char *line, size_t length)
{
    pthread_mutex_lock(&output->mutex);
    if (length > QUEUE_SIZE - (size_t)(output->queued - output->taken)) {
        output->dropped++;
        output->dropped_at = output->queued;
    } else {
        const size_t begin = output->queued % QUEUE_SIZE;
        const size_t first = length < QUEUE_SIZE - begin ? length : QUEUE_SIZE - begin;
        memcpy(output->queue + begin, line, first);
        memcpy(output->queue, line + first, length - first);
        output->queued += length;
        pthread_cond_broadcast(&output->changed); /* output_stop may wait for the same */
    }
    pthread_mutex_unlock(&output->mutex);
}

uint64_t output_dropped(struct output *output)
{
    pthread_mutex_lock(&output->mutex);
    const uint64_t dropped = output->dropped;
    pthread_mutex_unlock(&output->mutex);
    return dropped;
}

void output_stop(struct output *output, uint32_t wait_ms)
{
    if (output == NULL) {
        return;
    }
    const struct timespec until = clock_timespec(clock_now_ns() + wait_ms * NS_PER_MS);
    pthread_mutex_lock(&output->mutex);
    output->stopping = true;
    pthread_cond_broadcast(&output->changed);
    int status = 0;
    while (!output->ended && status == 0) {
        status = pthread_cond_timedwait(&output->changed, &output->mutex, &until);
    }
    const bool ended = output->ended;
    pthread_mutex_unlock(&output->mutex);
    if (!ended) {
        pthread_detach(output->thread);
        return;
    }
    pthread_join(output->thread, NULL);
    sync_destroy(&output->mutex, &output->changed);
    free(output);
}

/* --- without a thread --- */

#define MEMORY_WAIT_MS 1

/* A pipe is ready for writing when it has room for PIPE_BUF bytes, a terminal when it is not stopped. A control group
 * whose memory is used up refuses the page that a pipe needs until some is free again: poll() does not wait for that.
 */
ssize_t output_some(int fd, const char *bytes, size_t length, int wait_ms)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    const int ready = poll(&room, 1, wait_ms);
    if (ready <= 0) {
        return ready < 0 && errno != EINTR ? -1 : 0;
    }
    const ssize_t count = write(fd, bytes, length < OUTPUT_AT_ONCE_MOST ? length : OUTPUT_AT_ONCE_MOST);
    if (count < 0 && errno == ENOMEM) {
        (void)poll(NULL, 0, wait_ms < MEMORY_WAIT_MS ? wait_ms : MEMORY_WAIT_MS);
        return 0;
    }
    return count < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : count;
}

bool output_at_once(int fd, const char *line, size_t length)
{
    return output_some(fd, line, length, 0) == (ssize_t)length;
}

bool output_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t count = output_some(fd, bytes, length, UNBLOCK_AFTER_MS);
        if (count < 0) {
            return false;
        }
        if (count == 0) {
            sigset_t ends;
            sigemptyset(&ends);
            sigaddset(&ends, SIGINT);
            sigaddset(&ends, SIGTERM);
            pthread_sigmask(SIG_UNBLOCK, &ends, NULL);
        }
        bytes += count;
        length -= (size_t)count;
    }
    return true;
}
