#include "db/rows.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static int column_int(struct statement *statement)
{
    const int64_t value = column_i64(statement);
    return value < INT_MIN || value > INT_MAX ? 0 : (int)value;
}

void row_bind_spec(struct statement *statement, const struct run_spec *spec)
{
    bind_text(statement, run_mode_name(spec->mode));
    bind_u64(statement, spec->count);
    bind_u64(statement, spec->pool_size);
    bind_u64(statement, spec->hold ? 1 : 0);
    bind_u64(statement, spec->requests);
    bind_u64(statement, spec->rate);
    bind_text(statement, run_request_name(spec->request));
    bind_u64(statement, spec->timeout_ms);
    bind_u64(statement, spec->stack_kib);
    bind_text(statement, spec->target);
    bind_u64_unless(statement, spec->limit_nofile, 0);
    bind_u64_unless(statement, spec->limit_nproc, 0);
    bind_u64_unless(statement, spec->limit_as_mib, 0);
    bind_text(statement, spec->label);
}

static void read_spec(struct statement *statement, struct run_spec *spec)
{
    spec->mode = run_mode_from_name(column_text(statement));
    spec->count = column_u64(statement);
    spec->pool_size = column_u64(statement);
    spec->hold = column_u64(statement) != 0;
    spec->requests = column_u64(statement);
    spec->rate = column_u64(statement);
    spec->request = run_request_from_name(column_text(statement));
    spec->timeout_ms = column_u64(statement);
    spec->stack_kib = column_u64(statement);
    column_copy(statement, spec->target, sizeof spec->target);
    spec->limit_nofile = column_u64(statement);
    spec->limit_nproc = column_u64(statement);
    spec->limit_as_mib = column_u64(statement);
    column_copy(statement, spec->label, sizeof spec->label);
}

void row_bind_server(struct statement *statement, const struct run *run)
{
    if (!run->server_known) {
        for (int column = 0; column < 5; column++) {
            bind_null(statement);
        }
        return;
    }
    bind_text(statement, run->server_model);
    bind_u64(statement, run->server_backlog);
    bind_u64(statement, run->server_accepted);
    bind_u64(statement, run->server_listen_overflows);
    bind_u64(statement, run->server_refused);
}

void row_bind_start(struct statement *statement, const struct load_start *start)
{
    bind_u64_unless(statement, start->peak_clients == 0 ? 0 : start->last_up_us, 0);
    bind_u64_unless(statement, start->peak_clients, 0);
}

void row_bind_json(struct statement *statement, const char *text)
{
    if (text[0] == '\0') {
        bind_null(statement);
    } else {
        bind_text(statement, text);
    }
}

static void read_totals(struct statement *statement, struct load_totals *totals)
{
    totals->started = column_u64(statement);
    totals->connected = column_u64(statement);
    totals->completed = column_u64(statement);
    totals->failed = column_u64(statement);
    totals->not_started = column_u64(statement);
}

void row_read_run(struct statement *statement, struct run *run)
{
    *run = (struct run){.id = column_i64(statement)};
    run->status = run_status_from_name(column_text(statement));
    run->experiment = column_i64(statement);
    run->created_ms = column_i64(statement);
    run->started_ms = column_i64(statement);
    run->finished_ms = column_i64(statement);
    read_spec(statement, &run->spec);
    run->duration_us = column_u64(statement);
    read_totals(statement, &run->totals);
    run->peaks.threads = column_u64(statement);
    run->peaks.processes = column_u64(statement);
    run->peaks.connections = column_u64(statement);
    run->peak_server_threads = column_u64(statement);
    run->peak_server_connections = column_u64(statement);
    run->server_known = !column_is_null(statement);
    column_copy(statement, run->server_model, sizeof run->server_model);
    run->server_backlog = column_u64(statement);
    run->server_accepted = column_u64(statement);
    run->server_listen_overflows = column_u64(statement);
    run->server_refused = column_u64(statement);
    run->start.last_up_us = column_u64(statement);
    run->start.peak_clients = column_u64(statement);
    column_copy(statement, run->limit, sizeof run->limit);
    column_copy(statement, run->cpu, sizeof run->cpu);
    column_copy(statement, run->message, sizeof run->message);
    column_copy(statement, run->environment, sizeof run->environment);
}

void row_bind_sample(struct statement *statement, const struct run_sample *sample)
{
    const struct load_sample *client = &sample->client;
    bind_u64(statement, sample->at_us);
    bind_u64(statement, client->at_us);
    bind_u64(statement, client->totals.started);
    bind_u64(statement, client->totals.connected);
    bind_u64(statement, client->totals.completed);
    bind_u64(statement, client->totals.failed);
    bind_u64(statement, client->totals.not_started);
    bind_u64(statement, client->threads);
    bind_u64(statement, client->processes);
    bind_u64(statement, client->connections);
    bind_u64(statement, client->fds);
    bind_u64(statement, client->rss_bytes);
    bind_u64(statement, client->cpu_us);
    bind_u64(statement, sample->server_threads);
    bind_u64(statement, sample->server_connections);
    bind_u64(statement, sample->server_accepted);
    bind_u64(statement, sample->server_fds);
    bind_u64(statement, sample->server_rss_bytes);
    bind_u64(statement, sample->server_cpu_us);
    bind_u64(statement, sample->server_queue);
    bind_u64(statement, sample->server_refused);
    bind_u64(statement, sample->server_overflows);
    bind_u64(statement, sample->server_accept_paused);
}

void row_read_sample(struct statement *statement, struct run_sample *sample)
{
    struct load_sample *client = &sample->client;
    sample->at_us = column_u64(statement);
    client->at_us = column_u64(statement);
    read_totals(statement, &client->totals);
    client->threads = column_u64(statement);
    client->processes = column_u64(statement);
    client->connections = column_u64(statement);
    client->fds = column_u64(statement);
    client->rss_bytes = column_u64(statement);
    client->cpu_us = column_u64(statement);
    sample->server_threads = column_u64(statement);
    sample->server_connections = column_u64(statement);
    sample->server_accepted = column_u64(statement);
    sample->server_fds = column_u64(statement);
    sample->server_rss_bytes = column_u64(statement);
    sample->server_cpu_us = column_u64(statement);
    sample->server_queue = column_u64(statement);
    sample->server_refused = column_u64(statement);
    sample->server_overflows = column_u64(statement);
    sample->server_accept_paused = column_u64(statement);
}

void row_bind_group(struct statement *statement, const struct error_group *group)
{
    bind_text(statement, error_phase_name(group->phase));
    bind_text(statement, group->call);
    bind_i64(statement, group->error_number);
    bind_text(statement, group->message);
    bind_u64(statement, group->count);
    bind_u64(statement, group->first_client);
    bind_u64(statement, group->first_at_us);
    bind_u64(statement, group->last_at_us);
}

void row_read_group(struct statement *statement, struct error_group *group)
{
    group->phase = error_phase_from_name(column_text(statement));
    column_copy(statement, group->call, sizeof group->call);
    group->error_number = column_int(statement);
    column_copy(statement, group->message, sizeof group->message);
    group->count = column_u64(statement);
    group->first_client = column_u64(statement);
    group->first_at_us = column_u64(statement);
    group->last_at_us = column_u64(statement);
}

void row_bind_trace(struct statement *statement, const struct error_trace *trace, const char *frames)
{
    bind_u64(statement, trace->client);
    bind_u64(statement, trace->at_us);
    bind_text(statement, error_phase_name(trace->phase));
    bind_text(statement, trace->call);
    bind_i64(statement, trace->error_number);
    bind_text(statement, trace->message);
    bind_text(statement, frames);
}

static bool add_frame(cJSON *frames, const struct error_frame *frame)
{
    cJSON *object = cJSON_CreateObject();
    return json_append(frames, object) && cJSON_AddStringToObject(object, "function", frame->function) != NULL &&
           cJSON_AddStringToObject(object, "file", frame->file) != NULL &&
           cJSON_AddNumberToObject(object, "line", frame->line) != NULL;
}

char *row_frames_text(const struct error_trace *trace)
{
    cJSON *frames = cJSON_CreateArray();
    bool added = frames != NULL;
    for (uint32_t i = 0; i < trace->frame_count && i < ERROR_FRAMES_MAX && added; i++) {
        added = add_frame(frames, &trace->frames[i]);
    }
    char *text = added ? cJSON_PrintUnformatted(frames) : NULL;
    cJSON_Delete(frames);
    return text;
}

static void copy_string(const cJSON *object, const char *name, char *text, size_t size)
{
    const char *value = json_text_of(object, name);
    snprintf(text, size, "%s", value != NULL ? value : "");
}

static bool read_frames(const char *text, struct error_trace *trace)
{
    cJSON *frames = NULL;
    const cJSON *object = NULL;
    if (!json_read_stored(text, &frames)) {
        return false;
    }
    cJSON_ArrayForEach(object, frames)
    {
        if (trace->frame_count == ERROR_FRAMES_MAX) {
            break;
        }
        struct error_frame *frame = &trace->frames[trace->frame_count++];
        const cJSON *line = cJSON_GetObjectItemCaseSensitive(object, "line");
        copy_string(object, "function", frame->function, sizeof frame->function);
        copy_string(object, "file", frame->file, sizeof frame->file);
        frame->line = cJSON_IsNumber(line) ? line->valueint : 0;
    }
    cJSON_Delete(frames);
    return true;
}

bool row_read_trace(struct statement *statement, struct error_trace *trace)
{
    *trace = (struct error_trace){.client = column_u64(statement)};
    trace->at_us = column_u64(statement);
    trace->phase = error_phase_from_name(column_text(statement));
    column_copy(statement, trace->call, sizeof trace->call);
    trace->error_number = column_int(statement);
    column_copy(statement, trace->message, sizeof trace->message);
    return read_frames(column_text(statement), trace);
}

void row_bind_limit(struct statement *statement, const struct limit_value *value)
{
    bind_text(statement, limit_side_name(value->side));
    bind_text(statement, limit_name(value->id));
    bind_text(statement, limit_scope_name(value->scope));
    bind_u64_unless(statement, value->value, LIMIT_UNLIMITED);
    bind_u64_unless(statement, value->used, LIMIT_UNKNOWN);
    bind_text(statement, value->source);
}

bool row_read_limit(struct statement *statement, struct limit_value *value)
{
    *value = (struct limit_value){.id = LIMIT_COUNT};
    const char *side = column_text(statement);
    value->side = strcmp(side, limit_side_name(LIMIT_SIDE_SERVER)) == 0 ? LIMIT_SIDE_SERVER : LIMIT_SIDE_CLIENT;
    value->id = limit_from_name(column_text(statement));
    const char *scope = column_text(statement);
    for (int i = LIMIT_SCOPE_PROCESS; i <= LIMIT_SCOPE_SOCKET; i++) {
        if (strcmp(scope, limit_scope_name((enum limit_scope)i)) == 0) {
            value->scope = (enum limit_scope)i;
        }
    }
    value->value = column_u64_or(statement, LIMIT_UNLIMITED);
    value->used = column_u64_or(statement, LIMIT_UNKNOWN);
    column_copy(statement, value->source, sizeof value->source);
    return value->id != LIMIT_COUNT;
}

void row_bind_latency(struct statement *statement, enum latency_kind kind, const struct latency *latency)
{
    bind_text(statement, latency_kind_name(kind));
    bind_u64(statement, latency->count);
    bind_u64(statement, latency->min_ns);
    bind_u64(statement, latency->p50_ns);
    bind_u64(statement, latency->p90_ns);
    bind_u64(statement, latency->p99_ns);
    bind_u64(statement, latency->p999_ns);
    bind_u64(statement, latency->max_ns);
    bind_u64(statement, latency->mean_ns);
}

void row_read_latency(struct statement *statement, struct latency latency[LATENCY_COUNT])
{
    const char *name = column_text(statement);
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        if (strcmp(name, latency_kind_name((enum latency_kind)kind)) == 0) {
            latency[kind] = (struct latency){.count = column_u64(statement)};
            latency[kind].min_ns = column_u64(statement);
            latency[kind].p50_ns = column_u64(statement);
            latency[kind].p90_ns = column_u64(statement);
            latency[kind].p99_ns = column_u64(statement);
            latency[kind].p999_ns = column_u64(statement);
            latency[kind].max_ns = column_u64(statement);
            latency[kind].mean_ns = column_u64(statement);
            return;
        }
    }
}

void row_bind_log(struct statement *statement, const struct run_log *log)
{
    bind_u64(statement, log->at_us);
    bind_text(statement, run_side_name(log->side));
    bind_text(statement, log->text);
}

void row_read_log(struct statement *statement, struct run_log *log)
{
    log->at_us = column_u64(statement);
    log->side = run_side_from_name(column_text(statement));
    column_copy(statement, log->text, sizeof log->text);
}
