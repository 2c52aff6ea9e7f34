#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/figures.h"
#include "base/output.h"
#include "loadgen/terminal/sink_terminal.h"
#include "loadgen/terminal/summary.h"

static bool print_summary(struct sink_terminal *terminal, const struct load_result *result)
{
    struct counters after;
    struct summary summary = {.spec = terminal->spec,
                              .result = result,
                              .spread_sources = net_is_ipv4_loopback(terminal->target),
                              .listener =
                                  result->totals.failed > 0 ? listener_look("", terminal->target) : LISTENER_UNKNOWN,
                              .limits = terminal->limits,
                              .limit_count = terminal->limit_count,
                              .usages = terminal->usages,
                              .usage_count = terminal->usage_count,
                              .utf8 = figure_locale_is_utf8()};
    struct buf text = BUF_INIT;
    counters_read("", &after);
    counters_risen(&terminal->before, &after, summary.risen);
    summary_format(&summary, &text);
    const bool printed = !text.failed && output_all(STDOUT_FILENO, text.bytes, text.length);
    terminal->sink.error_number = printed ? 0 : text.failed ? ENOMEM : errno;
    buf_free(&text);
    return printed;
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

static void report_dropped(const struct sink_terminal *terminal)
{
    if (terminal->dropped > 0) {
        print_line("koneksi-load: %" PRIu64 " lines were dropped, because nobody read standard error\n",
                   terminal->dropped);
    }
}

static bool show(struct sink *sink, const struct report_event *event)
{
    struct sink_terminal *const terminal = (struct sink_terminal *)sink;
    if (terminal->bar && event->type != REPORT_START && event->type != REPORT_SAMPLE && event->type != REPORT_USAGE) {
        progress_clear();
    }
    switch (event->type) {
    case REPORT_SAMPLE:
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
        if (event->end.status == LOAD_END_CANCELLED) {
            print_line("koneksi-load: the run was cancelled\n");
        } else if (event->end.status == LOAD_END_FAILED) {
            print_line("koneksi-load: %s\n", event->end.message);
        }
        return true;
    case REPORT_START:
        memcpy(terminal->limits, event->start.limits, sizeof terminal->limits);
        terminal->limit_count = event->start.limit_count;
        counters_read("", &terminal->before);
        return true;
    case REPORT_USAGE:
        if (terminal->usage_count < GROUP_USAGES_MAX) {
            terminal->usages[terminal->usage_count++] = event->usage;
        }
        return true;
    case REPORT_ERROR:
        return true;
    }
    return true;
}

void sink_terminal_init(struct sink_terminal *terminal, const struct run_spec *spec, const struct net_address *target)
{
    *terminal = (struct sink_terminal){.sink = {.write = show, .wants_details = false},
                                       .spec = spec,
                                       .target = target,
                                       .bar = isatty(STDERR_FILENO) == 1};
    progress_init(&terminal->progress, spec->count);
}
