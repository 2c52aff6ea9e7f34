#include "db/statement.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "db/sqlite_handle.h"

void statement_done(struct statement *statement)
{
    (void)sqlite3_reset(statement->handle);
    (void)sqlite3_clear_bindings(statement->handle);
}

static void note(struct statement *statement, int code)
{
    if (statement->failed == SQLITE_OK) {
        statement->failed = code;
    }
}

size_t statement_parameters(const struct statement *statement)
{
    return (size_t)sqlite3_bind_parameter_count(statement->handle);
}

void bind_name(struct statement *statement, const char *name)
{
    statement->parameter = sqlite3_bind_parameter_index(statement->handle, name) - 1;
}

void statement_lacks_memory(struct statement *statement)
{
    note(statement, SQLITE_NOMEM);
}

void bind_i64(struct statement *statement, int64_t value)
{
    note(statement, sqlite3_bind_int64(statement->handle, ++statement->parameter, value));
}

void bind_u64(struct statement *statement, uint64_t value)
{
    bind_i64(statement, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void bind_u64_unless(struct statement *statement, uint64_t value, uint64_t null)
{
    if (value == null) {
        bind_null(statement);
    } else {
        bind_u64(statement, value);
    }
}

void bind_text(struct statement *statement, const char *text)
{
    note(statement, sqlite3_bind_text(statement->handle, ++statement->parameter, text, -1, SQLITE_STATIC));
}

void bind_taken_text(struct statement *statement, char *text)
{
    const int code = sqlite3_bind_text(statement->handle, ++statement->parameter, text, -1, free);
    note(statement, text == NULL ? SQLITE_NOMEM : code);
}

void bind_null(struct statement *statement)
{
    note(statement, sqlite3_bind_null(statement->handle, ++statement->parameter));
}

void bind_real(struct statement *statement, double value)
{
    note(statement, sqlite3_bind_double(statement->handle, ++statement->parameter, value));
}

void bind_column(struct statement *statement, struct statement *row)
{
    const sqlite3_value *const value = sqlite3_column_value(row->handle, row->column++);
    note(statement, sqlite3_bind_value(statement->handle, ++statement->parameter, value));
}

void column_mark_odd(struct statement *statement, const char *why, const char *text)
{
    if (statement->odd[0] != '\0') {
        return;
    }
    char line[2 * STATEMENT_ODD_SIZE];
    snprintf(line, sizeof line, "%s: %s%s%.60s%s", sqlite3_column_name(statement->handle, statement->column - 1), why,
             text != NULL ? ": \"" : "", text != NULL ? text : "", text != NULL ? "\"" : "");
    utf8_copy(statement->odd, sizeof statement->odd, line);
}

int64_t column_i64(struct statement *statement)
{
    const int column = statement->column++;
    const int type = sqlite3_column_type(statement->handle, column);
    if (type != SQLITE_INTEGER && type != SQLITE_NULL) {
        column_mark_odd(statement, "not a whole number", NULL);
    }
    return sqlite3_column_int64(statement->handle, column);
}

uint64_t column_u64(struct statement *statement)
{
    const int64_t value = column_i64(statement);
    if (value < 0) {
        column_mark_odd(statement, "negative", NULL);
    }
    return value < 0 ? 0 : (uint64_t)value;
}

uint64_t column_u64_or(struct statement *statement, uint64_t null)
{
    const bool is_null = column_is_null(statement);
    const uint64_t value = column_u64(statement);
    return is_null ? null : value;
}

const char *column_text(struct statement *statement)
{
    const int column = statement->column++;
    const int type = sqlite3_column_type(statement->handle, column);
    const char *const text = (const char *)sqlite3_column_text(statement->handle, column);
    if (type != SQLITE_TEXT && type != SQLITE_NULL) {
        column_mark_odd(statement, "not a text", NULL);
    } else if (text != NULL && strlen(text) != (size_t)sqlite3_column_bytes(statement->handle, column)) {
        column_mark_odd(statement, "a NUL within the text", NULL);
    }
    return text != NULL ? text : "";
}

void column_copy(struct statement *statement, char *text, size_t size)
{
    const char *const stored = column_text(statement);
    utf8_copy(text, size, stored);
    if (strcmp(text, stored) != 0) {
        column_mark_odd(statement, strlen(stored) >= size ? "longer than this version reads" : "not UTF-8", NULL);
    }
}

bool column_is_null(const struct statement *statement)
{
    return sqlite3_column_type(statement->handle, statement->column) == SQLITE_NULL;
}

double column_real(struct statement *statement)
{
    return sqlite3_column_double(statement->handle, statement->column++);
}

enum column_type column_type(const struct statement *statement)
{
    switch (sqlite3_column_type(statement->handle, statement->column)) {
    case SQLITE_INTEGER:
        return COLUMN_INTEGER;
    case SQLITE_FLOAT:
        return COLUMN_REAL;
    case SQLITE_TEXT:
        return COLUMN_TEXT;
    case SQLITE_BLOB:
        return COLUMN_BLOB;
    default:
        return COLUMN_NULL;
    }
}

enum result statement_step(struct statement *statement, const char *doing, bool *row, struct err *err)
{
    *row = false;
    sqlite3 *db = sqlite3_db_handle(statement->handle);
    if (statement->failed != SQLITE_OK) {
        return err_set(err, RESULT_STORE, "%s: %s (SQLite %d)", doing, sqlite3_errstr(statement->failed),
                       statement->failed);
    }
    const int code = sqlite3_step(statement->handle);
    statement->column = 0;
    statement->odd[0] = '\0';
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        return RESULT_OK;
    }
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY) {
        return err_set(err, RESULT_NOT_FOUND, "%s: there is no such run", doing);
    }
    return sqlite_error(db, doing, err);
}

enum result statement_run(struct statement *statement, const char *doing, struct err *err)
{
    bool row = false;
    const enum result result = statement_step(statement, doing, &row, err);
    statement_done(statement);
    return result;
}

enum result statement_each(struct statement *statement, const char *doing,
                           bool (*each)(struct statement *row, void *arg), void *arg, struct err *err)
{
    bool row = false;
    enum result result = statement_step(statement, doing, &row, err);
    while (row && each(statement, arg)) {
        result = statement_step(statement, doing, &row, err);
    }
    statement_done(statement);
    return result;
}
