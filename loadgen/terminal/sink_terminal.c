#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/figures.h"
#include "base/output.h"
#include "base/table.h"
#include "loadgen/display/summary_json.h"
#include "loadgen/terminal/load_verdict.h"
#include "loadgen/terminal/sink_terminal.h"
#include "loadgen/watch/foreign_write.h"

#define SPARE_FDS 256 /* more than the clients open while the server is looked at */

enum result sink_terminal_watch(struct sink_terminal *terminal, struct err *err)
{
    struct foreign_server *server = NULL;
    terminal->listener_before = listeners_there("", terminal->reach->addresses);
    if (foreign_server_open(terminal->reach->addresses, false, &server, err) != RESULT_OK) {
        return err->code;
    }
    if (server != NULL) {
        terminal->server = foreign_server_predict(server);
        terminal->limit_count = foreign_server_limits(server, terminal->limits);
        foreign_server_begin(server);
    }
    return run_usage_open(&terminal->usage, server, false, err);
}

static void look_at_server(struct sink_terminal *terminal, bool all)
{
    const uint64_t now_ns = clock_now_ns();
    const uint64_t began_ns = cpu_clock_thread_ns();
    if (terminal->usage.foreign != NULL) {
        foreign_server_look(terminal->usage.foreign, now_ns, all);
        run_usage_look(&terminal->usage, now_ns, 0);
        terminal->sink.watched_ns += cpu_clock_thread_ns() - began_ns;
    }
}

/* A look opens a few files: not where a client may need those descriptors. */
static bool may_look(const struct sink_terminal *terminal, const struct load_sample *sample)
{
    const struct limit_value *const nofile =
        limit_find(terminal->limits, terminal->limit_count, LIMIT_NOFILE, LIMIT_SIDE_CLIENT);
    return terminal->sink.may_open || (nofile != NULL && nofile->value >= sample->fds + SPARE_FDS);
}

static void take_usage(struct sink_terminal *terminal, const struct group_usage *usage)
{
    const uint64_t began_ns = cpu_clock_thread_ns();
    run_usage_add(&terminal->usage, usage, 0);
    terminal->sink.watched_ns += cpu_clock_thread_ns() - began_ns;
}

static void forget_server(struct sink_terminal *terminal)
{
    foreign_server_close(terminal->usage.foreign);
    run_usage_close(&terminal->usage);
    run_usage_init(&terminal->usage);
}

static struct load_facts facts_of(const struct sink_terminal *terminal, const struct load_result *result)
{
    struct counters after;
    struct listeners_gone gone = {.count = 0};
    struct load_facts facts = {.spec = terminal->spec,
                               .result = result,
                               .loopback = net_list_loopback(terminal->reach->addresses),
                               .source_addresses = terminal->source_addresses,
                               .listener = result->totals.failed > 0
                                               ? listeners_look("", terminal->reach->addresses, &client_share_whole,
                                                                terminal->spec->count, &gone)
                                               : LISTENER_UNKNOWN,
                               .listener_before = terminal->listener_before,
                               .limits = terminal->limits,
                               .limit_count = terminal->limit_count,
                               .usage = &terminal->usage,
                               .server = terminal->server};
    facts.gone = gone;
    counters_read("", &after);
    counters_risen(&terminal->before, &after, facts.risen);
    return facts;
}

/* Writes to standard output, and empties the buffer. */
static bool print(struct sink_terminal *terminal, struct buf *text)
{
    const bool printed = !text->failed && output_all(STDOUT_FILENO, text->bytes, text->length);
    terminal->sink.error_number = printed ? 0 : text->failed ? ENOMEM : errno;
    buf_free(text);
    return printed;
}

static bool print_summary(struct sink_terminal *terminal, const struct load_result *result)
{
    look_at_server(terminal, true);
    struct verdict verdict;
    struct latency latency[LATENCY_COUNT];
    struct summary summary = summary_of(terminal->spec, result, &verdict, latency);
    if (terminal->verdict != NULL) { /* of several ranks, whose servers are not watched */
        verdict = *terminal->verdict;
    } else {
        const struct load_facts facts = facts_of(terminal, result);
        verdict = load_verdict(&facts);
        summary.server_threads = load_server_threads(&facts);
        summary.server_connections = load_server_connections(&facts);
    }
    summary.ranks = terminal->ranks;
    summary.rank_count = terminal->rank_count;
    summary.source_addresses = terminal->source_addresses;
    summary.utf8 = figure_locale_is_utf8();
    if (terminal->json) {
        const struct json_writer writer = json_text_writer(&terminal->object);
        json_open_object(&writer, NULL);
        terminal->sink.error_number = ENOMEM;
        return summary_write(&writer, &summary, LANGUAGE_ENGLISH) && !terminal->object.failed;
    }
    struct buf text = BUF_INIT;
    summary_format(&summary, &text);
    return print(terminal, &text);
}

/* The rest of the object, as GET /runs/N has it. */
static bool print_object(struct sink_terminal *terminal, const struct report_event *event)
{
    static const char *const of_the_panel[] = {"id", "server", "resolved", "cpu", "host", "environment", "experiment"};
    const struct json_writer writer = json_text_writer(&terminal->object);
    json_put_text(&writer, "status", load_end_name(event->end.status));
    json_put_moment(&writer, "created_at", terminal->started_ms);
    json_put_moment(&writer, "started_at", terminal->started_ms);
    json_put_moment(&writer, "finished_at", clock_utc_ms());
    json_put_text(&writer, "message", event->end.message);
    if (terminal->usage.foreign != NULL) {
        foreign_write(&writer, "server_process", terminal->usage.foreign);
    } else {
        json_put_null(&writer, "server_process");
    }
    for (size_t i = 0; i < COUNT_OF(of_the_panel); i++) {
        json_put_null(&writer, of_the_panel[i]);
    }
    json_close_object(&writer);
    buf_text(&terminal->object, "\n");
    return print(terminal, &terminal->object);
}

/* A note: the run goes on without it. */
static void print_note(struct sink_terminal *terminal, const char *text)
{
    char line[sizeof((struct report_event *)NULL)->log.text + 32];
    const int length = snprintf(line, sizeof line, "koneksi-load: %s\n", text);
    terminal->dropped += !output_at_once(STDERR_FILENO, line, (size_t)length);
}

/* A line that is worth waiting for, unless whoever reads it asks for the end. */
static void PRINTF_LIKE(1, 2) print_line(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    (void)output_all(STDERR_FILENO, line, length < (int)sizeof line ? (size_t)length : sizeof line - 1);
}

/* Which address of a name the clients load, and why not those before it. */
static void print_address(const struct sink_terminal *terminal)
{
    const struct reach_list *const reach = terminal->reach;
    char address[NET_TEXT_SIZE];
    for (size_t i = 0; i < reach->refused_count; i++) {
        net_format(&reach->refused[i].address, address);
        print_line("koneksi-load: %s did not answer: %s\n", address, err_errno_name(reach->refused[i].error_number));
    }
    if (reach->refused_count > 0) {
        print_line(reach->answered ? "koneksi-load: the clients connect to %s\n"
                                   : "koneksi-load: no address answered; the clients try %s\n",
                   reach->addresses);
    }
}

static void report_dropped(const struct sink_terminal *terminal)
{
    if (terminal->dropped > 0) {
        print_line("koneksi-load: %" PRIu64 " lines were dropped, because nobody read standard error\n",
                   terminal->dropped);
    }
}

static bool end(struct sink_terminal *terminal, const struct report_event *event)
{
    if (event->end.status == LOAD_END_CANCELLED) {
        print_line("koneksi-load: the run was cancelled\n");
    } else if (event->end.status == LOAD_END_FAILED) {
        print_line("koneksi-load: %s\n", event->end.message);
    }
    const bool printed = terminal->object.length == 0 || print_object(terminal, event);
    forget_server(terminal);
    return printed;
}

static void begin(struct sink_terminal *terminal, const struct report_event *event)
{
    terminal->started_ms = clock_utc_ms();
    memcpy(terminal->limits + terminal->limit_count, event->start.limits, sizeof event->start.limits);
    terminal->limit_count += event->start.limit_count;
    terminal->source_addresses = event->start.source_addresses;
    counters_read("", &terminal->before);
    print_address(terminal);
}

static bool show(struct sink *sink, const struct report_event *event)
{
    struct sink_terminal *const terminal = (struct sink_terminal *)sink;
    if (terminal->bar && event->type != REPORT_START && event->type != REPORT_SAMPLE && event->type != REPORT_USAGE &&
        event->type != REPORT_RANK) {
        progress_clear();
    }
    switch (event->type) {
    case REPORT_SAMPLE:
        if (may_look(terminal, &event->sample)) {
            look_at_server(terminal, false);
        }
        if (terminal->bar && progress_advance(&terminal->progress, &event->sample)) {
            progress_draw(&terminal->progress, &event->sample);
        }
        return true;
    case REPORT_LOG:
        print_note(terminal, event->log.text);
        return true;
    case REPORT_RESULT:
        if (!print_summary(terminal, event->result)) {
            return false;
        }
        report_dropped(terminal);
        return true;
    case REPORT_END:
        return end(terminal, event);
    case REPORT_START:
        begin(terminal, event);
        return true;
    case REPORT_USAGE:
        take_usage(terminal, &event->usage);
        return true;
    case REPORT_ERROR:
    case REPORT_RANK:
        return true;
    }
    return true;
}

void sink_terminal_init(struct sink_terminal *terminal, const struct run_spec *spec, const struct reach_list *reach,
                        bool json)
{
    *terminal = (struct sink_terminal){.sink = {.write = show, .wants_details = false},
                                       .spec = spec,
                                       .reach = reach,
                                       .json = json,
                                       .bar = isatty(STDERR_FILENO) == 1};
    run_usage_init(&terminal->usage);
    progress_init(&terminal->progress, spec->count);
}
