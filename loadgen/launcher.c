/* Three descriptors tell of the generator: its standard output (reports), its standard error (the tail is kept for the
 * message) and its pidfd (its end). The process group may be signalled only while its leader is not reaped: until then
 * the kernel cannot give the number to anybody else. */
#include "loadgen/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

enum {
    READ_SIZE = 64 * 1024,
    STEP_READS = 4,   /* of READ_SIZE a step: a flood must not keep the caller from its other work */
    DRAIN_READS = 64, /* after the end: more than a pipe can hold (fs.pipe-max-size is 1 MiB) */
    TAIL_MOST = 1024,
    TAIL_SHOWN = 160,
    REAP_MOST = 1000, /* orphans a step: a heap of them must not keep the caller from its other work */
};

struct launcher {
    pid_t pid;
    int pidfd;
    int in;  /* write end of its standard input */
    int out; /* read ends; -1 once at their end */
    int errors;
    struct buf lines; /* what has no line break yet */
    struct buf tail;  /* the last of its standard error */
    bool reaped;      /* the generator itself */
    bool gathered;    /* and what it left behind */
    bool end_seen;
    bool stopping;
    uint64_t kill_at_ns;   /* 0: no deadline */
    uint64_t gather_by_ns; /* set once it is reaped */
    const char *kill_why;
    char fault[200]; /* why it was killed; empty: it was not, or only for being slow to end */
    char how[400];
};

/* --- start --- */

struct pipes {
    int in[2], out[2], errors[2];
};

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void pipes_close(struct pipes *pipes)
{
    for (size_t end = 0; end < 2; end++) {
        close_fd(&pipes->in[end]);
        close_fd(&pipes->out[end]);
        close_fd(&pipes->errors[end]);
    }
}

static enum result pipes_open(struct pipes *pipes, struct err *err)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(pipes->in, O_CLOEXEC) != 0 || pipe2(pipes->out, O_CLOEXEC) != 0 || pipe2(pipes->errors, O_CLOEXEC) != 0 ||
        fcntl(pipes->out[0], F_SETFL, O_NONBLOCK) != 0 || fcntl(pipes->errors[0], F_SETFL, O_NONBLOCK) != 0) {
        const enum result result = err_system(err, errno, "cannot make the pipes to the load generator");
        pipes_close(pipes);
        return result;
    }
    return RESULT_OK;
}

/* Own group, every signal at its default, none blocked: the panel blocks and ignores some. Returns an errno. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    int error =
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    if (error == 0) {
        error = posix_spawnattr_setpgroup(attributes, 0);
    }
    if (error == 0) {
        error = posix_spawnattr_setsigdefault(attributes, &all);
    }
    return error != 0 ? error : posix_spawnattr_setsigmask(attributes, &none);
}

/* glibc reports a failed exec as the result of posix_spawn itself. Returns an errno. */
static int spawn(pid_t *pid, const char *program, const struct pipes *pipes, char **arguments)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        goto free_actions;
    }
    error = set_attributes(&attributes);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, pipes->in[0], STDIN_FILENO);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, pipes->out[1], STDOUT_FILENO);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, pipes->errors[1], STDERR_FILENO);
    }
    if (error == 0) {
        error = posix_spawn(pid, program, &actions, &attributes, arguments, environ);
    }
    posix_spawnattr_destroy(&attributes);
free_actions:
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* The run's own command line with --json in the first place. The caller frees both arrays. */
static char **with_json(char **arguments)
{
    size_t count = 0;
    while (arguments[count] != NULL) {
        count++;
    }
    char **const all = calloc(count + 2, sizeof *all);
    if (all != NULL) {
        static char json[] = "--json";
        all[0] = arguments[0];
        all[1] = json;
        memcpy(all + 2, arguments + 1, (count - 1) * sizeof *all);
    }
    return all;
}

static enum result start_process(struct launcher *launcher, const char *program, const struct run_spec *spec,
                                 const char *target, struct pipes *pipes, struct err *err)
{
    enum result result = RESULT_OK;
    char **const own = run_spec_argv(spec, program, target);
    char **const arguments = own != NULL ? with_json(own) : NULL;
    if (arguments == NULL) {
        result = err_set(err, RESULT_NO_MEMORY, "no memory for the load generator's arguments");
        goto out;
    }
    const int error = spawn(&launcher->pid, program, pipes, arguments);
    if (error != 0) {
        result = err_system(err, error, "cannot start the load generator %s", program);
        goto out;
    }
    /* The child is ours and not reaped, so the number cannot have passed to another process. */
    launcher->pidfd = pidfd_open(launcher->pid, 0);
    if (launcher->pidfd < 0) {
        result = err_system(err, errno, "cannot watch the load generator");
        kill(-launcher->pid, SIGKILL);
        waitpid(launcher->pid, NULL, 0);
    }
out:
    free(arguments);
    free(own);
    return result;
}

enum result launcher_start(const char *program, const struct run_spec *spec, const char *target,
                           struct launcher **launcher, struct err *err)
{
    struct launcher *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a load generator");
    }
    struct pipes pipes;
    enum result result = pipes_open(&pipes, err);
    if (result != RESULT_OK) {
        goto free_launcher;
    }
    result = start_process(new, program, spec, target, &pipes, err);
    if (result != RESULT_OK) {
        goto close_pipes;
    }
    new->in = pipes.in[1];
    new->out = pipes.out[0];
    new->errors = pipes.errors[0];
    pipes.in[1] = pipes.out[0] = pipes.errors[0] = -1;
    pipes_close(&pipes);
    *launcher = new;
    return RESULT_OK;
close_pipes:
    pipes_close(&pipes);
free_launcher:
    free(new);
    return result;
}

/* --- ending it --- */

static void kill_group(const struct launcher *launcher)
{
    if (!launcher->reaped) {
        kill(-launcher->pid, SIGKILL);
        kill(launcher->pid, SIGKILL); /* should it have left its group */
    }
}

static void set_deadline(struct launcher *launcher, uint64_t milliseconds, const char *why)
{
    if (launcher->kill_at_ns == 0) {
        launcher->kill_at_ns = clock_now_ns() + milliseconds * NS_PER_MS;
        launcher->kill_why = why;
    }
}

/* Nothing that it writes is read as a report from here on. */
static void fail(struct launcher *launcher, const char *why)
{
    if (launcher->fault[0] == '\0') {
        snprintf(launcher->fault, sizeof launcher->fault, "%s and was killed", why);
    }
    kill_group(launcher);
}

void launcher_stop(struct launcher *launcher)
{
    if (!launcher->reaped && !launcher->stopping) {
        launcher->stopping = true;
        kill(launcher->pid, SIGTERM);
        /* An earlier, later deadline (its own end) must not put this one off. */
        launcher->kill_at_ns = 0;
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
    while (begin < lines->length && launcher->fault[0] == '\0') {
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
    if (launcher->fault[0] != '\0') {
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
    for (int i = 0; i < reads && launcher->out >= 0 && length > 0; i++) {
        const bool open =
            read_some(launcher->out, launcher->fault[0] == '\0' ? &launcher->lines : NULL, bytes, &length);
        split_lines(launcher, each, arg);
        if (!open) {
            close_fd(&launcher->out);
        }
    }
}

static void read_errors(struct launcher *launcher, int reads)
{
    char bytes[READ_SIZE];
    ssize_t length = 1;
    for (int i = 0; i < reads && launcher->errors >= 0 && length > 0; i++) {
        if (!read_some(launcher->errors, &launcher->tail, bytes, &length)) {
            close_fd(&launcher->errors);
        }
        if (launcher->tail.length > TAIL_MOST) {
            buf_consume(&launcher->tail, launcher->tail.length - TAIL_MOST);
        }
    }
}

/* --- the end --- */

/* The end of its standard error as plain ASCII on one line; the rest of the world cannot trust what it wrote. */
static void format_tail(const struct launcher *launcher, char text[TAIL_SHOWN + 1])
{
    const struct buf *const tail = &launcher->tail;
    size_t end = tail->length;
    while (end > 0 && (unsigned char)tail->bytes[end - 1] <= ' ') {
        end--;
    }
    const size_t begin = end > TAIL_SHOWN ? end - TAIL_SHOWN : 0;
    for (size_t i = begin; i < end; i++) {
        const unsigned char byte = (unsigned char)tail->bytes[i];
        text[i - begin] = (char)(byte < ' ' ? ' ' : byte < 0x7f ? byte : '?');
    }
    text[end - begin] = '\0';
}

static void format_how(struct launcher *launcher, const siginfo_t *info)
{
    char tail[TAIL_SHOWN + 1];
    format_tail(launcher, tail);
    const char *const colon = tail[0] != '\0' ? ": " : "";
    if (launcher->fault[0] != '\0') {
        snprintf(launcher->how, sizeof launcher->how, "%s%s%s", launcher->fault, colon, tail);
    } else if (info->si_code == CLD_EXITED) {
        snprintf(launcher->how, sizeof launcher->how, "ended with exit status %d%s%s", info->si_status, colon, tail);
    } else {
        const char *const name = sigabbrev_np(info->si_status);
        snprintf(launcher->how, sizeof launcher->how, "was killed by SIG%s%s%s", name != NULL ? name : "?", colon,
                 tail);
    }
}

/* Only for a leader that has ended, or was killed: it waits. */
static void reap(struct launcher *launcher)
{
    kill_group(launcher); /* its client processes */
    siginfo_t info = {0};
    int status = 0;
    do {
        status = waitid(P_PIDFD, (id_t)launcher->pidfd, &info, WEXITED);
    } while (status != 0 && errno == EINTR);
    launcher->reaped = true;
    launcher->gather_by_ns = clock_now_ns() + LAUNCHER_GATHER_MS * NS_PER_MS;
    format_how(launcher, &info);
    close_fd(&launcher->in);
    close_fd(&launcher->out);
    close_fd(&launcher->errors);
    close_fd(&launcher->pidfd);
}

/* The client processes of a generator that was killed are children of the nearest subreaper (prctl(2)), and zombies
 * until that waits for them. Where this process is not it, there is nothing to wait for. A process group keeps its
 * number from anybody else for as long as it has a member, dead ones included. Returns true when none is left. */
static bool gather_orphans(struct launcher *launcher)
{
    int status = 0;
    for (int i = 0; i < REAP_MOST && !launcher->gathered && status == 0; i++) {
        siginfo_t info = {.si_pid = 0};
        status = waitid(P_PGID, (id_t)launcher->pid, &info, WEXITED | WNOHANG);
        launcher->gathered = status != 0 && errno == ECHILD;
        if (status == 0 && info.si_pid == 0) {
            break; /* killed, but not dead yet */
        }
    }
    if (clock_now_ns() >= launcher->gather_by_ns) {
        launcher->gathered = true; /* one that hangs in the kernel must not hold up the runs to come */
    }
    return launcher->gathered;
}

static bool has_ended(const struct launcher *launcher)
{
    struct pollfd end = {.fd = launcher->pidfd, .events = POLLIN};
    return poll(&end, 1, 0) == 1;
}

static void keep_deadline(struct launcher *launcher)
{
    if (launcher->out < 0 && !launcher->end_seen) {
        set_deadline(launcher, LAUNCHER_EOF_MS, "closed its output early");
    }
    if (launcher->kill_at_ns != 0 && clock_now_ns() >= launcher->kill_at_ns) {
        if (launcher->kill_why != NULL) {
            fail(launcher, launcher->kill_why);
        }
        kill_group(launcher);
    }
}

bool launcher_step(struct launcher *launcher, void (*each)(struct report_event *event, void *arg), void *arg)
{
    if (launcher->reaped) {
        return !gather_orphans(launcher);
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
        return !gather_orphans(launcher);
    }
    keep_deadline(launcher);
    return true;
}

size_t launcher_poll_fds(const struct launcher *launcher, struct pollfd fds[LAUNCHER_FDS])
{
    const int all[LAUNCHER_FDS] = {launcher->out, launcher->errors, launcher->pidfd};
    size_t count = 0;
    for (size_t i = 0; i < LAUNCHER_FDS; i++) {
        if (all[i] >= 0) {
            fds[count++] = (struct pollfd){.fd = all[i], .events = POLLIN};
        }
    }
    return count;
}

const char *launcher_how(const struct launcher *launcher)
{
    return launcher->how;
}

void launcher_destroy(struct launcher *launcher)
{
    if (launcher == NULL) {
        return;
    }
    if (!launcher->reaped) {
        kill_group(launcher);
        reap(launcher);
    }
    gather_orphans(launcher);
    buf_free(&launcher->lines);
    buf_free(&launcher->tail);
    free(launcher);
}
