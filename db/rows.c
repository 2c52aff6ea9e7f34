#include "db/rows.h"

#include <string.h>

#include "base/json.h"
#include "base/table.h"
#include "base/utf8.h"
#include "db/column_kinds.h"
#include "db/columns.def"
#include "loadgen/verdict/verdict_json.h"

/* --- kinds of columns: see columns.def --- */

/* Evaluates the name once: reading it moves on to the next column. */
#define READ_NAME(value, from_name, count)                                                                             \
    do {                                                                                                               \
        const char *const stored_name = column_text(statement);                                                        \
        (value) = column_known(statement, stored_name, from_name(stored_name), count);                                 \
    } while (0)

#define BIND_U64(value) bind_u64(statement, value)
#define BIND_U64_OR_0(value) bind_u64_unless(statement, value, 0)
#define BIND_VALUE(value) bind_u64_unless(statement, value, LIMIT_UNLIMITED)
#define BIND_USED(value) bind_u64_unless(statement, value, LIMIT_UNKNOWN)
#define BIND_CREATED(value) bind_i64(statement, value)
#define BIND_INT(value) bind_i64(statement, value)
#define BIND_I64(value) bind_i64(statement, value)
#define BIND_LOAD_END(value) bind_text(statement, load_end_name(value))
#define BIND_RANK_LIMITS(value) bind_rank_limits(statement, row)
#define BIND_MOMENT(value) bind_u64_unless(statement, (uint64_t)(value), 0)
#define BIND_TEXT(value) bind_text(statement, value)
#define BIND_TEXT_OR_NULL(value) bind_text_if_any(statement, value)
#define BIND_JSON(value) bind_text_if_any(statement, value)
#define BIND_VERDICT_KIND(value) bind_text(statement, verdict_kind_name((value).kind))
#define BIND_VERDICT_NAME(value) bind_text(statement, verdict_name(&(value)))
#define BIND_VERDICT_SIDE(value) bind_text(statement, fact_side_name((value).side))
#define BIND_VERDICT_CERTAINTY(value) bind_verdict_certainty(statement, &(value))
#define BIND_VERDICT_FACTS(value) bind_verdict_facts(statement, &(value))
#define BIND_PREDICTIONS(value) bind_tree(statement, predictions_to_json(&(value)))
#define BIND_STATUS(value) bind_text(statement, run_status_name(value))
#define BIND_PHASE(value) bind_text(statement, error_phase_name(value))
#define BIND_SIDE(value) bind_text(statement, run_side_name(value))
#define BIND_FACT_SIDE(value) bind_text(statement, fact_side_name(value))
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
#define READ_CREATED(value) (value) = column_moment(statement)
#define READ_INT(value) (value) = column_int(statement)
#define READ_I64(value) (value) = column_i64(statement)
#define READ_LOAD_END(value) READ_NAME(value, load_end_from_name, LOAD_END_COUNT)
#define READ_RANK_LIMITS(value) column_rank_limits(statement, row)
#define READ_MOMENT(value) (value) = column_moment(statement)
#define READ_TEXT(value) column_copy(statement, value, sizeof(value))
#define READ_TEXT_OR_NULL READ_TEXT
#define READ_JSON(value) column_object(statement, value, sizeof(value))
#define READ_VERDICT_KIND(value) column_verdict_kind(statement, &(value))
#define READ_VERDICT_NAME(value) column_verdict_name(statement, &(value))
#define READ_VERDICT_SIDE(value) column_verdict_side(statement, &(value))
#define READ_VERDICT_CERTAINTY(value) column_verdict_certainty(statement, &(value))
#define READ_VERDICT_FACTS(value) column_verdict_facts(statement, &(value))
#define READ_PREDICTIONS(value) column_predictions(statement, &(value))
#define READ_MODE(value) READ_NAME(value, run_mode_from_name, MODE_COUNT)
#define READ_STATUS(value) READ_NAME(value, run_status_from_name, RUN_STATUS_COUNT)
#define READ_PHASE(value) READ_NAME(value, error_phase_from_name, PHASE_COUNT)
#define READ_SIDE(value) READ_NAME(value, run_side_from_name, RUN_SIDE_COUNT)
#define READ_FACT_SIDE(value) (value) = column_fact_side(statement)
#define READ_LIMIT_ID(value) READ_NAME(value, limit_from_name, LIMIT_COUNT)
#define READ_LIMIT_SIDE(value) READ_NAME(value, limit_side_from_name, LIMIT_SIDE_COUNT)
#define READ_LIMIT_SCOPE(value) READ_NAME(value, limit_scope_from_name, LIMIT_SCOPE_COUNT)
#define READ_SERVER_TEXT(value) row->server_known = !column_is_null(statement), READ_TEXT(value)
#define READ_SERVER_U64(value) READ_U64(value)
#define READ(kind, column, member) READ_##kind(row->member);

/* Puts what is odd about the row before `message`, which is cut at its end. */
static void prefix_odd(const struct statement *statement, char *message, size_t size)
{
    if (statement->odd[0] != '\0') {
        char both[512 + STATEMENT_ODD_SIZE];
        snprintf(both, sizeof both, "stored value not as expected: %s%s%s", statement->odd,
                 message[0] != '\0' ? "; " : "", message);
        utf8_copy(message, size, both);
    }
}

/* --- runs --- */

/* A number that cannot be 0 is NULL when it is not set. */
void row_bind_spec(struct statement *statement, const struct run_spec *row)
{
#define FIELD_CHOICE(member, name, type, ...) bind_text(statement, type##_name(row->member));
#define FIELD_UINT(member, name, least, ...) bind_u64_unless(statement, row->member, (least) > 0 ? 0 : UINT64_MAX);
#define FIELD_BOOL(member, ...) bind_u64(statement, row->member ? 1 : 0);
#define FIELD_TEXT(member, ...) bind_text(statement, row->member);
#define FIELD_BYTES FIELD_TEXT
#include "loadgen/contract/run_fields.def"
}

static void read_spec(struct statement *statement, struct run_spec *row)
{
#define FIELD_CHOICE(member, name, type, ...) READ_NAME(row->member, type##_from_name, COUNT_OF(type##_names));
#define FIELD_UINT(member, ...) row->member = column_u64(statement);
#define FIELD_BOOL(member, ...) row->member = column_u64(statement) != 0;
#define FIELD_TEXT(member, ...) column_copy(statement, row->member, sizeof row->member);
#define FIELD_BYTES FIELD_TEXT
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

void row_bind_verdict(struct statement *statement, const struct run *row)
{
    RUN_VERDICT_COLUMNS(BIND)
}

bool row_read_run(struct statement *statement, struct run *row)
{
    *row = (struct run){.id = column_i64(statement)};
    READ_STATUS(row->status);
    row->experiment = (int64_t)column_u64(statement);
    READ_CREATED(row->created_ms);
    RUN_BEGIN_COLUMNS(READ)
    RUN_END_COLUMNS(READ)
    RUN_SERVER_COLUMNS(READ)
    read_spec(statement, &row->spec);
    prefix_odd(statement, row->message, sizeof row->message);
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
    prefix_odd(statement, row->message, sizeof row->message);
}

void row_bind_limit(struct statement *statement, const struct run_limit *row)
{
    LIMIT_KEY_COLUMNS(BIND)
    LIMIT_VALUE_COLUMNS(BIND)
}

void row_read_limit(struct statement *statement, struct run_limit *row)
{
    *row = (struct run_limit){.limit.id = LIMIT_COUNT};
    LIMIT_KEY_COLUMNS(READ)
    LIMIT_VALUE_COLUMNS(READ)
    prefix_odd(statement, row->limit.source, sizeof row->limit.source);
}

void row_bind_rank(struct statement *statement, const struct load_rank *row)
{
    RANK_COLUMNS(BIND)
}

bool row_read_rank(struct statement *statement, struct load_rank *row)
{
    *row = (struct load_rank){0};
    RANK_COLUMNS(READ)
    return statement->failed == 0;
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
    prefix_odd(statement, row->text, sizeof row->text);
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
    prefix_odd(statement, row->message, sizeof row->message);
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
    prefix_odd(statement, row->message, sizeof row->message);
    return statement->failed == 0;
}

bool row_read_experiment_run(struct statement *statement, struct experiment_run *row)
{
    *row = (struct experiment_run){.id = column_i64(statement)};
    EXPERIMENT_RUN_COLUMNS(READ)
    return statement->failed == 0;
}
