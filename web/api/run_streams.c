/* The parts of a run that may be long, read from the store page by page: samples, traces and transcript, each as JSON,
 * CSV or text. A part is a row of constants and the callback that appends one row of it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "db/columns.def"
#include "db/store_parts.h"
#include "db/store_view.h"
#include "server/lab/json/run_json.h"
#include "web/api/resources.h"
#include "web/http/csv.h"
#include "web/http/respond.h"
#include "web/http/stream.h"

#define PAGE_ROWS 200

struct part {
    struct stream_source source;
    const char *begin;
    const char *separator;
    const char *end;
    bool (*sample)(int64_t position, const struct run_sample *sample, void *arg); /* one of these three */
    bool (*trace)(int64_t position, const struct error_trace *trace, void *arg);
    bool (*log)(int64_t position, const struct run_log *log, void *arg);
};

struct reading {
    const struct part *part;
    struct store *view;
    int64_t run;
    int64_t after; /* position of the last row that was written */
    bool begun;
    bool separated; /* a row was written */
    bool ended;
    struct buf *out; /* the page under way */
    size_t rows;     /* in it */
};

static void begin_row(struct reading *reading, int64_t position)
{
    if (reading->separated) {
        buf_text(reading->out, reading->part->separator);
    }
    reading->separated = true;
    reading->after = position;
    reading->rows++;
}

static bool append_json(struct reading *reading, int64_t position, cJSON *json)
{
    begin_row(reading, position);
    json_write(reading->out, json);
    return !reading->out->failed;
}

static bool sample_json(int64_t position, const struct run_sample *sample, void *arg)
{
    return append_json(arg, position, run_sample_to_json(sample));
}

static void sample_csv_header(struct buf *out)
{
    struct csv csv = {out, false};
#define NAME(form, column, member, name, ...) csv_text(&csv, name);
    SAMPLE_SHOWN_COLUMNS(NAME)
    csv_end_row(&csv);
}

static bool sample_csv(int64_t position, const struct run_sample *sample, void *arg)
{
    struct reading *const reading = arg;
    begin_row(reading, position);
    struct csv csv = {reading->out, false};
#define VALUE(form, column, member, ...) csv_uint(&csv, sample->member);
    SAMPLE_SHOWN_COLUMNS(VALUE)
    csv_end_row(&csv);
    return true;
}

/* "connect_once (client.c:120) < run_client (client.c:201)", innermost first */
static void append_frames(struct buf *text, const struct error_trace *trace)
{
    for (uint32_t i = 0; i < trace->frame_count; i++) {
        const struct error_frame *const frame = &trace->frames[i];
        buf_printf(text, "%s%s (%s:%d)", i == 0 ? "" : " < ", frame->function, frame->file, frame->line);
    }
}

static bool trace_csv(int64_t position, const struct error_trace *trace, void *arg)
{
    struct reading *const reading = arg;
    begin_row(reading, position);
    struct csv csv = {reading->out, false};
    struct buf frames = BUF_INIT;
    append_frames(&frames, trace);
    csv_uint(&csv, trace->client);
    csv_uint(&csv, trace->at_us);
    csv_text(&csv, error_phase_name(trace->phase));
    csv_text(&csv, trace->call);
    csv_text(&csv, trace->error_number == 0 ? "" : err_errno_name(trace->error_number));
    csv_text(&csv, trace->message);
    csv_text(&csv, frames.bytes == NULL ? "" : frames.bytes);
    csv_end_row(&csv);
    reading->out->failed = reading->out->failed || frames.failed;
    buf_free(&frames);
    return true;
}

static bool log_json(int64_t position, const struct run_log *log, void *arg)
{
    return append_json(arg, position, run_log_to_json(log));
}

static bool log_text(int64_t position, const struct run_log *log, void *arg)
{
    struct reading *const reading = arg;
    begin_row(reading, position);
    buf_printf(reading->out, "%11.6f  %-6s  %s\n", (double)log->at_us / 1e6, run_side_name(log->side), log->text);
    return true;
}

static enum result read_rows(struct reading *reading, struct err *err)
{
    const struct part *const part = reading->part;
    struct store *const view = reading->view;
    if (part->sample != NULL) {
        return store_samples_each(view, reading->run, reading->after, PAGE_ROWS, part->sample, reading, err);
    }
    if (part->trace != NULL) {
        return store_traces_each(view, reading->run, reading->after, PAGE_ROWS, part->trace, reading, err);
    }
    return store_logs_each(view, reading->run, reading->after, PAGE_ROWS, part->log, reading, err);
}

static enum result open_view(void *state, const struct request *request, struct err *err)
{
    struct reading *const reading = state;
    struct run run;
    reading->view = store_view_open(request->app->store, false);
    if (reading->view == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "the panel is out of memory");
    }
    return store_run_get(reading->view, reading->run, &run, err);
}

static enum result next_page(void *state, struct buf *out, struct err *err)
{
    struct reading *const reading = state;
    if (reading->ended) {
        return RESULT_OK;
    }
    reading->out = out;
    reading->rows = 0;
    if (!reading->begun) {
        reading->begun = true;
        if (reading->part->sample == sample_csv) {
            sample_csv_header(out);
        } else {
            buf_text(out, reading->part->begin);
        }
    }
    if (read_rows(reading, err) != RESULT_OK || store_view_check(reading->view, err) != RESULT_OK) {
        return err->code;
    }
    if (reading->rows < PAGE_ROWS) {
        buf_text(out, reading->part->end);
        reading->ended = true;
    }
    return RESULT_OK;
}

static void reading_free(void *state)
{
    struct reading *const reading = state;
    store_view_close(reading->view);
    free(reading);
}

static enum MHD_Result respond_stream(struct request *request, const struct part *part)
{
    struct reading *const reading = calloc(1, sizeof *reading);
    if (reading == NULL) {
        return respond_no_memory(request);
    }
    reading->part = part;
    reading->run = request->id;
    reading->after = INT64_MIN;
    return stream_respond(request, &part->source, reading);
}

enum MHD_Result run_samples_get(struct request *request)
{
    static const struct part part = {{STREAM_DOWNLOAD, "application/json", NULL, open_view, next_page, reading_free},
                                     "{\"samples\":[",
                                     ",",
                                     "]}",
                                     .sample = sample_json};
    return respond_stream(request, &part);
}

enum MHD_Result run_samples_csv(struct request *request)
{
    static const struct part part = {{STREAM_DOWNLOAD, CSV_TYPE, "samples.csv", open_view, next_page, reading_free},
                                     "",
                                     "",
                                     "",
                                     .sample = sample_csv};
    return respond_stream(request, &part);
}

enum MHD_Result run_errors_csv(struct request *request)
{
    static const struct part part = {{STREAM_DOWNLOAD, CSV_TYPE, "errors.csv", open_view, next_page, reading_free},
                                     "client,at_us,phase,call,errno,message,frames\r\n",
                                     "",
                                     "",
                                     .trace = trace_csv};
    return respond_stream(request, &part);
}

enum MHD_Result run_transcript_get(struct request *request)
{
    static const struct part part = {{STREAM_DOWNLOAD, "application/json", NULL, open_view, next_page, reading_free},
                                     "{\"transcript\":[",
                                     ",",
                                     "]}",
                                     .log = log_json};
    return respond_stream(request, &part);
}

enum MHD_Result run_transcript_text(struct request *request)
{
    static const struct part part = {
        {STREAM_DOWNLOAD, "text/plain; charset=utf-8", "transcript.txt", open_view, next_page, reading_free},
        "",
        "",
        "",
        .log = log_text};
    return respond_stream(request, &part);
}
