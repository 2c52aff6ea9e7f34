/* koneksi limits: the limits of this environment, and where a run of each mode would stop. */
#include "loadgen/verdict/sentence.h"
#include "loadgen/verdict/words.h"
#include "server/command/print.h"
#include "server/command/session.h"
#include "server/lab/json/limits_json.h"

static void add_limits(const struct limit_snapshot *snapshot, enum language language, struct buf *text)
{
    buf_printf(text, "%-40s %-7s %14s %14s  %s\n", word_of(WORD_COLUMN_LIMIT, language),
               word_of(WORD_COLUMN_SIDE, language), word_of(WORD_COLUMN_VALUE, language),
               word_of(WORD_COLUMN_USED, language), word_of(WORD_COLUMN_UNIT, language));
    for (size_t i = 0; i < snapshot->count; i++) {
        const struct limit_value *const limit = &snapshot->values[i];
        char value[FIGURE_SIZE];
        char used[FIGURE_SIZE];
        buf_printf(text, "%-40s %-7s %14s %14s  %s\n", limit_name_in(limit->id, language),
                   sentence_side((enum fact_side)limit->side, language), print_figure(limit->value, language, value),
                   print_figure(limit->used, language, used), limit_unit(limit->id, language));
    }
}

/* As many as the limit carries, whatever the count; the sentence is about the count. */
static void add_predictions(struct limit_snapshot *snapshot, enum language language, struct buf *text)
{
    buf_printf(text, "\n%-8s %14s  %s\n", word_of(WORD_COLUMN_MODE, language),
               word_of(WORD_COLUMN_MOST_ALIVE, language), word_of(WORD_COLUMN_STOPPED_BY, language));
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        struct prediction prediction;
        char number[FIGURE_SIZE];
        char sentence[PREDICT_SENTENCE_SIZE];
        snapshot->spec.mode = mode;
        predict(&snapshot->run, snapshot->values, snapshot->count, &prediction);
        predict_describe(&snapshot->run, &prediction, language, sentence);
        const struct predict_ceiling *const least = &prediction.ceilings[0];
        if (prediction.count == 0) {
            buf_printf(text, "%-8s %14s  %s\n", run_mode_name(mode), "-", word_of(WORD_NO_LIMIT, language));
        } else {
            buf_printf(text, "%-8s %14s  %s%s\n", run_mode_name(mode), word_number(least->clients, language, number),
                       predict_ceiling_name_in(least, language), predict_ceiling_whose(least, language));
        }
        buf_printf(text, "%-8s %s\n", "", sentence);
        const char *const unavailable = run_mode_unavailable(mode, language, NULL);
        if (unavailable != NULL) {
            buf_printf(text, "%-8s ", "");
            word_append(text, WORD_NOT_AVAILABLE, language, WORD_VALUES(unavailable));
            buf_printf(text, "\n");
        }
    }
}

static enum result show(const struct invocation *invocation, const struct limit_sides *sides, struct err *err)
{
    static const struct what_if as_it_is;
    static struct limit_snapshot snapshot;
    struct run_spec spec = invocation->plan.spec;
    spec.count = spec.count != 0 ? spec.count : LIMITS_COUNT;
    if (limit_snapshot_take(sides, TIME_MODEL_COUNT, &spec, &snapshot, err) != RESULT_OK) {
        return err->code;
    }
    if (invocation->json) {
        cJSON *const json = limits_to_json(&as_it_is, &snapshot);
        const enum result result =
            json != NULL ? print_json(json, err) : err_set(err, RESULT_NO_MEMORY, "out of memory");
        cJSON_Delete(json);
        return result;
    }
    struct buf text = BUF_INIT;
    add_limits(&snapshot, invocation->language, &text);
    add_predictions(&snapshot, invocation->language, &text);
    const enum result result = print_text(&text, err);
    buf_free(&text);
    return result;
}

int command_limits(const struct command *command, int count, char **words)
{
    static struct session session; /* neither is small, and the stack may be */
    static struct invocation invocation;
    struct err err;
    int status = STATUS_ALL_WELL;
    if (!invocation_read(&invocation, command, count, words, &status)) {
        return status;
    }
    /* What a run would find: the whole lab, which takes its part of the limits. */
    if (session_begin(&session, &invocation, &err) != RESULT_OK ||
        show(&invocation, &(struct limit_sides){session.lab.time, invocation.panel.hostfile != NULL}, &err) !=
            RESULT_OK) {
        process_say(&err);
        status = STATUS_NOT_MEASURED;
    }
    session_end(&session);
    invocation_free(&invocation);
    return status;
}
