/* koneksi-load-mpi, the load generator as the ranks of an MPI job: one run, which rank 0 reports as one generator
 * would.
 */
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/version.h"
#include "loadgen/engine/watcher.h"
#include "loadgen/mpi/link.h"
#include "loadgen/terminal/command_line.h"
#include "loadgen/terminal/sink_terminal.h"

#define ABANDONED_S 2
#define HUSHED_BUCKETS 800 /* of about 12 bytes */

enum exit_status { EXIT_ALL_COMPLETED, EXIT_SOME_FAILED, EXIT_WRONG_USAGE, EXIT_GENERATOR_FAILED };

/* What a rank has; neither sink is small, and the stack may be: ulimit -s 64. */
struct job {
    struct world world;
    struct command_line command;
    struct sink_json json;
    struct sink_terminal terminal;
    struct sink *reader; /* of rank 0 */
    struct rank rank;
    struct engine *engine;
    struct watcher *watcher;
    struct merge *merge; /* of rank 0 */
    struct link *link;
    struct load_result result; /* of the run */
    _Atomic bool hushed;
    bool cancelled;
};

static void cancel(void *job)
{
    engine_cancel(((struct job *)job)->engine);
}

/* The launcher died; or mpirun is about to kill the job, because it was told to or because a rank died. It first closes
 * standard input. It then reads nothing more until rank 0 has ended, so that what rank 0 still has to say must fit into
 * the 19 kB that a pseudoterminal holds: not the traces of clients that the cancel ends. */
static void abandon(void *argument)
{
    struct job *const job = argument;
    atomic_store(&job->hushed, true);
    engine_cancel(job->engine);
    (void)alarm(ABANDONED_S);
}

static void tick_watcher(void *job)
{
    watcher_tick(((struct job *)job)->watcher);
}

static void tick(void *job)
{
    tick_watcher(job);
    link_step(((struct job *)job)->link);
}

/* Where the reader cannot take it, the message is for standard error, whose end the panel keeps. */
static int fail(const struct job *job, const struct err *err)
{
    struct report_event event = {
        .type = REPORT_END, .end.status = LOAD_END_FAILED, .end.error_number = err->error_number};
    snprintf(event.end.message, sizeof event.end.message, "%.255s", err->message);
    if (job->world.rank == 0 && !job->reader->write(job->reader, &event)) {
        fprintf(stderr, "koneksi-load-mpi: %s\n", err->message);
    }
    return job->world.rank == 0 ? EXIT_GENERATOR_FAILED : EXIT_ALL_COMPLETED;
}

/* Everything that can fail before the first client. */
static enum result prepare(struct job *job, struct engine_ranks *ranks, struct err *err)
{
    const struct run_spec *const spec = &job->command.spec;
    ranks->share = (struct client_share){.first = (uint64_t)job->world.rank, .stride = (uint64_t)job->world.ranks};
    rank_init(&job->rank, spec, &job->command.reach, &ranks->share, &job->world.line, job->command.json);
    if (rlimits_apply(spec, err) != RESULT_OK ||
        engine_create(spec, job->command.targets, &job->rank.sink, &job->engine, err) != RESULT_OK) {
        return err->code;
    }
    engine_set_ranks(job->engine, ranks);
    const bool alone = engine_is_alone(job->engine);
    const struct watcher_plan watching = {.watch_input = job->command.json && job->world.rank == 0,
                                          .own_thread = !alone,
                                          .abandon = abandon,
                                          .cancel_signal = SIGUSR1,
                                          .cancel = cancel,
                                          .argument = job};
    if (watcher_start(&watching, &job->watcher, err) != RESULT_OK) {
        return err->code;
    }
    if (job->world.rank == 0 && (job->merge = merge_create(spec->count, (size_t)job->world.ranks)) == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the ranks");
    }
    for (int i = 0; job->world.rank == 0 && i < job->world.ranks; i++) {
        merge_introduce(job->merge, &job->world.lines[i]);
    }
    const struct link_plan linking = {.world = &job->world,
                                      .engine = job->engine,
                                      .rank = &job->rank,
                                      .merge = job->merge,
                                      .reader = job->reader,
                                      .hushed = &job->hushed,
                                      .hold = spec->hold,
                                      .own_thread = !alone,
                                      .tick = alone ? tick_watcher : NULL,
                                      .tick_argument = job};
    engine_set_tick(job->engine, tick, job);
    return link_start(&linking, &job->link, err);
}

static bool tell(struct job *job, const struct report_event *event)
{
    return job->reader->write(job->reader, event);
}

static bool tell_lines(struct job *job)
{
    struct report_event event = {.type = REPORT_RANK};
    for (int i = 0; i < job->world.ranks; i++) {
        event.rank = merge_lines(job->merge)[i];
        if (atomic_load(&job->hushed)) {
            event.rank.limit_count = 0;
        }
        if (!tell(job, &event)) {
            return false;
        }
    }
    return true;
}

static bool tell_notice(struct job *job, const char *text)
{
    struct report_event event = {.type = REPORT_LOG, .log.at_us = job->result.duration_us};
    snprintf(event.log.text, sizeof event.log.text, "%s", text);
    return tell(job, &event);
}

static bool tell_notices(struct job *job, bool whole)
{
    char text[120];
    const uint64_t dropped = merge_dropped(job->merge);
    snprintf(text, sizeof text, "%" PRIu64 " lines of other ranks were dropped, because rank 0 had no time for them",
             dropped);
    return (dropped == 0 || tell_notice(job, text)) &&
           (whole || tell_notice(job, "a rank was lost: the latencies are those of rank 0 alone"));
}

static bool tell_end(struct job *job, enum load_end status, const struct err *err)
{
    struct report_event event = {.type = REPORT_END, .end.status = status};
    if (status == LOAD_END_FAILED) {
        event.end.error_number = err->error_number;
        snprintf(event.end.message, sizeof event.end.message, "%.255s", err->message);
    }
    return tell(job, &event);
}

/* Histograms with many buckets would take more room than there is. */
static void fit_latencies(struct load_result *result)
{
    unsigned buckets = 0;
    for (enum latency_kind kind = 0; kind < LATENCY_COUNT; kind++) {
        for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
            buckets += hist_bucket_count(&result->latency[kind], bucket) > 0;
        }
    }
    for (enum latency_kind kind = 0; buckets > HUSHED_BUCKETS && kind < LATENCY_COUNT; kind++) {
        hist_init(&result->latency[kind]);
    }
}

/* Rank 0: the merged end of the run, as one generator writes it. */
static int report(struct job *job, bool whole)
{
    struct err err = {.code = RESULT_OK};
    merge_end(job->merge, &job->result);
    if (atomic_load(&job->hushed)) {
        fit_latencies(&job->result);
    }
    const struct report_event result = {.type = REPORT_RESULT, .result = &job->result};
    if (job->world.ranks > 1) {
        job->terminal.verdict = merge_verdict(job->merge);
        job->terminal.ranks = merge_lines(job->merge);
        job->terminal.rank_count = (size_t)job->world.ranks;
    }
    const enum load_end status = merge_status(job->merge, &err);
    if (link_reader_error(job->link) != 0 ||
        !(tell_notices(job, whole) && tell_lines(job) && tell(job, &result) && tell_end(job, status, &err))) {
        const int reason = link_reader_error(job->link);
        (void)err_system(&err, reason != 0 ? reason : job->reader->error_number, "the report cannot be written");
        return fail(job, &err);
    }
    if (status == LOAD_END_FAILED) {
        return EXIT_GENERATOR_FAILED;
    }
    return job->result.totals.completed == job->command.spec.count ? EXIT_ALL_COMPLETED : EXIT_SOME_FAILED;
}

static int run(struct job *job)
{
    struct err err = {.code = RESULT_OK};
    struct engine_ranks ranks = {.meet = world_meet, .argument = &job->world};
    if (world_agree(&job->world, prepare(job, &ranks, &err), &err) != RESULT_OK) {
        return fail(job, &err);
    }
    struct load_totals totals;
    const enum result ran = engine_run(job->engine, &totals, &err);
    rank_conclude(&job->rank, engine_late_ns(job->engine), ran == RESULT_OK ? NULL : &err);
    const bool whole = link_finish(job->link, job->result.latency);
    watcher_stop(job->watcher);
    int status = job->world.rank == 0 ? report(job, whole) : EXIT_ALL_COMPLETED;
    /* mpirun would take seconds to kill a failed job, whose ranks have ended. Who reads JSON knows. */
    if (atomic_load(&job->hushed) || (job->command.json && status == EXIT_SOME_FAILED)) {
        status = EXIT_ALL_COMPLETED;
    }
    if (!whole) {
        _exit(status); /* nobody would answer MPI_Finalize */
    }
    job->cancelled = engine_is_cancelled(job->engine);
    link_destroy(job->link);
    engine_destroy(job->engine);
    if (job->merge != NULL) {
        merge_destroy(job->merge);
    }
    return status;
}

/* mpirun passes on what rank 0 writes to standard error, which is a pipe here. Where mpirun is the parent, it can be
 * seen whether a person reads. */
static bool is_read_on_a_terminal(void)
{
    char path[32];
    char target[32];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getppid(), STDERR_FILENO);
    const ssize_t length = readlink(path, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    return strncmp(target, "/dev/pts/", strlen("/dev/pts/")) == 0 ||
           strncmp(target, "/dev/tty", strlen("/dev/tty")) == 0;
}

static int complain(const struct job *job, enum result parsed, const struct err *err)
{
    if (job->world.rank != 0) {
        return EXIT_ALL_COMPLETED;
    }
    fprintf(stderr, "koneksi-load-mpi: %s\n", err->message);
    if (parsed == RESULT_INVALID) {
        fputs("Try 'koneksi-load-mpi --help'.\n", stderr);
    }
    return parsed == RESULT_INVALID ? EXIT_WRONG_USAGE : EXIT_GENERATOR_FAILED;
}

/* In the threads of MPI as well, which else would take a signal for the watcher and end the program. */
static void block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

int main(int argc, char **argv)
{
    static struct job job;
    struct err err = {.code = RESULT_OK};
    struct err opened = {.code = RESULT_OK};
    const enum result parsed = command_line_parse(argc, argv, &job.command, &err);
    if (parsed == RESULT_OK && job.command.action != COMMAND_RUN) {
        if (job.command.action == COMMAND_HELP) {
            command_line_print_help();
        } else {
            printf("koneksi-load-mpi %s\n", version_text);
        }
        return EXIT_ALL_COMPLETED;
    }
    /* Descriptors that a careless launcher left open would count against the clients'; those of MPI come after. */
    (void)close_range(STDERR_FILENO + 1, ~0U, 0);
    block_signals();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    mallopt(M_ARENA_MAX, 1);
    if (world_open(&job.world, &opened) != RESULT_OK) {
        fprintf(stderr, "koneksi-load-mpi: %s\n", opened.message);
        return EXIT_GENERATOR_FAILED;
    }
    job.command.spec.ranks = (uint64_t)job.world.ranks;
    world_greet(&job.world);
    sink_json_init(&job.json, STDOUT_FILENO);
    sink_terminal_init(&job.terminal, &job.command.spec, &job.command.reach, job.command.summary);
    job.terminal.bar = job.terminal.bar || is_read_on_a_terminal();
    job.reader = job.command.json ? &job.json.sink : &job.terminal.sink;
    const enum result agreed = world_agree(&job.world, parsed, &err);
    const int status = agreed == RESULT_OK ? run(&job) : complain(&job, agreed, &err);
    if (!world_close(&job.world, job.cancelled)) {
        _exit(status);
    }
    return status;
}
