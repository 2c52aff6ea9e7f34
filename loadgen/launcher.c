/* Three descriptors say what the generator does: its standard output (reports), its standard error (the last of it is
 * kept for the message) and its pidfd (its end). Its process group may be signalled only until its leader is reaped:
 * after that the kernel can give the number to another group. */
#include "loadgen/launcher.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/patience.h"
#include "loadgen/child.h"
#include "loadgen/limits/limits.h"
#include "loadgen/orphans.h"

enum {
    READ_SIZE = 64 * 1024,
    STEP_READS = 4,   /* of READ_SIZE in a step: a flood must not keep the caller from its other work */
    DRAIN_READS = 64, /* after the end: more than a pipe can hold (fs.pipe-max-size is 1 MiB) */
    TAIL_MOST = 4096,
};

struct launcher {
    struct child child;
    bool has_ranks; /* it is mpirun, and: */
    char folder[RANKS_FOLDER_SIZE];
    struct buf lines;    /* what has no line break yet */
    struct buf tail;     /* the last of its standard error */
    bool reaped;         /* the generator itself */
    bool orphans_reaped; /* and its client processes */
    bool end_seen;
    bool stopping;
    bool killed;              /* by kill_generator */
    uint64_t kill_after_ns;   /* of `waiting`; 0: no deadline */
    struct patience waiting;  /* for its end, and once it is reaped for that of its orphans */
    const char *deadline_why; /* what it is then at fault for; NULL: nothing */
    struct launcher_end end;  /* `reason` as soon as it is at fault, the rest once it is reaped */
};

static enum result make_arguments(const struct launcher_programs *programs, const struct run_spec *spec,
                                  const char *target, char folder[RANKS_FOLDER_SIZE], char ***arguments,
                                  struct err *err)
{
    if (spec->ranks > 1) {
        ranks_folder_make(&programs->ranks, folder);
        return ranks_argv(&programs->ranks, spec, target, folder, arguments, err);
    }
    *arguments = run_spec_argv(spec, programs->generator, target);
    return *arguments != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "no memory for a load generator");
}

enum result launcher_start(const struct launcher_programs *programs, const struct run_spec *spec, const char *target,
                           struct launcher **launcher, struct err *err)
{
    char **arguments = NULL;
    struct launcher *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a load generator");
    }
    new->has_ranks = spec->ranks > 1;
    enum result result = make_arguments(programs, spec, target, new->folder, &arguments, err);
    if (result == RESULT_OK) {
        result = child_spawn(arguments, new->has_ranks ? CHILD_ALONE : CHILD_OF_SESSION, &new->child, err);
    }
    free(arguments);
    if (result != RESULT_OK) {
        ranks_folder_remove(new->folder);
        free(new);
        return result;
    }
    *launcher = new;
    return RESULT_OK;
}

/* --- ending it --- */

static bool has_ended(const struct launcher *launcher)
{
    siginfo_t info = {.si_pid = 0};
    const int status = waitid(P_PID, (id_t)launcher->child.pid, &info, WEXITED | WNOHANG | WNOWAIT);
    return status == 0 ? info.si_pid != 0 : errno == ECHILD;
}

bool launcher_is_suspended(const struct launcher *launcher)
{
    siginfo_t info = {.si_pid = 0};
    return !launcher->reaped && waitid(P_PID, (id_t)launcher->child.pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
}

bool launcher_waits_for_memory(const struct launcher *launcher)
{
    return !launcher->reaped && limits_waits_for_memory(launcher->child.pid);
}

static void kill_group(const struct launcher *launcher)
{
    if (!launcher->reaped) {
        kill(-launcher->child.pid, SIGKILL);
        kill(launcher->child.pid, SIGKILL); /* in case it left its group */
    }
}

/* A generator that has ended already did not die of this. */
static void kill_generator(struct launcher *launcher)
{
    launcher->killed = launcher->killed || (!launcher->reaped && !has_ended(launcher));
    kill_group(launcher);
}

static void set_deadline(struct launcher *launcher, uint64_t milliseconds, const char *why)
{
    if (launcher->kill_after_ns == 0) {
        patience_begin(&launcher->waiting);
        launcher->kill_after_ns = milliseconds * NS_PER_MS;
        launcher->deadline_why = why;
    }
}

static bool is_at_fault(const struct launcher *launcher)
{
    return launcher->end.reason[0] != '\0';
}

/* Nothing that it writes is read as a report from here on. */
static void fail(struct launcher *launcher, const char *why)
{
    if (!is_at_fault(launcher)) {
        snprintf(launcher->end.reason, sizeof launcher->end.reason, "%s", why);
    }
    kill_generator(launcher);
}

void launcher_stop(struct launcher *launcher)
{
    if (!launcher->reaped && !launcher->stopping) {
        launcher->stopping = true;
        /* mpirun passes that one on to the ranks, and goes on reading what they report; SIGTERM it takes for itself. */
        kill(launcher->child.pid, launcher->has_ranks ? SIGUSR1 : SIGTERM);
        /* An earlier, later deadline (its own end) must not put this one off. */
        launcher->kill_after_ns = 0;
        set_deadline(launcher, LAUNCHER_STOP_MS, NULL);
    }
}

void launcher_kill(struct launcher *launcher, const char *why)
{
    fail(launcher, why);
}

/* --- reading --- */

static void one_line(struct launcher *launcher, const char *line, size_t length,
                     void (*each)(struct report_event *event, void *arg), void *arg)
{
    struct report_event event;
    struct err err;
    const enum result result = report_parse(line, length, &event, &err);
    if (result == RESULT_NO_MEMORY) {
        fail(launcher, "wrote a line for which there is no memory");
        return;
    }
    if (result != RESULT_OK) {
        char why[160];
        snprintf(why, sizeof why, "wrote what is not of the protocol (%.100s)", err.message);
        fail(launcher, why);
        return;
    }
    if (event.type == REPORT_END) {
        launcher->end_seen = true;
        set_deadline(launcher, LAUNCHER_END_MS, NULL);
    }
    each(&event, arg);
    report_event_free(&event);
}

static void split_lines(struct launcher *launcher, void (*each)(struct report_event *event, void *arg), void *arg)
{
    struct buf *const lines = &launcher->lines;
    size_t begin = 0;
    while (begin < lines->length && !is_at_fault(launcher)) {
        const char *const line = lines->bytes + begin;
        const char *const end = memchr(line, '\n', lines->length - begin);
        if (end == NULL) {
            break;
        }
        one_line(launcher, line, (size_t)(end - line), each, arg);
        begin += (size_t)(end - line) + 1;
    }
    buf_consume(lines, begin);
    if (lines->failed || lines->length > LAUNCHER_LINE_MOST) {
        fail(launcher, lines->failed ? "wrote a line for which there is no memory" : "wrote a line without an end");
    }
    if (is_at_fault(launcher)) {
        buf_free(lines);
    }
}

/* Reads once; false at the end of the file. */
static bool read_some(int fd, struct buf *into, char *bytes, ssize_t *length)
{
    do {
        *length = read(fd, bytes, READ_SIZE);
    } while (*length < 0 && errno == EINTR);
    if (*length > 0 && into != NULL) {
        buf_append(into, bytes, (size_t)*length);
    }
    return *length != 0 && !(*length < 0 && errno != EAGAIN);
}

static void read_reports(struct launcher *launcher, int reads, void (*each)(struct report_event *event, void *arg),
                         void *arg)
{
    char bytes[READ_SIZE];
    ssize_t length = 1;
    for (int i = 0; i < reads && launcher->child.out >= 0 && length > 0; i++) {
        const bool open =
            read_some(launcher->child.out, !is_at_fault(launcher) ? &launcher->lines : NULL, bytes, &length);
        split_lines(launcher, each, arg);
        if (!open) {
            child_close(&launcher->child.out);
        }
    }
}

static void read_errors(struct launcher *launcher, int reads)
{
    char bytes[READ_SIZE];
    ssize_t length = 1;
    for (int i = 0; i < reads && launcher->child.errors >= 0 && length > 0; i++) {
        if (!read_some(launcher->child.errors, &launcher->tail, bytes, &length)) {
            child_close(&launcher->child.errors);
        }
        if (launcher->tail.length > TAIL_MOST) {
            buf_consume(&launcher->tail, launcher->tail.length - TAIL_MOST);
        }
    }
}

/* --- the end --- */

static void keep_last_words(struct launcher *launcher)
{
    struct buf *const tail = &launcher->tail;
    char words[LAST_WORDS_SIZE];
    buf_append(tail, "", 1);
    if (tail->failed) {
        return;
    }
    launcher->end.lost = launcher->has_ranks && last_words_lost(tail->bytes, words, sizeof words);
    if (launcher->end.lost || (launcher->has_ranks && last_words_cause(tail->bytes, words, sizeof words))) {
        last_words_copy(words, strlen(words), launcher->end.last_words);
    } else {
        last_words_copy(tail->bytes, tail->length - 1, launcher->end.last_words);
    }
}

static enum launcher_end_kind kind_of_end(const struct launcher *launcher, const siginfo_t *info)
{
    if (info->si_code == CLD_EXITED) {
        return LAUNCHER_EXITED;
    }
    return launcher->killed && info->si_status == SIGKILL ? LAUNCHER_KILLED : LAUNCHER_SIGNALLED;
}

void launcher_end_describe(const struct launcher_end *end, char text[LAUNCHER_END_TEXT_SIZE])
{
    const bool faulty = end->reason[0] != '\0';
    const char *const signal_name = sigabbrev_np(end->number);
    char how[48] = "";
    switch (end->kind) {
    case LAUNCHER_EXITED:
        snprintf(how, sizeof how, "ended with exit status %d", end->number);
        break;
    case LAUNCHER_SIGNALLED:
        snprintf(how, sizeof how, "was killed by SIG%s", signal_name != NULL ? signal_name : "?");
        break;
    case LAUNCHER_KILLED:
        snprintf(how, sizeof how, "%swas killed", faulty ? "" : "did not end in time and ");
        break;
    }
    snprintf(text, LAUNCHER_END_TEXT_SIZE, "%s%s%s%s%s", end->reason, faulty ? " and " : "", how,
             end->last_words[0] != '\0' ? ": " : "", end->last_words);
}

/* Only for a leader that has ended, or was killed: it waits. */
static void reap(struct launcher *launcher)
{
    kill_group(launcher); /* its client processes */
    siginfo_t info = {0};
    int status = 0;
    do {
        status = waitid(P_PID, (id_t)launcher->child.pid, &info, WEXITED);
    } while (status != 0 && errno == EINTR);
    launcher->reaped = true;
    patience_begin(&launcher->waiting);
    launcher->end.kind = kind_of_end(launcher, &info);
    launcher->end.number = info.si_status;
    keep_last_words(launcher);
    child_close(&launcher->child.in);
    child_close(&launcher->child.out);
    child_close(&launcher->child.errors);
    child_close(&launcher->child.pidfd);
}

static bool reap_orphans(struct launcher *launcher)
{
    if (!launcher->orphans_reaped) {
        launcher->orphans_reaped =
            launcher->has_ranks ? orphans_end_session(launcher->child.pid) : orphans_reap_group(launcher->child.pid);
    }
    if (patience_look(&launcher->waiting) >= LAUNCHER_ORPHANS_MS * NS_PER_MS) {
        launcher->orphans_reaped = true; /* one that hangs in the kernel must not hold up the runs to come */
    }
    return launcher->orphans_reaped;
}

static void keep_deadline(struct launcher *launcher)
{
    if (launcher->child.out < 0 && !launcher->end_seen) {
        set_deadline(launcher, LAUNCHER_EOF_MS, "closed its output early");
    }
    if (launcher->kill_after_ns != 0 && patience_look(&launcher->waiting) >= launcher->kill_after_ns) {
        if (launcher->deadline_why != NULL) {
            fail(launcher, launcher->deadline_why);
        }
        kill_generator(launcher);
    }
}

bool launcher_step(struct launcher *launcher, void (*each)(struct report_event *event, void *arg), void *arg)
{
    if (launcher->reaped) {
        return !reap_orphans(launcher);
    }
    /* Asked before reading: what it wrote before its end is then in the pipes. */
    const bool ended = has_ended(launcher);
    if (ended) {
        kill_group(launcher);
    }
    read_reports(launcher, ended ? DRAIN_READS : STEP_READS, each, arg);
    read_errors(launcher, ended ? DRAIN_READS : STEP_READS);
    if (ended) {
        reap(launcher);
        return !reap_orphans(launcher);
    }
    keep_deadline(launcher);
    return true;
}

size_t launcher_poll_fds(const struct launcher *launcher, struct pollfd fds[LAUNCHER_FDS])
{
    const int all[LAUNCHER_FDS] = {launcher->child.out, launcher->child.errors, launcher->child.pidfd};
    size_t count = 0;
    for (size_t i = 0; i < LAUNCHER_FDS; i++) {
        if (all[i] >= 0) {
            fds[count++] = (struct pollfd){.fd = all[i], .events = POLLIN};
        }
    }
    return count;
}

const struct launcher_end *launcher_end(const struct launcher *launcher)
{
    return &launcher->end;
}

void launcher_destroy(struct launcher *launcher)
{
    if (launcher == NULL) {
        return;
    }
    if (!launcher->reaped) {
        kill_generator(launcher);
        reap(launcher);
    }
    reap_orphans(launcher);
    ranks_folder_remove(launcher->folder);
    buf_free(&launcher->lines);
    buf_free(&launcher->tail);
    free(launcher);
}
