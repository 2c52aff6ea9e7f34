/* The panel's composition root: builds every part, waits for a signal and takes all down in reverse order. Every thread
 * and every file exists before the first run begins, because a run may use up what is left of both. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/helper_thread.h"
#include "base/log.h"
#include "base/lookup.h"
#include "base/output.h"
#include "db/store.h"
#include "loadgen/limits/limit_terms.h"
#include "loadgen/limits/sources.h"
#include "server/lab/experiment/experiments.h"
#include "server/lab/queue/run_queue.h"
#include "server/options.h"
#include "server/signals.h"
#include "server/time/time_server.h"
#include "server/token.h"
#include "web/api/publisher.h"
#include "web/api/resources.h"
#include "web/api/run_json.h"
#include "web/http/http.h"
#include "web/http/live.h"

/* From this size on the panel's memory is mapped, and unmapped when it is freed (mallopt(3)). */
#define LARGE_BLOCK (128 * 1024)

enum { EXIT_USAGE = 2, STOP_WITHIN_S = 5, READY_WITHIN_MS = 500, PATH_SIZE = 4096, THREAD_STACK = 1024 * 1024 };

struct panel {
    char generator[PATH_SIZE];
    char *token;        /* NULL: no token is required */
    uint64_t inherited; /* descriptors that were open at the start, the standard ones included */
    struct store *store;
    struct time_server *time;
    struct live *live;
    struct publisher publisher;
    struct run_queue *queue;
    struct experiments *experiments;
    struct app app;
    struct http *http;
    struct output *output; /* standard output */
};

/* Each connection of the TIME server uses a descriptor of this process. */
static void raise_nofile(void)
{
    const int failed = limit_terms_raise_nofile();
    if (failed != 0) {
        log_warning("cannot raise RLIMIT_NOFILE to its hard limit: %s", err_errno_name(failed));
    }
}

/* glibc's default is RLIMIT_STACK, whatever that is: 64 KiB are too few, and 8 MiB of each thread too many under
 * RLIMIT_AS. libmicrohttpd's threads take the default as well. */
static void set_thread_stacks(void)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, thread_stack_size(THREAD_STACK));
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

/* Whoever starts the next panel has to be able to open what this one has made. */
static void keep_files_open_to_owner(void)
{
    const mode_t mask = umask(S_IRWXG | S_IRWXO);
    umask(mask & ~(mode_t)S_IRWXU);
}

/* koneksi-load is in the same directory as this program. */
static enum result find_generator(char path[PATH_SIZE], struct err *err)
{
    static const char name[] = "koneksi-load";
    const ssize_t length = readlink("/proc/self/exe", path, PATH_SIZE - sizeof name - 1);
    if (length <= 0) {
        return err_system(err, errno, "cannot read /proc/self/exe");
    }
    path[length] = '\0';
    char *const slash = strrchr(path, '/');
    memcpy(slash != NULL ? slash + 1 : path, name, sizeof name);
    return access(path, X_OK) == 0 ? RESULT_OK : err_system(err, errno, "cannot find the load generator %.200s", path);
}

/* In a panel that starts with a closed standard descriptor, the database or a socket must not become standard error. */
static void occupy_standard_descriptors(void)
{
    int fd = 0;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO) {
    }
    if (fd >= 0) {
        close(fd);
    }
}

static uint64_t inherited_fds(void)
{
    const uint64_t open = source_open_fds("");
    return open != LIMIT_UNKNOWN ? open : STDERR_FILENO + 1;
}

static enum result prepare(struct panel *panel, const struct options *options, struct err *err)
{
    raise_nofile();
    /* The client processes of a killed generator become children of the panel, which reaps them: as process 1 of a
     * container it is their only parent anyway. */
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
        log_warning("cannot become the parent of a killed generator's client processes (prctl: %s): process 1 has to "
                    "wait for them",
                    err_errno_name(errno));
    }
    /* Load generators must not inherit the descriptors that the panel was started with; its own are close-on-exec. */
    close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    if (options->token_file == NULL && !net_is_loopback(&options->http)) {
        char text[NET_TEXT_SIZE];
        net_format(&options->http, text);
        return err_set(err, RESULT_INVALID, "refusing to listen on %s without a token; use --token-file PATH", text);
    }
    if (options->token_file != NULL && token_read(options->token_file, &panel->token, err) != RESULT_OK) {
        return err->code;
    }
    return find_generator(panel->generator, err);
}

static enum result open_store(struct panel *panel, const struct options *options, struct err *err)
{
    size_t interrupted = 0;
    if (store_open(options->db, &panel->store, err) != RESULT_OK ||
        store_recover(panel->store, clock_utc_ms(), &interrupted, err) != RESULT_OK) {
        return err->code;
    }
    if (interrupted > 0) {
        log_info("%zu run%s under way when the panel last ended: interrupted", interrupted,
                 interrupted == 1 ? " was" : "s were");
    }
    return RESULT_OK;
}

/* Without a descriptor for a connection libmicrohttpd would spin: each part of the panel keeps what it needs. */
static uint64_t reserved_fds(const struct panel *panel, const struct options *options)
{
    const uint64_t own = panel->inherited + time_server_descriptors();
    return options->no_http ? own
                            : own + store_descriptors() + RUN_QUEUE_DESCRIPTORS + HTTP_DESCRIPTORS + LOOKUP_DESCRIPTORS;
}

static enum result start_time(struct panel *panel, const struct options *options, struct err *err)
{
    struct time_server_config config = time_server_defaults();
    config.reserved_fds = reserved_fds(panel, options);
    config.address = options->time;
    config.model = options->model;
    config.backlog = options->backlog;
    config.workers = (uint32_t)options->workers;
    config.log_connections = options->log_connections;
    return time_server_start(&config, &panel->time, err);
}

static enum result start_lab(struct panel *panel, const struct options *options, struct err *err)
{
    panel->publisher = (struct publisher){.live = panel->live, .store = panel->store, .server = panel->time};
    const struct run_queue_config config = {.watch.store = panel->store,
                                            .watch.observer = publisher_observer(&panel->publisher),
                                            .watch.server = panel->time,
                                            .watch.generator = panel->generator,
                                            .watch.targets = (const char *const *)options->targets,
                                            .keep_runs = (uint64_t)options->keep_runs,
                                            .held = true};
    if (run_queue_start(&config, &panel->queue, err) != RESULT_OK) {
        return err->code;
    }
    const struct experiments_config of_experiments = {.observer = publisher_observer(&panel->publisher),
                                                      .store = panel->store,
                                                      .queue = panel->queue,
                                                      .server = panel->time};
    return experiments_start(&of_experiments, &panel->experiments, err);
}

static enum result start_http(struct panel *panel, const struct options *options, struct err *err)
{
    panel->app = (struct app){
        .store = panel->store, .queue = panel->queue, .experiments = panel->experiments, .server = panel->time};
    const struct http_config config = {
        .address = options->http, .token = panel->token, .routes = api_routes, .app = &panel->app, .live = panel->live};
    return http_start(&config, &panel->http, err);
}

/* --no-http: only the TIME server. */
static enum result start_alone(struct panel *panel, const struct options *options, struct err *err)
{
    raise_nofile();
    return start_time(panel, options, err);
}

static enum result start(struct panel *panel, const struct options *options, struct err *err)
{
    if (options->no_http) {
        return start_alone(panel, options, err);
    }
    if (open_store(panel, options, err) != RESULT_OK || start_time(panel, options, err) != RESULT_OK ||
        live_create(&panel->live, err) != RESULT_OK || start_lab(panel, options, err) != RESULT_OK ||
        start_http(panel, options, err) != RESULT_OK) {
        return err->code;
    }
    run_queue_release(panel->queue);
    return RESULT_OK;
}

/* Takes down what was started, in reverse order; after a failed start that is only a part. */
static void stop(struct panel *panel)
{
    if (panel->http != NULL) {
        http_stop(panel->http);
    }
    experiments_stop(panel->experiments);
    run_queue_stop(panel->queue);
    publisher_free(&panel->publisher);
    live_destroy(panel->live);
    if (panel->time != NULL) {
        time_server_stop(panel->time);
    }
    if (panel->store != NULL) {
        store_close(panel->store);
    }
    free(panel->token);
}

/* Through a thread: a terminal that is stopped must not keep the panel from being stopped. */
static enum result print_ready(struct panel *panel, const struct options *options, struct err *err)
{
    struct net_address address;
    char http[NET_TEXT_SIZE];
    char time[NET_TEXT_SIZE];
    struct buf line = BUF_INIT;
    time_server_address(panel->time, &address);
    net_format(&address, time);
    if (panel->http == NULL) {
        buf_printf(&line, "koneksi ready time=%s\n", time);
    } else {
        http_address(panel->http, &address);
        net_format(&address, http);
        buf_printf(&line, "koneksi ready http=%s time=%s db=%s\n", http, time, options->db);
    }
    enum result result = line.failed ? err_set(err, RESULT_NO_MEMORY, "out of memory")
                                     : output_start(STDOUT_FILENO, NULL, &panel->output, err);
    if (result == RESULT_OK) {
        output_line(panel->output, line.bytes, line.length);
    }
    buf_free(&line);
    return result;
}

/* Prints what GET /server returns, as one line in one write; requested by SIGUSR1. */
static void print_counters(const struct panel *panel)
{
    cJSON *const json = time_server_to_json(panel->time, source_open_fds(""));
    char *const text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    if (text == NULL) {
        log_warning("cannot print the counters: out of memory");
        return;
    }
    char *const end = text + strlen(text);
    *end = '\n'; /* in place of the NUL */
    log_text(text, (size_t)(end - text) + 1);
    cJSON_free(text);
}

static void wait_for_end(const struct panel *panel)
{
    while (signals_wait() == SIGUSR1) {
        print_counters(panel);
    }
}

static void log_failure(const struct err *err)
{
    char line[sizeof err->message + 16];
    const int length = snprintf(line, sizeof line, "koneksi: %s\n", err->message);
    log_text(line, (size_t)length);
}

static int run_panel(const struct options *options)
{
    struct panel panel = {.token = NULL};
    struct err err;
    /* An arena for each thread would reserve 64 MiB of addresses, which RLIMIT_AS may not permit; the panel's threads
     * allocate too little to contend for one arena. */
    mallopt(M_ARENA_MAX, 1);
    /* Without this, glibc keeps what a large block freed: after a few runs 10 MB, which control groups charge. */
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
    set_thread_stacks();
    keep_files_open_to_owner();
    occupy_standard_descriptors();
    panel.inherited = inherited_fds();
    signals_prepare();
    enum result result = log_start(&err);
    /* The token may be read from a pipe. Until it arrives there is nothing for a signal to take down. */
    if (result == RESULT_OK && !options->no_http) {
        result = prepare(&panel, options, &err);
    }
    signals_block();
    if (result == RESULT_OK) {
        result = start(&panel, options, &err);
    }
    if (result == RESULT_OK) {
        result = print_ready(&panel, options, &err);
    }
    if (result == RESULT_OK) {
        wait_for_end(&panel);
        /* All that was acknowledged is on disk, so a part that does not end must not keep the panel from ending. */
        alarm(STOP_WITHIN_S);
    } else {
        log_failure(&err);
    }
    stop(&panel);
    output_stop(panel.output, READY_WITHIN_MS);
    log_stop();
    return result == RESULT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int count, char **arguments)
{
    struct options options;
    struct err err;
    int status = EXIT_SUCCESS;
    if (count > 1 && strcmp(arguments[1], BACKUP_COMMAND) == 0) {
        return backup_command(count, arguments);
    }
    const enum result parsed = options_parse(&options, count, arguments, &err);
    if (parsed == RESULT_INVALID) {
        fprintf(stderr, "koneksi: %s\nTry 'koneksi --help'.\n", err.message);
        status = EXIT_USAGE;
    } else if (parsed != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
        status = EXIT_FAILURE;
    } else if (options.help) {
        options_print_help(stdout);
    } else if (options.version) {
        printf("koneksi %s\n", KONEKSI_VERSION);
    } else {
        status = run_panel(&options);
    }
    options_free(&options);
    return status;
}
