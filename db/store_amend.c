#include "db/store_amend.h"

#include <stdlib.h>

#include "db/session.h"
#include "loadgen/verdict/verdict_json.h"

struct amendment {
    int64_t id;
    const char *text;
};

static enum result put(struct db_connection *writer, enum query query, const struct amendment *amendment,
                       const char *doing, size_t *changed, struct err *err)
{
    struct statement change = db_connection_statement(writer, query);
    bind_text(&change, amendment->text);
    bind_i64(&change, amendment->id);
    const enum result result = statement_run(&change, doing, err);
    *changed = db_connection_changes(writer);
    return result;
}

static enum result put_verdict(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct amendment *const amendment = arg;
    size_t changed = 0;
    const enum result result = put(writer, QUERY_RUN_LIMIT_PUT, amendment, "storing what a proof found", &changed, err);
    if (result == RESULT_OK && changed == 0) {
        return err_set(err, RESULT_NOT_FOUND, "there is no run %lld", (long long)amendment->id);
    }
    return result;
}

enum result store_run_verdict_put(struct store *store, int64_t id, const struct verdict *verdict, struct err *err)
{
    cJSON *const tree = verdict_to_json(verdict);
    char *const text = tree != NULL ? cJSON_PrintUnformatted(tree) : NULL;
    cJSON_Delete(tree);
    if (text == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "storing what a proof found: out of memory");
    }
    const struct amendment amendment = {id, text};
    const enum result result = store_write(store, "storing what a proof found", put_verdict, &amendment, err);
    free(text);
    return result;
}

/* The statement does not change a running run; only when nothing changed, the reason is looked up. */
static enum result put_label(struct db_connection *writer, const void *arg, struct err *err)
{
    const struct amendment *const amendment = arg;
    size_t changed = 0;
    bool row = false;
    enum result result = put(writer, QUERY_RUN_LABEL_PUT, amendment, "storing a label", &changed, err);
    if (result != RESULT_OK || changed > 0) {
        return result;
    }
    struct statement select = db_connection_statement(writer, QUERY_RUN_STATUS);
    bind_i64(&select, amendment->id);
    result = statement_step(&select, "reading a run", &row, err);
    statement_done(&select);
    if (result != RESULT_OK) {
        return result;
    }
    return row ? err_set(err, RESULT_CONFLICT, "run %lld is running: it can be renamed when it is over",
                         (long long)amendment->id)
               : err_set(err, RESULT_NOT_FOUND, "there is no run %lld", (long long)amendment->id);
}

enum result store_run_label_put(struct store *store, int64_t id, const char *label, struct err *err)
{
    const struct amendment amendment = {id, label};
    return store_write(store, "storing a label", put_label, &amendment, err);
}
