#include "db/column_kinds.h"

#include <limits.h>

#include "base/json.h"
#include "base/json_text.h"
#include "loadgen/limits/limit_json.h"
#include "loadgen/verdict/verdict_json.h"

/* The last millisecond that ISO 8601 writes with four digits of a year. */
#define MOMENT_MS_MOST 253402300799999

int64_t column_moment(struct statement *statement)
{
    const int64_t value = column_i64(statement);
    if (value < 0 || value > MOMENT_MS_MOST) {
        column_mark_odd(statement, "not a moment between 1970 and 9999", NULL);
        return 0;
    }
    return value;
}

int column_int(struct statement *statement)
{
    const int64_t value = column_i64(statement);
    return value < INT_MIN || value > INT_MAX ? 0 : (int)value;
}

void bind_text_if_any(struct statement *statement, const char *text)
{
    bind_text(statement, text[0] != '\0' ? text : NULL);
}

void bind_tree(struct statement *statement, cJSON *tree)
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

/* --- parts of a verdict: what this version does not know is shown as not known --- */

void bind_verdict_facts(struct statement *statement, const struct verdict *verdict)
{
    bind_tree(statement, verdict->kind != VERDICT_NONE ? facts_to_json(verdict) : cJSON_CreateNull());
}

void bind_verdict_certainty(struct statement *statement, const struct verdict *verdict)
{
    bind_text(statement, verdict->kind != VERDICT_NONE ? certainty_name(verdict->certainty) : NULL);
}

/* The next column, which is one of a verdict's names; NULL for NULL. */
static const char *read_name(struct statement *statement)
{
    const bool stored = !column_is_null(statement);
    const char *const name = column_text(statement);
    return stored ? name : NULL;
}

static void mark_odd_name(struct statement *statement, const char *name, struct verdict *verdict)
{
    column_mark_odd(statement, "not known to this version", name);
    verdict->kind = VERDICT_UNKNOWN;
}

void column_verdict_kind(struct statement *statement, struct verdict *verdict)
{
    const char *const name = read_name(statement);
    const enum verdict_kind kind = name != NULL ? verdict_kind_from_name(name) : VERDICT_NONE;
    *verdict = verdict_of_kind(kind);
    if (kind == VERDICT_KIND_COUNT) {
        mark_odd_name(statement, name, verdict);
    }
}

void column_verdict_name(struct statement *statement, struct verdict *verdict)
{
    const char *const name = read_name(statement);
    if (verdict->kind != VERDICT_NONE && !verdict_set_name(verdict, name)) {
        mark_odd_name(statement, name, verdict);
        verdict->limit = LIMIT_COUNT;
        verdict->reason = REASON_COUNT;
    }
}

void column_verdict_side(struct statement *statement, struct verdict *verdict)
{
    const char *const name = read_name(statement);
    verdict->side = fact_side_from_name(name);
    if (name != NULL && verdict->side == FACT_SIDE_NONE) {
        mark_odd_name(statement, name, verdict);
    }
}

enum fact_side column_fact_side(struct statement *statement)
{
    const char *const name = read_name(statement);
    const enum fact_side side = fact_side_from_name(name);
    if (name != NULL && side == FACT_SIDE_NONE) {
        column_mark_odd(statement, "not known to this version", name);
    }
    return side;
}

void column_verdict_certainty(struct statement *statement, struct verdict *verdict)
{
    const char *const name = read_name(statement);
    const enum certainty certainty = certainty_from_name(name);
    if (verdict->kind != VERDICT_NONE && certainty == CERTAINTY_COUNT) {
        mark_odd_name(statement, name, verdict);
    }
    verdict->certainty =
        verdict->kind != VERDICT_UNKNOWN && certainty != CERTAINTY_COUNT ? certainty : CERTAINTY_UNKNOWN;
}

void column_verdict_facts(struct statement *statement, struct verdict *verdict)
{
    const bool stored = !column_is_null(statement);
    cJSON *const tree = read_tree(statement);
    if (verdict->kind == VERDICT_NONE) {
        *verdict = verdict_of_kind(VERDICT_NONE);
    } else if (stored && !facts_from_json(tree, verdict)) {
        column_mark_odd(statement, "not facts that this version knows", NULL);
    }
    cJSON_Delete(tree);
}

/* --- other kinds --- */

void column_predictions(struct statement *statement, struct predictions *predictions)
{
    const bool stored = !column_is_null(statement);
    cJSON *const tree = read_tree(statement);
    if (!predictions_from_json(tree, predictions) && stored) {
        column_mark_odd(statement, "not a prediction that this version knows", NULL);
    }
    cJSON_Delete(tree);
}

void column_object(struct statement *statement, char *text, size_t size)
{
    column_copy(statement, text, size);
    if (text[0] != '\0' && text[0] != '{') {
        column_mark_odd(statement, "not a JSON object", NULL);
    }
}

unsigned column_known(struct statement *statement, const char *name, unsigned value, unsigned count)
{
    if (value == count) {
        column_mark_odd(statement, "not known to this version", name);
    }
    return value;
}

void bind_rank_limits(struct statement *statement, const struct load_rank *rank)
{
    struct buf text = BUF_INIT;
    if (rank->limit_count == 0) {
        bind_null(statement);
        return;
    }
    json_text_open_array(&text, NULL);
    for (size_t i = 0; i < rank->limit_count; i++) {
        limit_write(&rank->limits[i], &text);
    }
    json_text_close_array(&text);
    if (text.failed) {
        buf_free(&text);
    }
    bind_taken_text(statement, text.bytes);
}

void column_rank_limits(struct statement *statement, struct load_rank *rank)
{
    struct err damage;
    cJSON *const list = read_tree(statement);
    rank->limit_count = 0;
    for (const cJSON *item = cJSON_IsArray(list) ? list->child : NULL; item != NULL; item = item->next) {
        rank->limit_count += rank->limit_count < LIMIT_COUNT &&
                             limit_from_json(&rank->limits[rank->limit_count], item, &damage) == RESULT_OK;
    }
    cJSON_Delete(list);
}
