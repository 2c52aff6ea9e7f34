#include "loadgen/engine/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/futex.h"
#include "base/helper_thread.h"
#include "base/table.h"
#include "loadgen/engine/scoreboard_read.h"
#include "loadgen/engine/transcript.h"
#include "loadgen/limits/sources.h"
#include "loadgen/limits/usage.h"

/* Ten samples a second; a hundred in the first one, because most runs are over by then and have a shape, too. */
#define INTERVAL_NS (100 * NS_PER_MS)
#define EARLY_INTERVAL_NS (10 * NS_PER_MS)
#define EARLY_NS NS_PER_S
#define PEAK_INTERVAL_NS (100 * NS_PER_MS)

struct monitor {
    struct monitor_plan plan;
    uint64_t began_ns;
    uint64_t next_ns;           /* when the next sample is due */
    struct cpu_clock cpu_clock; /* kept, because opening it is expensive */
    uint64_t cpu_before_us;     /* used before the first client: a rank has waited for the others by polling */
    uint64_t resident_before;   /* bytes in memory when the clients' began to count; 0: not known */
    int statm;                  /* /proc/self/statm, kept open: there may be no descriptor later */
    uint64_t own_fds;           /* descriptors that are no client's */
    bool sink_is_lost;          /* of the thread, until it is joined */
    pthread_t thread;
    _Atomic bool stopping;
    _Atomic uint32_t has_files; /* 1: the thread has its own table of descriptors */
    struct usage_reader *usage;
    bool usage_is_free; /* reading it takes no descriptor from the clients */
    struct usage peak;
    uint64_t peak_ns; /* when it was looked at last */
    uint32_t alarms_seen;
    uint32_t usages_done; /* groups */
    uint32_t notes_done;
    uint32_t traces_done[ERROR_GROUPS_MAX];
    struct transcript transcript;
    /* A dozen pages, the last member and not cleared: what is written at the start is copied for each fork. */
    struct transcript_event events[TRANSCRIPT_EVENTS_MAX];
};

static void emit(struct monitor *monitor, const struct report_event *event)
{
    if (!monitor->sink_is_lost && !monitor->plan.sink->write(monitor->plan.sink, event)) {
        monitor->sink_is_lost = true;
        scoreboard_cancel(monitor->plan.board);
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
    for (const char *text = NULL; (text = scoreboard_note_text(monitor->plan.board, monitor->notes_done)) != NULL;) {
        emit_log(monitor, scoreboard_us(monitor->plan.board, clock_now_ns()), text);
        monitor->notes_done++;
    }
}

/* In the order in which they were taken. One that is not there yet is waited for, unless the run is over: then its
 * process was killed while it wrote it. */
static void emit_traces(struct monitor *monitor, bool over)
{
    const uint32_t groups = scoreboard_group_count(monitor->plan.board);
    for (uint32_t group = 0; group < groups; group++) {
        for (uint32_t *done = &monitor->traces_done[group]; *done < TRACES_KEPT; (*done)++) {
            const struct error_trace *const trace = scoreboard_trace(monitor->plan.board, group, *done);
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
    const size_t count = transcript_collect(&monitor->transcript, monitor->plan.board, monitor->events);
    for (size_t i = 0; i < count; i++) {
        char text[TRANSCRIPT_TEXT_SIZE];
        if (transcript_format(&monitor->events[i], monitor->plan.exchange, text)) {
            emit_log(monitor, monitor->events[i].at_us, text);
        }
    }
}

/* Of the processes that were waited for: one sum, whatever their number. */
static uint64_t cpu_used_us(const struct monitor *monitor)
{
    const uint64_t used_us = cpu_clock_us() + cpu_clock_children_us();
    const uint64_t watched_us = monitor->plan.sink->watched_ns / NS_PER_US;
    return used_us > watched_us ? used_us - watched_us : 0;
}

static void emit_sample(struct monitor *monitor)
{
    struct report_event event = {.type = REPORT_SAMPLE};
    scoreboard_sample(monitor->plan.board, &event.sample);
    event.sample.fds = monitor->own_fds + event.sample.connections;
    event.sample.rss_bytes = source_resident_bytes(monitor->statm);
    event.sample.cpu_us = cpu_used_us(monitor) - monitor->cpu_before_us;
    emit(monitor, &event);
}

/* What a process has of its own: in process mode that of the generator says nothing about a client's. */
static void forget_own(struct usage *usage)
{
    static const enum limit_id own[] = {LIMIT_NOFILE, LIMIT_NR_OPEN,       LIMIT_AS,
                                        LIMIT_DATA,   LIMIT_MAX_MAP_COUNT, LIMIT_CPU};
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        usage->used[own[i]] = LIMIT_UNKNOWN;
    }
}

static void read_usage(const struct monitor *monitor, struct usage *usage)
{
    usage_read(monitor->usage, usage);
    if (usage->used[LIMIT_NOFILE] == LIMIT_UNKNOWN && monitor->plan.own_thread) {
        struct load_sample sample;
        scoreboard_sample(monitor->plan.board, &sample);
        usage->used[LIMIT_NOFILE] = usage->used[LIMIT_NR_OPEN] = monitor->own_fds + sample.connections;
    }
}

static void emit_usage(struct monitor *monitor, uint32_t group, uint64_t at_us, const struct usage *usage)
{
    struct report_event event = {.type = REPORT_USAGE};
    struct usage *const used = &event.usage.used[LIMIT_SIDE_CLIENT];
    event.usage.at_us = at_us;
    scoreboard_group(monitor->plan.board, group, &event.usage);
    if (event.usage.error_number == ECANCELED) {
        return;
    }
    *used = *usage;
    usage_init(&event.usage.used[LIMIT_SIDE_SERVER]);
    if (event.usage.phase == PHASE_START) {
        usage_count(monitor->usage, used);
    } else if (!monitor->plan.own_thread) {
        forget_own(used);
    }
    usage_read_bounds(monitor->usage, used);
    usage_raise(&monitor->peak, used);
    emit(monitor, &event);
}

/* Of the groups whose first client has failed since the last look. */
static void emit_usages(struct monitor *monitor)
{
    struct usage usage;
    monitor->alarms_seen = scoreboard_alarms(monitor->plan.board);
    const uint32_t groups = scoreboard_group_count(monitor->plan.board);
    const uint32_t most = groups < GROUP_USAGES_MAX ? groups : GROUP_USAGES_MAX;
    if (monitor->usages_done >= most) {
        return;
    }
    const uint64_t at_us = scoreboard_us(monitor->plan.board, clock_now_ns());
    read_usage(monitor, &usage);
    for (; monitor->usages_done < most; monitor->usages_done++) {
        emit_usage(monitor, monitor->usages_done, at_us, &usage);
    }
}

static void raise_peak(struct monitor *monitor)
{
    const uint64_t now_ns = clock_now_ns();
    if (monitor->usage_is_free && now_ns - monitor->peak_ns >= PEAK_INTERVAL_NS) {
        struct usage usage;
        monitor->peak_ns = now_ns;
        read_usage(monitor, &usage);
        usage_raise(&monitor->peak, &usage);
    }
}

static void look(struct monitor *monitor, bool over)
{
    emit_usages(monitor);
    raise_peak(monitor);
    emit_notes(monitor);
    if (monitor->plan.sink->wants_details) {
        emit_traces(monitor, over);
        emit_transcript(monitor);
    }
    emit_sample(monitor);
}

static void look_and_plan_next(struct monitor *monitor)
{
    look(monitor, false);
    /* After a stall of the sink, samples are skipped, not caught up on. */
    const uint64_t now_ns = clock_now_ns();
    const uint64_t interval_ns = now_ns - monitor->began_ns < EARLY_NS ? EARLY_INTERVAL_NS : INTERVAL_NS;
    monitor->next_ns = (monitor->next_ns + interval_ns > now_ns ? monitor->next_ns : now_ns) + interval_ns;
}

bool monitor_is_alarmed(const struct monitor *monitor)
{
    return scoreboard_alarms(monitor->plan.board) != monitor->alarms_seen;
}

void monitor_tick(struct monitor *monitor)
{
    if (monitor_is_alarmed(monitor)) {
        emit_usages(monitor);
    }
    if (clock_now_ns() >= monitor->next_ns) {
        look_and_plan_next(monitor);
    }
}

/* Sleeps until the next sample is due, and looks what is in use at each alarm; true when the run is over. */
static bool wait_for_stop(struct monitor *monitor)
{
    while (!atomic_load(&monitor->stopping)) {
        if (monitor_is_alarmed(monitor)) {
            emit_usages(monitor);
        }
        const uint64_t now_ns = clock_now_ns();
        if (now_ns >= monitor->next_ns) {
            return false;
        }
        const uint64_t left_ms = (monitor->next_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
        scoreboard_alarm_wait(monitor->plan.board, monitor->alarms_seen, (uint32_t)left_ms);
    }
    return true;
}

/* A table of descriptors of its own: what this thread opens is none of the clients', whose last one may be what stops
 * them. Not before Linux 5.9: then it opens files only where a client has failed already. */
static void hold_files(struct monitor *monitor)
{
#ifndef __SANITIZE_THREAD__ /* which takes a descriptor's number for the same one in all threads */
    monitor->usage_is_free = close_range(UINT_MAX, UINT_MAX, CLOSE_RANGE_UNSHARE) == 0;
#endif
    monitor->plan.sink->may_open = monitor->usage_is_free;
    if (monitor->usage_is_free) {
        usage_hold(monitor->usage);
    }
}

static void *watch(void *argument)
{
    struct monitor *const monitor = argument;
    hold_files(monitor);
    atomic_store(&monitor->has_files, 1);
    futex_wake_all(&monitor->has_files);
    while (!wait_for_stop(monitor)) {
        look_and_plan_next(monitor);
    }
    usage_release(monitor->usage);
    return NULL;
}

/* proc(5), since Linux 4.0: VmHWM begins again at what is in memory now. Else the peak may be one from before. */
static bool reset_peak(void)
{
    const int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    const bool reset = fd >= 0 && write(fd, "5", 1) == 1;
    if (fd >= 0) {
        close(fd);
    }
    return reset;
}

void monitor_begin_memory(struct monitor *monitor)
{
    monitor->resident_before = reset_peak() ? source_resident_bytes(monitor->statm) : 0;
}

enum result monitor_start(const struct monitor_plan *plan, struct monitor **monitor, struct err *err)
{
    struct monitor *const created = malloc(sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the monitor");
    }
    memset(created, 0, offsetof(struct monitor, events));
    created->plan = *plan;
    created->began_ns = clock_now_ns();
    created->next_ns = created->began_ns + EARLY_INTERVAL_NS;
    enum result result = RESULT_OK;
    created->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (created->statm < 0) {
        result = err_system(err, errno, "cannot open /proc/self/statm");
        goto no_statm;
    }
    cpu_clock_open(&created->cpu_clock);
    created->cpu_before_us = cpu_used_us(created);
    const uint64_t open_fds = source_open_fds("");
    created->own_fds = open_fds == LIMIT_UNKNOWN ? 0 : open_fds;
    usage_init(&created->peak);
    created->usage_is_free = !plan->own_thread; /* its table of descriptors is no client's */
    plan->sink->may_open = created->usage_is_free;
    result = usage_open("", &created->usage, err);
    if (result != RESULT_OK) {
        goto no_usage;
    }
    if (plan->own_thread) {
        result = helper_thread_start(&created->thread, watch, created, "of the monitor", err);
        if (result != RESULT_OK) {
            goto no_thread;
        }
        /* A client's connection that came into its table as well would stay open there when the client closes it. */
        while (atomic_load(&created->has_files) == 0) {
            futex_wait(&created->has_files, 0, 0);
        }
    }
    monitor_begin_memory(created);
    *monitor = created;
    return RESULT_OK;
no_thread:
    usage_close(created->usage);
no_usage:
    cpu_clock_close(&created->cpu_clock);
    close(created->statm);
no_statm:
    free(created);
    return result;
}

static void stop_thread(struct monitor *monitor)
{
    atomic_store(&monitor->stopping, true);
    scoreboard_alarm(monitor->plan.board);
    pthread_join(monitor->thread, NULL);
}

/* The looks may have missed the moment with the most connections, which the scoreboard has counted. */
static void raise_to_counted(const struct monitor *monitor, struct usage *peak)
{
    struct usage counted;
    usage_init(&counted);
    if (monitor->plan.own_thread) { /* else each client has descriptors of its own */
        counted.used[LIMIT_NOFILE] = counted.used[LIMIT_NR_OPEN] =
            monitor->own_fds + scoreboard_most_connections(monitor->plan.board);
    }
    usage_raise(peak, &counted);
}

/* The kernel remembers the most that was in memory, which a sample may have missed. */
static struct load_cost cost_since_start(const struct monitor *monitor)
{
    struct load_cost cost = {.cpu_us = cpu_used_us(monitor) - monitor->cpu_before_us};
    uint64_t most_kib = 0;
    if (monitor->plan.own_thread && monitor->resident_before > 0 &&
        source_read_named("", "/proc/self/status", "VmHWM", &most_kib)) {
        const uint64_t most = most_kib * 1024;
        cost.memory_bytes = most > monitor->resident_before ? most - monitor->resident_before : 0;
    }
    return cost;
}

bool monitor_stop(struct monitor *monitor, struct monitor_sight *sight)
{
    if (monitor->plan.own_thread) {
        stop_thread(monitor);
    }
    look(monitor, true);
    const bool sink_is_lost = monitor->sink_is_lost;
    sight->cost = cost_since_start(monitor);
    sight->peak = monitor->peak;
    raise_to_counted(monitor, &sight->peak);
    usage_close(monitor->usage);
    cpu_clock_close(&monitor->cpu_clock);
    close(monitor->statm);
    free(monitor);
    return !sink_is_lost;
}
