#include "loadgen/verdict/verdict_write.h"

#include "loadgen/contract/run_rlimits.h"
#include "loadgen/limits/limit_write.h"
#include "loadgen/verdict/queue_raise.h"

static void write_subject(const struct json_writer *writer, const struct fact *fact, const char *text)
{
    const int error_number = fact->about.error.error_number;
    switch (fact_subject(fact->kind)) {
    case FACT_ABOUT_ERROR:
        json_put_text(writer, "phase", error_phase_name(fact->about.error.phase));
        json_put_text(writer, "call", client_call_name(fact->about.error.call));
        json_put_text(writer, "errno", error_number != 0 ? err_errno_name(error_number) : NULL);
        break;
    case FACT_ABOUT_LIMIT:
        json_put_text(writer, "limit", limit_name(fact->about.limit.id));
        json_put_text(writer, "side", limit_side_name(fact->about.limit.side));
        break;
    case FACT_ABOUT_COUNTER:
        json_put_text(writer, "counter", counter_name(fact->about.counter));
        break;
    case FACT_ABOUT_SIDE:
        json_put_text(writer, "side", fact_side_name(fact->about.side));
        break;
    case FACT_ABOUT_TEXT:
        json_put_text(writer, "text", text);
        break;
    case FACT_ABOUT_REFUSAL:
        json_put_text(writer, "refusal", uring_refusal_name(fact->about.refusal));
        break;
    case FACT_ABOUT_NONE:
        break;
    }
}

static void write_fact(const struct json_writer *writer, const struct fact *fact, const char *text)
{
    json_open_object(writer, NULL);
    json_put_text(writer, "fact", fact_name(fact->kind));
    write_subject(writer, fact, text);
    for (size_t i = 0; fact_number_name(fact->kind, i) != NULL; i++) {
        if (fact->numbers[i] != FACT_UNKNOWN && fact->numbers[i] != LIMIT_UNLIMITED) {
            json_put_uint(writer, fact_number_name(fact->kind, i), fact->numbers[i]);
        }
    }
    json_close_object(writer);
}

void facts_write(const struct json_writer *writer, const char *name, const struct verdict *verdict)
{
    json_open_array(writer, name);
    for (size_t i = 0; i < verdict->fact_count; i++) {
        write_fact(writer, &verdict->facts[i], verdict->text);
    }
    json_close_array(writer);
}

typedef void append_words(const struct verdict *verdict, enum language language, struct buf *text);

/* null where there are none. False: out of memory. */
static bool write_words(const struct json_writer *writer, const char *name, append_words *append,
                        const struct verdict *verdict, enum language language)
{
    struct buf text = BUF_INIT;
    append(verdict, language, &text);
    const bool written = !text.failed;
    json_put_text(writer, name, text.length > 0 ? text.bytes : NULL);
    buf_free(&text);
    return written;
}

/* How it is raised, by a command. A limit that the run set itself is raised by the run. */
static void write_ways(const struct json_writer *writer, const struct verdict *verdict)
{
    const bool by_run = verdict_fact(verdict, FACT_SET_BY_RUN) != NULL;
    const struct run_rlimit *const row = by_run ? run_rlimit_find(verdict->limit) : NULL;
    if (verdict->kind == VERDICT_LIMIT) {
        enum limit_id limits[QUEUE_RAISES_MOST];
        const size_t count = queue_raise_limits(verdict, limits);
        limit_write_ways(writer, limits, count, row != NULL ? row->field->name : NULL);
    } else {
        json_put_null(writer, "raise_by");
    }
}

bool verdict_write(const struct json_writer *writer, const char *name, const struct verdict *verdict,
                   enum language language)
{
    if (verdict->kind == VERDICT_NONE) {
        json_put_null(writer, name);
        return true;
    }
    const bool is_limit = verdict->kind == VERDICT_LIMIT;
    json_open_object(writer, name);
    json_put_text(writer, "kind", verdict_kind_name(verdict->kind));
    json_put_text(writer, "name", verdict_name(verdict));
    json_put_text(writer, "side", fact_side_name(verdict->side));
    limit_write_number(writer, "value", verdict->value);
    limit_write_number(writer, "reached", verdict->reached);
    json_put_text(writer, "certainty", certainty_name(verdict->certainty));
    bool written = write_words(writer, "sentence", sentence_append, verdict, language);
    facts_write(writer, "facts", verdict);
    json_put_text(writer, "unit", is_limit ? limit_unit(verdict->limit, language) : NULL);
    written = write_words(writer, "raise", sentence_append_raise, verdict, language) && written;
    write_ways(writer, verdict);
    limit_write_number(writer, "needed", verdict->needed);
    if (verdict->host[0] != '\0') {
        json_put_text(writer, "host", verdict->host);
    }
    if (verdict->host[0] != '\0' || verdict->of_rank) {
        json_put_uint(writer, "rank", verdict->rank);
    }
    json_close_object(writer);
    return written;
}
