#include "db/queries.h"

#include "db/columns.def"

#define SQL_NAME(kind, column, ...) ", " column

/* A field of a run is stored under the name of its member. */
static const char run_select[] = "SELECT id, status, experiment, created_ms" RUN_BEGIN_COLUMNS(SQL_NAME)
    RUN_END_COLUMNS(SQL_NAME) RUN_SERVER_COLUMNS(SQL_NAME)
#define FIELD(member, ...) ", " #member
#include "loadgen/contract/run_fields.def"
        " FROM runs WHERE id = ?";

static const char run_insert[] = "INSERT INTO runs (status, experiment, created_ms, not_started"
#define FIELD(member, ...) ", " #member
#include "loadgen/contract/run_fields.def"
                                 ") VALUES ('queued', ?, ?, ?"
#define FIELD(...) ", ?"
#include "loadgen/contract/run_fields.def"
                                 ")";

enum query_user { QUERY_USER_ANY, QUERY_USER_WRITER };

static const struct {
    enum query_user user;
    const char *text;
} queries[QUERY_COUNT] = {
#define QUERY(NAME, who, sql) [QUERY_##NAME] = {QUERY_USER_##who, sql},
#include "db/queries.def"
#undef QUERY
};

const char *query_text(enum query query)
{
    return queries[query].text;
}

bool query_writes(enum query query)
{
    return queries[query].user == QUERY_USER_WRITER;
}
