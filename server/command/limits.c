/* koneksi limits: the limits of this environment, and where a run of each mode would stop. */
#include "server/command/print.h"
#include "server/command/session.h"
#include "server/lab/json/limits_json.h"

static void add_limits(const struct limit_snapshot *snapshot, struct buf *text)
{
    buf_printf(text, "%-40s %-7s %14s %14s  %s\n", "limit", "side", "value", "used", "unit");
    for (size_t i = 0; i < snapshot->count; i++) {
        const struct limit_value *const limit = &snapshot->values[i];
        char value[FIGURE_SIZE];
        char used[FIGURE_SIZE];
        buf_printf(text, "%-40s %-7s %14s %14s  %s\n", limit_name(limit->id), limit_side_name(limit->side),
                   print_figure(limit->value, value), print_figure(limit->used, used),
                   limit_unit(limit->id, LANGUAGE_ENGLISH));
    }
}

/* As many as the limit carries, whatever the count; the sentence is about the count. */
static void add_predictions(struct limit_snapshot *snapshot, struct buf *text)
{
    buf_printf(text, "\n%-8s %14s  %s\n", "mode", "most at once", "stopped by");
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        struct prediction prediction;
        char number[FIGURE_SIZE];
        snapshot->spec.mode = mode;
        predict(&snapshot->run, snapshot->values, snapshot->count, &prediction);
        const struct predict_ceiling *const least = &prediction.ceilings[0];
        if (prediction.count == 0) {
            buf_printf(text, "%-8s %14s  no limit\n", run_mode_name(mode), "-");
        } else {
            buf_printf(text, "%-8s %14s  %s%s\n", run_mode_name(mode), figure_number(least->clients, number),
                       predict_ceiling_name(least), predict_ceiling_whose(least));
        }
        buf_printf(text, "%-8s %s\n", "", prediction.sentence);
        const char *const unavailable = run_mode_unavailable(mode, NULL);
        if (unavailable != NULL) {
            buf_printf(text, "%-8s not available: io_uring: %s\n", "", unavailable);
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
    add_limits(&snapshot, &text);
    add_predictions(&snapshot, &text);
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
