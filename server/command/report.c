/* koneksi report: experiments and runs of a database, as text or JSON. The report to print, with its charts, is made by
 * the browser (static/report.html). */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "db/store.h"
#include "db/store_parts.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/verdict/sentence.h"
#include "loadgen/verdict/words.h"
#include "server/command/invocation.h"
#include "server/command/outcome.h"
#include "server/command/print.h"
#include "server/lab/experiment/experiment_kind.h"

struct limit_rows {
    struct buf *text;
    enum language language;
};

static bool add_limit(const struct run_limit *row, void *arg)
{
    const struct limit_rows *const rows = arg;
    const enum language language = rows->language;
    char cells[3][FIGURE_SIZE];
    buf_printf(rows->text, "%-40s %-7s %14s %14s %14s\n", limit_name_in(row->limit.id, language),
               sentence_side(row->limit.side == LIMIT_SIDE_CLIENT ? FACT_SIDE_CLIENT : FACT_SIDE_SERVER, language),
               print_figure(row->limit.value, language, cells[0]), print_figure(row->limit.used, language, cells[1]),
               print_figure(row->used_at_peak, language, cells[2]));
    return !rows->text->failed;
}

static enum result add_limits(struct store *store, int64_t id, enum language language, struct buf *text,
                              struct err *err)
{
    struct limit_rows rows = {.text = text, .language = language};
    buf_printf(text, "\n%-40s %-7s %14s %14s %14s\n", word_of(WORD_COLUMN_LIMIT, language),
               word_of(WORD_COLUMN_SIDE, language), word_of(WORD_COLUMN_VALUE, language),
               word_of(WORD_COLUMN_USED_BEFORE, language), word_of(WORD_COLUMN_MOST_USED, language));
    return store_limits_each(store, id, add_limit, &rows, err);
}

static const char *status_word(enum run_status status, enum language language)
{
    static const enum word words[] = {
#define RUN_STATUS(NAME, ...) [RUN_STATUS_##NAME] = WORD_STATUS_##NAME,
#include "db/run_statuses.def"
#undef RUN_STATUS
    };
    return word_of(words[status], language);
}

/* An experiment goes on when a panel opens the database; until then nothing of it is running. */
static enum run_status shown_status(enum run_status status)
{
    return status == RUN_STATUS_RUNNING ? RUN_STATUS_INTERRUPTED : status;
}

/* What is made of all that was asked for: of one its object alone, of several a list of either kind. */
struct report {
    const struct invocation *invocation;
    struct store *store;
    struct buf text;
    cJSON *json;
};

static bool is_one(const struct invocation *invocation)
{
    return invocation->runs.count + invocation->experiments.count == 1;
}

static const char *kind_word(const char *name, enum language language)
{
    static const enum word words[] = {
#define KIND(NAME, ...) [EXPERIMENT_##NAME] = WORD_KIND_##NAME,
#include "server/lab/experiment/experiment_kinds.def"
#undef KIND
    };
    const enum experiment_kind kind = experiment_kind_from_name(name);
    return kind < EXPERIMENT_KIND_COUNT ? word_of(words[kind], language) : name;
}

/* What it was, of which server, where and when: a database may have experiments of several hosts. */
static void add_about(const cJSON *experiment, enum language language, struct buf *text)
{
    const cJSON *const asked = cJSON_GetObjectItemCaseSensitive(experiment, "asked");
    const char *const target = json_text_of(asked, "target");
    const char *const host = json_text_of(cJSON_GetObjectItemCaseSensitive(experiment, "host"), "name");
    const char *const started = json_text_of(experiment, "started_at");
    const bool builtin = target == NULL || strcmp(target, RUN_TARGET_BUILTIN) == 0;
    const char *const exchange = json_text_of(asked, "exchange");
    word_append(text, WORD_EXPERIMENT_ABOUT, language,
                WORD_VALUES(kind_word(json_text_of(experiment, "kind"), language),
                            builtin ? word_of(WORD_BUILTIN_SERVER, language) : target,
                            exchange != NULL ? exchange : "-", host != NULL ? host : "-",
                            started != NULL ? started : "-"));
    buf_text(text, "\n");
}

static enum result add_text(struct report *report, bool is_run, int64_t id, const struct outcome *outcome,
                            struct err *err)
{
    struct buf *const text = &report->text;
    const enum language language = report->invocation->language;
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, id);
    buf_text(text, text->length > 0 ? "\n\n" : "");
    const char *const why =
        run_status_is_over(outcome->status) ? outcome->message : word_of(WORD_WAITS_FOR_PANEL, language);
    word_append(text, is_run ? WORD_RUN_OF_STATUS : WORD_EXPERIMENT_OF_STATUS, language,
                WORD_VALUES(number, status_word(shown_status(outcome->status), language)));
    buf_printf(text, "%s%s\n", why[0] != '\0' ? ": " : "", why);
    if (!is_run) {
        add_about(outcome->json, language, text);
    }
    buf_text(text, "\n");
    buf_append(text, outcome->text.bytes, outcome->text.length);
    text->failed = text->failed || outcome->text.failed;
    return is_run ? add_limits(report->store, id, language, text, err) : RESULT_OK;
}

/* Takes the object of the outcome. */
static enum result add_json(struct report *report, const char *list, struct outcome *outcome, struct err *err)
{
    cJSON *const json = outcome->json;
    const char *const status = run_status_name(shown_status(outcome->status));
    outcome->json = NULL;
    if (cJSON_SetValuestring(cJSON_GetObjectItemCaseSensitive(json, "status"), status) == NULL) {
        cJSON_Delete(json);
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    if (is_one(report->invocation)) {
        report->json = json;
        return RESULT_OK;
    }
    return json_append(cJSON_GetObjectItemCaseSensitive(report->json, list), json)
               ? RESULT_OK
               : err_set(err, RESULT_NO_MEMORY, "out of memory");
}

static enum result add_all(struct report *report, bool is_run, const struct stored_ids *ids, struct err *err)
{
    const struct task *const task = is_run ? &task_run : &task_experiment;
    enum result result = RESULT_OK;
    for (size_t i = 0; result == RESULT_OK && i < ids->count; i++) {
        struct outcome outcome = {.text = BUF_INIT};
        const int64_t id = (int64_t)ids->ids[i];
        result = task->collect(report->store, id, report->invocation->language, &outcome, err);
        if (result == RESULT_OK) {
            result = report->invocation->json ? add_json(report, is_run ? "runs" : "experiments", &outcome, err)
                                              : add_text(report, is_run, id, &outcome, err);
        }
        outcome_free(&outcome);
    }
    return result;
}

static enum result begin_json(struct report *report, struct err *err)
{
    if (!report->invocation->json || is_one(report->invocation)) {
        return RESULT_OK;
    }
    report->json = cJSON_CreateObject();
    return cJSON_AddArrayToObject(report->json, "experiments") != NULL &&
                   cJSON_AddArrayToObject(report->json, "runs") != NULL
               ? RESULT_OK
               : err_set(err, RESULT_NO_MEMORY, "out of memory");
}

static enum result print(const struct invocation *invocation, struct store *store, struct err *err)
{
    struct report report = {.invocation = invocation, .store = store, .text = BUF_INIT};
    enum result result = begin_json(&report, err);
    if (result == RESULT_OK) {
        result = add_all(&report, false, &invocation->experiments, err);
    }
    if (result == RESULT_OK) {
        result = add_all(&report, true, &invocation->runs, err);
    }
    if (result == RESULT_OK) {
        result = invocation->json ? print_json(report.json, err) : print_text(&report.text, err);
    }
    cJSON_Delete(report.json);
    buf_free(&report.text);
    return result;
}

/* A database that is missing would be made. Whoever has it open is alone with it, so that no run is under way. */
static enum result open_store(const char *path, struct store **store, struct err *err)
{
    size_t interrupted = 0;
    if (access(path, F_OK) != 0) {
        return err_system(err, errno, "%.200s", path);
    }
    return store_open(path, store, err) == RESULT_OK ? store_recover(*store, clock_utc_ms(), &interrupted, err)
                                                     : err->code;
}

int command_report(const struct command *command, int count, char **words)
{
    static struct invocation invocation; /* it is not small, and the stack may be: ulimit -s 64 */
    struct store *store = NULL;
    struct err err;
    int status = STATUS_ALL_WELL;
    if (!invocation_read(&invocation, command, count, words, &status)) {
        return status;
    }
    if (open_store(invocation.db, &store, &err) != RESULT_OK || print(&invocation, store, &err) != RESULT_OK) {
        fprintf(stderr, "koneksi report: %s\n", err.message);
        status = STATUS_NOT_MEASURED;
    }
    if (store != NULL) {
        store_close(store);
    }
    invocation_free(&invocation);
    return status;
}
