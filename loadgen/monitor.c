#include "monitor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu_clock.h"
#include "helper_thread.h"
#include "scoreboard_read.h"
#include "transcript.h"

/* Ten samples a second; a hundred in the first one, because most runs are over by then and have a shape, too. */
#define INTERVAL_NS (100 * NS_PER_MS)
#define EARLY_INTERVAL_NS (10 * NS_PER_MS)
#define EARLY_NS NS_PER_S

struct monitor {
    struct scoreboard *board;
    struct sink *sink;
    const char *request;        /* what a client sends */
    struct cpu_clock cpu_clock; /* kept for its price alone */
    int statm;                  /* /proc/self/statm, kept open: there may be no descriptor later */
    uint64_t own_fds;           /* descriptors that are no client's */
    bool sink_is_lost;          /* of the thread, until it is joined */
    pthread_t thread;
    pthread_mutex_t lock; /* of `stopping` */
    pthread_cond_t wake;
    bool stopping;
    uint32_t notes_done;
    uint32_t traces_done[ERROR_GROUPS_MAX];
    struct transcript transcript;
    struct transcript_event events[TRANSCRIPT_EVENTS_MAX];
};

static void emit(struct monitor *monitor, const struct report_event *event)
{
    if (!monitor->sink_is_lost && !monitor->sink->write(monitor->sink, event)) {
        monitor->sink_is_lost = true;
        scoreboard_cancel(monitor->board);
    }
}

static void emit_log(struct monitor *monitor, uint64_t at_us, const char *text)
{
    struct report_event event = {.type = REPORT_LOG, .log.at_us = at_us};
    snprintf(event.log.text, sizeof event.log.text, "%s", text);
    emit(monitor, &event);
}

static void emit_notes(struct monitor *monitor)
{
    for (const char *text = NULL; (text = scoreboard_note_text(monitor->board, monitor->notes_done)) != NULL;) {
        emit_log(monitor, scoreboard_us(monitor->board, clock_now_ns()), text);
        monitor->notes_done++;
    }
}

/* In the order in which they were taken. One that is not there yet is waited for, unless the run is over: then its
 * process was killed while it wrote it. */
static void emit_traces(struct monitor *monitor, bool over)
{
    const uint32_t groups = scoreboard_group_count(monitor->board);
    for (uint32_t group = 0; group < groups; group++) {
        for (uint32_t *done = &monitor->traces_done[group]; *done < TRACES_KEPT; (*done)++) {
            const struct error_trace *const trace = scoreboard_trace(monitor->board, group, *done);
            if (trace != NULL) {
                const struct report_event event = {.type = REPORT_ERROR, .error = *trace};
                emit(monitor, &event);
            } else if (!over) {
                break;
            }
        }
    }
}

static void emit_transcript(struct monitor *monitor)
{
    const size_t count = transcript_collect(&monitor->transcript, monitor->board, monitor->events);
    for (size_t i = 0; i < count; i++) {
        char text[TRANSCRIPT_TEXT_SIZE];
        transcript_format(&monitor->events[i], monitor->request, text);
        emit_log(monitor, monitor->events[i].at_us, text);
    }
}

/* The second number of statm is the resident set in pages (proc(5)). */
static uint64_t read_rss(const struct monitor *monitor)
{
    char text[128] = "";
    const ssize_t length = pread(monitor->statm, text, sizeof text - 1, 0);
    const char *const second = length > 0 ? strchr(text, ' ') : NULL;
    return second == NULL ? 0 : strtoull(second, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Of the processes that were waited for: one sum, whatever their number. */
static uint64_t children_cpu_us(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_CHILDREN, &usage) != 0) {
        return 0;
    }
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void emit_sample(struct monitor *monitor)
{
    struct report_event event = {.type = REPORT_SAMPLE};
    scoreboard_sample(monitor->board, &event.sample);
    event.sample.fds = monitor->own_fds + event.sample.connections;
    event.sample.rss_bytes = read_rss(monitor);
    event.sample.cpu_us = cpu_clock_us() + children_cpu_us();
    emit(monitor, &event);
}

static void look(struct monitor *monitor, bool over)
{
    emit_notes(monitor);
    if (monitor->sink->wants_details) {
        emit_traces(monitor, over);
        emit_transcript(monitor);
    }
    emit_sample(monitor);
}

/* Sleeps until `until_ns`; true when the run is over. */
static bool wait_for_stop(struct monitor *monitor, uint64_t until_ns)
{
    const struct timespec until = {.tv_sec = (time_t)(until_ns / NS_PER_S), .tv_nsec = (long)(until_ns % NS_PER_S)};
    pthread_mutex_lock(&monitor->lock);
    while (!monitor->stopping && pthread_cond_timedwait(&monitor->wake, &monitor->lock, &until) != ETIMEDOUT) {
    }
    const bool stopping = monitor->stopping;
    pthread_mutex_unlock(&monitor->lock);
    return stopping;
}

static void *watch(void *argument)
{
    struct monitor *const monitor = argument;
    const uint64_t began_ns = clock_now_ns();
    uint64_t next_ns = began_ns + EARLY_INTERVAL_NS;
    while (!wait_for_stop(monitor, next_ns)) {
        look(monitor, false);
        /* A sink that was stalled loses samples rather than getting them in a heap. */
        const uint64_t now_ns = clock_now_ns();
        const uint64_t interval_ns = now_ns - began_ns < EARLY_NS ? EARLY_INTERVAL_NS : INTERVAL_NS;
        next_ns = next_ns + interval_ns > now_ns ? next_ns + interval_ns : now_ns + interval_ns;
    }
    look(monitor, true);
    return NULL;
}

/* 0 when it cannot be told. The listing's own descriptor is not counted. */
static uint64_t count_own_fds(void)
{
    DIR *const directory = opendir("/proc/self/fd");
    if (directory == NULL) {
        return 0;
    }
    uint64_t count = 0;
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        count += entry->d_name[0] != '.';
    }
    closedir(directory);
    return count - 1;
}

enum result monitor_start(struct scoreboard *board, struct sink *sink, const char *request, struct monitor **monitor,
                          struct err *err)
{
    struct monitor *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the monitor");
    }
    created->board = board;
    created->sink = sink;
    created->request = request;
    enum result result = RESULT_OK;
    created->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (created->statm < 0) {
        result = err_system(err, errno, "cannot open /proc/self/statm");
        goto no_statm;
    }
    created->own_fds = count_own_fds();
    cpu_clock_open(&created->cpu_clock);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&created->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&created->lock, NULL);
    result = helper_thread_start(&created->thread, watch, created, "of the monitor", err);
    if (result != RESULT_OK) {
        goto no_thread;
    }
    *monitor = created;
    return RESULT_OK;
no_thread:
    pthread_mutex_destroy(&created->lock);
    pthread_cond_destroy(&created->wake);
    cpu_clock_close(&created->cpu_clock);
    close(created->statm);
no_statm:
    free(created);
    return result;
}

bool monitor_stop(struct monitor *monitor)
{
    pthread_mutex_lock(&monitor->lock);
    monitor->stopping = true;
    pthread_cond_signal(&monitor->wake);
    pthread_mutex_unlock(&monitor->lock);
    pthread_join(monitor->thread, NULL);
    const bool sink_is_lost = monitor->sink_is_lost;
    pthread_mutex_destroy(&monitor->lock);
    pthread_cond_destroy(&monitor->wake);
    cpu_clock_close(&monitor->cpu_clock);
    close(monitor->statm);
    free(monitor);
    return !sink_is_lost;
}
