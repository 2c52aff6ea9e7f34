/* koneksi-load, the load generator: one run, then it ends. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/net.h"
#include "base/version.h"
#include "loadgen/engine/engine.h"
#include "loadgen/engine/watcher.h"
#include "loadgen/terminal/command_line.h"
#include "loadgen/terminal/sink_terminal.h"

enum exit_status { EXIT_ALL_COMPLETED, EXIT_SOME_FAILED, EXIT_WRONG_USAGE, EXIT_GENERATOR_FAILED };

static void cancel(void *engine)
{
    engine_cancel(engine);
}

static void tick(void *watcher)
{
    watcher_tick(watcher);
}

/* Where the sink cannot take it, the message is for standard error, whose end the panel keeps. */
static int fail(struct sink *sink, const struct err *err)
{
    struct report_event event = {
        .type = REPORT_END, .end.status = LOAD_END_FAILED, .end.error_number = err->error_number};
    snprintf(event.end.message, sizeof event.end.message, "%.255s", err->message);
    if (!sink->write(sink, &event)) {
        fprintf(stderr, "koneksi-load: %s\n", err->message);
    }
    return EXIT_GENERATOR_FAILED;
}

static int run(const struct command_line *command, struct sink *sink)
{
    struct err err;
    struct engine *engine = NULL;
    struct watcher *watcher = NULL;
    if (rlimits_apply(&command->spec, &err) != RESULT_OK ||
        engine_create(&command->spec, command->targets, sink, &engine, &err) != RESULT_OK) {
        return fail(sink, &err);
    }
    const struct watcher_plan plan = {
        .watch_input = command->json, .own_thread = !engine_is_alone(engine), .cancel = cancel, .argument = engine};
    if (watcher_start(&plan, &watcher, &err) != RESULT_OK) {
        engine_destroy(engine);
        return fail(sink, &err);
    }
    engine_set_tick(engine, tick, watcher);
    struct load_totals totals;
    const enum result result = engine_run(engine, &totals, &err);
    watcher_stop(watcher);
    engine_destroy(engine);
    if (result != RESULT_OK) {
        return fail(sink, &err);
    }
    return totals.completed == command->spec.count ? EXIT_ALL_COMPLETED : EXIT_SOME_FAILED;
}

int main(int argc, char **argv)
{
    static struct command_line command; /* like the sinks below */
    struct err err;
    net_look_up_without_modules();
    const enum result parsed = command_line_parse(argc, argv, &command, &err);
    if (parsed == RESULT_INVALID) {
        fprintf(stderr, "koneksi-load: %s\nTry 'koneksi-load --help'.\n", err.message);
        return EXIT_WRONG_USAGE;
    }
    if (parsed != RESULT_OK) {
        fprintf(stderr, "koneksi-load: %s\n", err.message);
        return EXIT_GENERATOR_FAILED;
    }
    switch (command.action) {
    case COMMAND_HELP:
        command_line_print_help();
        return EXIT_ALL_COMPLETED;
    case COMMAND_VERSION:
        printf("koneksi-load %s\n", version_text);
        return EXIT_ALL_COMPLETED;
    case COMMAND_RUN:
        break;
    }
    /* Descriptors that a careless launcher left open would count against the clients'. */
    (void)close_range(STDERR_FILENO + 1, ~0U, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a report at RLIMIT_FSIZE is an EFBIG, as on a full disk it is an ENOSPC */
    /* A second arena reserves 128 MiB of address space, which RLIMIT_AS counts; the clients never allocate. */
    mallopt(M_ARENA_MAX, 1);
    static struct sink_json json; /* neither is small, and the stack may be: ulimit -s 64 */
    static struct sink_terminal terminal;
    sink_json_init(&json, STDOUT_FILENO);
    sink_terminal_init(&terminal, &command.spec, &command.reach, command.summary);
    if (command.json) { /* whoever launched it watches the server */
        return run(&command, &json.sink);
    }
    return sink_terminal_watch(&terminal, &err) == RESULT_OK ? run(&command, &terminal.sink)
                                                             : fail(&terminal.sink, &err);
}
