/* The panel: builds every part, waits for a signal and takes all down in reverse order. Every thread and every file
 * exists before the first run begins, because a run may use up what is left of both. */
#include "server/panel.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/output.h"
#include "loadgen/limits/sources.h"
#include "server/lab/json/run_json.h"
#include "server/lab/lab.h"
#include "server/process.h"
#include "server/signals.h"
#include "server/token.h"
#include "web/api/publisher.h"
#include "web/api/resources.h"
#include "web/http/http.h"
#include "web/http/live.h"

enum { STOP_WITHIN_S = 5, READY_WITHIN_MS = 500 };

struct panel {
    struct process process;
    char *token;                      /* NULL: no token is required */
    struct observed_server *observed; /* NULL: none */
    struct lab lab;
    struct live *live;
    struct publisher publisher;
    struct app app;
    struct http *http;
    struct output *output; /* standard output */
};

static enum result prepare(struct panel *panel, const struct options *options, struct err *err)
{
    process_raise_limits();
    if (options->no_http) {
        return RESULT_OK;
    }
    if (options->token_file == NULL && !net_is_loopback(&options->http)) {
        char text[NET_TEXT_SIZE];
        net_format(&options->http, text);
        return err_set(err, RESULT_INVALID, "refusing to listen on %s without a token; use --token-file PATH", text);
    }
    if (options->token_file != NULL && token_read(options->token_file, &panel->token, err) != RESULT_OK) {
        return err->code;
    }
    return process_prepare_runs(&panel->process, options->hostfile, err);
}

static enum result start_observing(struct panel *panel, const struct options *options, struct err *err)
{
    char *token = NULL;
    if (options->observe == NULL) {
        return options->observe_token_file == NULL
                   ? RESULT_OK
                   : err_set(err, RESULT_INVALID, "--observe-token-file is the token of --observe, which is missing");
    }
    if (options->observe_token_file != NULL && token_read(options->observe_token_file, &token, err) != RESULT_OK) {
        return err->code;
    }
    const enum result result = observed_server_create(options->observe, token, &panel->observed, err);
    free(token);
    return result;
}

static enum result start_lab(struct panel *panel, const struct options *options, struct err *err)
{
    panel->publisher = (struct publisher){.live = panel->live, .store = panel->lab.store, .server = panel->lab.time};
    const struct lab_plan plan = {.observer = publisher_observer(&panel->publisher),
                                  .programs = process_programs(&panel->process, options->hostfile),
                                  .targets = (const char *const *)options->targets,
                                  .observed = panel->observed,
                                  .keep_runs = (uint64_t)options->keep_runs};
    return lab_start(&panel->lab, &plan, err);
}

static enum result start_http(struct panel *panel, const struct options *options, struct err *err)
{
    panel->app = (struct app){.store = panel->lab.store,
                              .queue = panel->lab.queue,
                              .experiments = panel->lab.experiments,
                              .server = panel->lab.time,
                              .has_hosts = options->hostfile != NULL};
    const struct http_config config = {
        .address = options->http, .token = panel->token, .routes = api_routes, .app = &panel->app, .live = panel->live};
    return http_start(&config, &panel->http, err);
}

/* Without a descriptor for a connection libmicrohttpd would spin: each part of the panel keeps what it needs. */
static enum result start(struct panel *panel, const struct options *options, struct err *err)
{
    struct lab_config config = {.db = options->db, .time = options_time_config(options)};
    config.time.reserved_fds = panel->process.inherited;
    if (options->no_http) { /* only the TIME server */
        config.time.reserved_fds += time_server_descriptors();
        return time_server_start(&config.time, &panel->lab.time, err);
    }
    config.time.reserved_fds += HTTP_DESCRIPTORS + (options->observe != NULL ? OBSERVED_DESCRIPTORS : 0);
    if (lab_open(&config, &panel->lab, err) != RESULT_OK || live_create(&panel->live, err) != RESULT_OK ||
        start_observing(panel, options, err) != RESULT_OK || start_lab(panel, options, err) != RESULT_OK ||
        start_http(panel, options, err) != RESULT_OK) {
        return err->code;
    }
    lab_release(&panel->lab);
    return RESULT_OK;
}

/* Takes down what was started, in reverse order; after a failed start that is only a part. */
static void stop(struct panel *panel)
{
    if (panel->http != NULL) {
        http_stop(panel->http);
    }
    lab_stop(&panel->lab);
    observed_server_destroy(panel->observed);
    publisher_free(&panel->publisher);
    live_destroy(panel->live);
    lab_close(&panel->lab);
    free(panel->token);
}

/* Through a thread: a terminal that is stopped must not keep the panel from being stopped. */
static enum result print_ready(struct panel *panel, const struct options *options, struct err *err)
{
    struct net_address address;
    char http[NET_TEXT_SIZE];
    char time[NET_TEXT_SIZE];
    struct buf line = BUF_INIT;
    time_server_address(panel->lab.time, &address);
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
    cJSON *const json = time_server_to_json(panel->lab.time, source_open_fds(""));
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

int panel_run(const struct options *options)
{
    struct panel panel = {.token = NULL};
    struct err err;
    enum result result = process_begin(&panel.process, &err);
    /* The token may be read from a pipe. Until it arrives there is nothing for a signal to take down. */
    if (result == RESULT_OK) {
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
        process_say(&err);
    }
    stop(&panel);
    output_stop(panel.output, READY_WITHIN_MS);
    log_stop();
    alarm(0); /* the search for leaks of a sanitizer's build takes seconds on a busy machine */
    return result == RESULT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
