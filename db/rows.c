#include "db/rows.h"

#include <limits.h>
#include <string.h>

#include "base/json.h"
#include "db/columns.def"
#include "loadgen/verdict/verdict_json.h"

/* --- kinds of columns: see columns.def --- */

static int column_int(struct statement *statement)
{
    const int64_t value = column_i64(statement);
    return value < INT_MIN || value > INT_MAX ? 0 : (int)value;
}

static void bind_json(struct statement *statement, const char *text)
{
    bind_text(statement, text[0] != '\0' ? text : NULL);
}

/* Takes the tree. */
static void bind_tree(struct statement *statement, cJSON *tree)
{
    if (cJSON_IsNull(tree)) {
        bind_null(statement);
    } else {
        bind_taken_text(statement, tree != NULL ? cJSON_PrintUnformatted(tree) : NULL);
    }
    cJSON_Delete(tree);
}

/* NULL for what is no JSON; the statement has failed when memory ran out. */
static cJSON *read_tree(struct statement *statement)
{
    cJSON *tree = NULL;
    if (!json_read_stored(column_text(statement), &tree)) {
        statement_lacks_memory(statement);
    }
    return tree;
}

static void read_verdict(struct statement *statement, struct verdict *verdict)
{
    cJSON *const tree = read_tree(statement);
    verdict_from_json(tree, verdict);
    cJSON_Delete(tree);
}

static void read_prediction(struct statement *statement, struct prediction *prediction, bool *predicted)
{
    cJSON *const tree = read_tree(statement);
    *predicted = prediction_from_json(tree, prediction);
    cJSON_Delete(tree);
}

static enum limit_side side_of_limit(const char *name)
{
    const enum limit_side side = limit_side_from_name(name);
    return side != LIMIT_SIDE_COUNT ? side : LIMIT_SIDE_CLIENT;
}

static enum limit_scope scope_of_limit(const char *name)
{
    const enum limit_scope scope = limit_scope_from_name(name);
    return scope != LIMIT_SCOPE_COUNT ? scope : LIMIT_SCOPE_PROCESS;
}

#define BIND_U64(value) bind_u64(statement, value)
#define BIND_U64_OR_0(value) bind_u64_unless(statement, value, 0)
#define BIND_VALUE(value) bind_u64_unless(statement, value, LIMIT_UNLIMITED)
#define BIND_USED(value) bind_u64_unless(statement, value, LIMIT_UNKNOWN)
#define BIND_I64(value) bind_i64(statement, value)
#define BIND_INT(value) bind_i64(statement, value)
#define BIND_MOMENT(value) bind_u64_unless(statement, (uint64_t)(value), 0)
#define BIND_TEXT(value) bind_text(statement, value)
#define BIND_JSON(value) bind_json(statement, value)
#define BIND_VERDICT(value) bind_tree(statement, verdict_to_json(&(value)))
#define BIND_PREDICTION(value) bind_tree(statement, row->predicted ? prediction_to_json(&(value)) : cJSON_CreateNull())
#define BIND_STATUS(value) bind_text(statement, run_status_name(value))
#define BIND_PHASE(value) bind_text(statement, error_phase_name(value))
#define BIND_SIDE(value) bind_text(statement, run_side_name(value))
#define BIND_LIMIT_ID(value) bind_text(statement, limit_name(value))
#define BIND_LIMIT_SIDE(value) bind_text(statement, limit_side_name(value))
#define BIND_LIMIT_SCOPE(value) bind_text(statement, limit_scope_name(value))
#define BIND_SERVER_TEXT(value) bind_text(statement, row->server_known ? (value) : NULL)
#define BIND_SERVER_U64(value) bind_u64_unless(statement, row->server_known ? (value) : UINT64_MAX, UINT64_MAX)
#define BIND(kind, column, member) BIND_##kind(row->member);

#define READ_U64(value) (value) = column_u64(statement)
#define READ_U64_OR_0(value) (value) = column_u64(statement)
#define READ_VALUE(value) (value) = column_u64_or(statement, LIMIT_UNLIMITED)
#define READ_USED(value) (value) = column_u64_or(statement, LIMIT_UNKNOWN)
#define READ_I64(value) (value) = column_i64(statement)
#define READ_INT(value) (value) = column_int(statement)
#define READ_MOMENT(value) (value) = column_i64(statement)
#define READ_TEXT(value) column_copy(statement, value, sizeof(value))
#define READ_JSON(value) column_copy(statement, value, sizeof(value))
#define READ_VERDICT(value) read_verdict(statement, &(value))
#define READ_PREDICTION(value) read_prediction(statement, &(value), &row->predicted)
#define READ_MODE(value) (value) = run_mode_from_name(column_text(statement))
#define READ_STATUS(value) (value) = run_status_from_name(column_text(statement))
#define READ_PHASE(value) (value) = error_phase_from_name(column_text(statement))
#define READ_SIDE(value) (value) = run_side_from_name(column_text(statement))
#define READ_LIMIT_ID(value) (value) = limit_from_name(column_text(statement))
#define READ_LIMIT_SIDE(value) (value) = side_of_limit(column_text(statement))
#define READ_LIMIT_SCOPE(value) (value) = scope_of_limit(column_text(statement))
#define READ_SERVER_TEXT(value) row->server_known = !column_is_null(statement), READ_TEXT(value)
#define READ_SERVER_U64(value) READ_U64(value)
#define READ(kind, column, member) READ_##kind(row->member);

/* --- runs --- */

/* A number that cannot be 0 is NULL when it is not set. */
void row_bind_spec(struct statement *statement, const struct run_spec *row)
{
#define FIELD_CHOICE(member, name, type, ...) bind_text(statement, type##_name(row->member));
#define FIELD_UINT(member, name, least, ...) bind_u64_unless(statement, row->member, (least) > 0 ? 0 : UINT64_MAX);
#define FIELD_BOOL(member, ...) bind_u64(statement, row->member ? 1 : 0);
#define FIELD_TEXT(member, ...) bind_text(statement, row->member);
#include "loadgen/contract/run_fields.def"
}

static void read_spec(struct statement *statement, struct run_spec *row)
{
#define FIELD_CHOICE(member, name, type, ...) row->member = type##_from_name(column_text(statement));
#define FIELD_UINT(member, ...) row->member = column_u64(statement);
#define FIELD_BOOL(member, ...) row->member = column_u64(statement) != 0;
#define FIELD_TEXT(member, ...) column_copy(statement, row->member, sizeof row->member);
#include "loadgen/contract/run_fields.def"
}

void row_bind_begin(struct statement *statement, const struct run *row)
{
    RUN_BEGIN_COLUMNS(BIND)
    RUN_SERVER_COLUMNS(BIND)
}

void row_bind_end(struct statement *statement, const struct run *row)
{
    bind_text(statement, run_status_name(row->status));
    RUN_END_COLUMNS(BIND)
    RUN_SERVER_COLUMNS(BIND)
}

void row_bind_verdict(struct statement *statement, const struct verdict *row)
{
    bind_tree(statement, verdict_to_json(row));
}

bool row_read_run(struct statement *statement, struct run *row)
{
    *row = (struct run){.id = column_i64(statement)};
    row->status = run_status_from_name(column_text(statement));
    row->experiment = column_i64(statement);
    row->created_ms = column_i64(statement);
    RUN_BEGIN_COLUMNS(READ)
    RUN_END_COLUMNS(READ)
    RUN_SERVER_COLUMNS(READ)
    read_spec(statement, &row->spec);
    return statement->failed == 0;
}

/* --- its parts --- */

#define BIND_COUNTER(form, column, member, ...) bind_u64(statement, row->member);
#define READ_COUNTER(form, column, member, ...) row->member = column_u64(statement);

void row_bind_sample(struct statement *statement, const struct run_sample *row)
{
    SAMPLE_COLUMNS(BIND_COUNTER)
}

void row_read_sample(struct statement *statement, struct run_sample *row)
{
    SAMPLE_COLUMNS(READ_COUNTER)
}

void row_bind_group(struct statement *statement, const struct error_group *row)
{
    GROUP_COLUMNS(BIND)
}

void row_read_group(struct statement *statement, struct error_group *row)
{
    GROUP_COLUMNS(READ)
}

void row_bind_limit(struct statement *statement, const struct limit_value *row)
{
    LIMIT_KEY_COLUMNS(BIND)
    LIMIT_VALUE_COLUMNS(BIND)
}

bool row_read_limit(struct statement *statement, struct limit_value *row)
{
    *row = (struct limit_value){.id = LIMIT_COUNT};
    LIMIT_KEY_COLUMNS(READ)
    LIMIT_VALUE_COLUMNS(READ)
    return row->id != LIMIT_COUNT;
}

void row_bind_latency(struct statement *statement, enum latency_kind kind, const struct latency *row)
{
    bind_text(statement, latency_kind_name(kind));
    LATENCY_COLUMNS(BIND)
}

void row_read_latency(struct statement *statement, struct latency latency[LATENCY_COUNT])
{
    const char *const name = column_text(statement);
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        if (strcmp(name, latency_kind_name((enum latency_kind)kind)) == 0) {
            struct latency *const row = &latency[kind];
            LATENCY_COLUMNS(READ)
            return;
        }
    }
}

void row_bind_log(struct statement *statement, const struct run_log *row)
{
    LOG_COLUMNS(BIND)
}

void row_read_log(struct statement *statement, struct run_log *row)
{
    LOG_COLUMNS(READ)
}

/* --- traces, whose frames are JSON --- */

void row_bind_trace(struct statement *statement, const struct error_trace *row)
{
    bind_tree(statement, error_frames_to_json(row));
    TRACE_COLUMNS(BIND)
}

bool row_read_trace(struct statement *statement, struct error_trace *row)
{
    struct err damage; /* of another program; the rest is kept */
    cJSON *frames = NULL;
    const bool read = json_read_stored(column_text(statement), &frames);
    *row = (struct error_trace){0};
    error_frames_from_json(frames, row, &damage);
    cJSON_Delete(frames);
    TRACE_COLUMNS(READ)
    return read;
}

/* --- experiments --- */

void row_bind_experiment_order(struct statement *statement, const struct experiment *row)
{
    EXPERIMENT_ORDER_COLUMNS(BIND)
}

void row_bind_experiment_state(struct statement *statement, const struct experiment *row)
{
    EXPERIMENT_STATE_COLUMNS(BIND)
}

bool row_read_experiment(struct statement *statement, struct experiment *row)
{
    *row = (struct experiment){.id = column_i64(statement)};
    EXPERIMENT_ORDER_COLUMNS(READ)
    EXPERIMENT_STATE_COLUMNS(READ)
    return statement->failed == 0;
}

bool row_read_experiment_run(struct statement *statement, struct experiment_run *row)
{
    *row = (struct experiment_run){.id = column_i64(statement)};
    EXPERIMENT_RUN_COLUMNS(READ)
    return statement->failed == 0;
}
