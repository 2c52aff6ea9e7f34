#include "loadgen/verdict/sentence.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/figures.h"
#include "base/table.h"
#include "loadgen/contract/run_rlimits.h"
#include "loadgen/verdict/queue_raise.h"
#include "loadgen/verdict/words.h"

enum sentence {
#define SENTENCE(NAME, ...) SENTENCE_##NAME,
#include "loadgen/verdict/sentences.def"
#undef SENTENCE
    SENTENCE_COUNT,
};

static const char *const sentences[SENTENCE_COUNT][LANGUAGE_COUNT] = {
#define SENTENCE(NAME, english, indonesian) {english, indonesian},
#include "loadgen/verdict/sentences.def"
#undef SENTENCE
};

struct words {
    const struct verdict *verdict;
    const struct fact *fact; /* NULL: the sentence is about the verdict itself */
    enum language language;
    struct buf *text;
    size_t start; /* of the sentences in `text` */
};

static void append_number(uint64_t number, const struct words *words)
{
    char figure[FIGURE_SIZE];
    if (number == FACT_UNKNOWN || number == LIMIT_UNLIMITED) {
        buf_text(words->text, "?");
        return;
    }
    buf_text(words->text, word_number(number, words->language, figure));
}

const char *sentence_side(enum fact_side side, enum language language)
{
    static const enum sentence sides[FACT_SIDE_NONE] = {SENTENCE_SIDE_CLIENT, SENTENCE_SIDE_SERVER, SENTENCE_SIDE_BOTH,
                                                        SENTENCE_SIDE_PATH};
    return side < FACT_SIDE_NONE ? sentences[sides[side]][language] : "?";
}

static void append_of_verdict(const char *key, const struct words *words)
{
    const struct verdict *const verdict = words->verdict;
    if (strcmp(key, "name") == 0) {
        buf_text(words->text, verdict_name_in(verdict_name(verdict), words->language));
    } else if (strcmp(key, "value") == 0) {
        append_number(verdict->value, words);
    } else if (strcmp(key, "reached") == 0) {
        append_number(verdict->reached, words);
    } else if (strcmp(key, "side") == 0) {
        buf_text(words->text, sentence_side(verdict->side, words->language));
    } else if (strcmp(key, "host") == 0) {
        buf_text(words->text, verdict->host);
    } else if (strcmp(key, "rank") == 0) {
        append_number(verdict->rank, words);
    } else if (strcmp(key, "text") == 0) {
        buf_text(words->text, verdict->text);
    }
}

/* Of a limit that a run can set: the name of the field, and how much of it would have sufficed. */
static void append_field(const struct fact *fact, const struct words *words)
{
    const struct run_rlimit *const row = run_rlimit_find(fact->about.limit.id);
    buf_text(words->text, row != NULL ? row->field->name : "?");
}

static uint64_t needed_of_field(const struct fact *fact, const struct verdict *verdict)
{
    const struct run_rlimit *const row = run_rlimit_find(fact->about.limit.id);
    return row != NULL && verdict->needed != FACT_UNKNOWN ? (verdict->needed + row->unit - 1) / row->unit
                                                          : FACT_UNKNOWN;
}

static void append_of_fact(const char *key, const struct words *words)
{
    const struct fact *const fact = words->fact;
    const bool of_limit = fact_subject(fact->kind) == FACT_ABOUT_LIMIT;
    if (key[0] >= '0' && key[0] < '0' + FACT_NUMBERS) {
        append_number(fact->numbers[key[0] - '0'], words);
    } else if (strcmp(key, "room") == 0) { /* sk_acceptq_is_full in the kernel's include/net/sock.h */
        append_number(fact->numbers[0] + 1, words);
    } else if (strcmp(key, "of") == 0) {
        buf_text(words->text,
                 of_limit ? limit_name_in(fact->about.limit.id, words->language) : counter_name(fact->about.counter));
    } else if (strcmp(key, "side") == 0 && of_limit) {
        buf_text(words->text, sentence_side((enum fact_side)fact->about.limit.side, words->language));
    } else if (strcmp(key, "unit") == 0) {
        buf_text(words->text, limit_unit(fact->about.limit.id, words->language));
    } else if (strcmp(key, "field") == 0 && of_limit) {
        append_field(fact, words);
    } else if (strcmp(key, "needed") == 0 && of_limit) {
        append_number(needed_of_field(fact, words->verdict), words);
    } else if (strcmp(key, "call") == 0) {
        buf_text(words->text, client_call_name(fact->about.error.call));
    } else if (strcmp(key, "refusal") == 0) {
        buf_text(words->text, uring_refusal_why(fact->about.refusal, words->language));
    } else if (strcmp(key, "errno") == 0) {
        buf_text(words->text, err_errno_name(fact->about.error.error_number));
    } else {
        append_of_verdict(key, words);
    }
}

/* Appends a template with its {keys} filled in. */
static void append(enum sentence which, const struct words *words)
{
    const char *rest = sentences[which][words->language];
    const char *open = NULL;
    buf_text(words->text, words->text->length > words->start ? " " : "");
    while ((open = strchr(rest, '{')) != NULL) {
        char key[16];
        const size_t length = strcspn(open + 1, "}");
        snprintf(key, sizeof key, "%.*s", (int)length, open + 1);
        buf_append(words->text, rest, (size_t)(open - rest));
        if (words->fact != NULL) {
            append_of_fact(key, words);
        } else {
            append_of_verdict(key, words);
        }
        rest = open + length + 2;
    }
    buf_text(words->text, rest);
}

/* --- facts --- */

static void append_errors(const struct words *words)
{
    const enum client_call call = words->fact->about.error.call;
    const bool killed = call == CALL_SIGKILL || call == CALL_SIGSYS;
    const bool has_errno = words->fact->about.error.error_number != 0;
    append(killed                         ? SENTENCE_ERRORS_KILLED
           : !has_errno                   ? SENTENCE_ERRORS_PLAIN
           : words->fact->numbers[0] == 1 ? SENTENCE_ERRORS_OF_ONE
                                          : SENTENCE_ERRORS,
           words);
}

/* The moment that says most. */
static void append_use(const struct words *words)
{
    static const enum sentence moments[] = {SENTENCE_USE_START, SENTENCE_USE_FAILURE, SENTENCE_USE_PEAK};
    static const size_t order[] = {1, 2, 0};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (words->fact->numbers[order[i]] != FACT_UNKNOWN) {
            append(moments[order[i]], words);
            return;
        }
    }
}

static bool is_of_start(const struct verdict *verdict)
{
    return verdict_fact(verdict, FACT_START_FAILED) != NULL;
}

static void append_estimate(const struct words *words)
{
    append(is_of_start(words->verdict) ? SENTENCE_ESTIMATE_START : SENTENCE_ESTIMATE, words);
}

static void append_slow(const struct words *words)
{
    static const enum sentence sides[] = {SENTENCE_SLOW_CLIENT, SENTENCE_SLOW_SERVER, SENTENCE_SLOW_BOTH,
                                          SENTENCE_SLOW_NONE, SENTENCE_SLOW_NONE};
    append(sides[words->fact->about.side], words);
}

/* All candidates after the first one are a list behind it. */
static void append_candidate(const struct words *words)
{
    const bool first = words->fact == verdict_fact(words->verdict, FACT_CANDIDATE);
    const struct fact *const next = words->fact + 1;
    const bool last = next == words->verdict->facts + words->verdict->fact_count || next->kind != FACT_CANDIDATE;
    if (first) {
        append(SENTENCE_CANDIDATES, words);
    }
    buf_printf(words->text, "%s %s", first ? "" : ",", limit_name_in(words->fact->about.limit.id, words->language));
    if (words->fact->numbers[1] == FACT_UNKNOWN) {
        append(SENTENCE_CANDIDATE_UNREAD, words);
    }
    buf_text(words->text, last ? "." : "");
}

static void append_recorded(const struct words *words)
{
    if (words->verdict->text[0] != '\0') {
        append(SENTENCE_RECORDED, words);
    }
}

static void append_uring(const struct words *words)
{
    append(words->fact->about.refusal != URING_ALLOWED ? SENTENCE_URING
           : words->fact->numbers[0] != 0              ? SENTENCE_URING_MISSING
                                                       : SENTENCE_URING_REFUSED,
           words);
}

static void append_watched(const struct words *words)
{
    const uint64_t descriptors = words->fact->numbers[2];
    const uint64_t connections = words->fact->numbers[3];
    append(connections == FACT_UNKNOWN ? SENTENCE_WATCHED_UNCOUNTED
           : descriptors < connections ? SENTENCE_WATCHED_CONNECTIONS /* they were read at another moment */
                                       : SENTENCE_WATCHED,
           words);
}

static void append_changed(const struct words *words)
{
    const enum limit_id limit = words->fact->about.limit.id;
    const bool of_group = limit == LIMIT_PIDS_MAX || limit == LIMIT_MEMORY_MAX || limit == LIMIT_CPU_MAX;
    append(words->fact->numbers[0] == 0 ? SENTENCE_CHANGED_FROM_NONE
           : of_group                   ? SENTENCE_CHANGED_OF_GROUP
                                        : SENTENCE_CHANGED,
           words);
}

static void append_killed(const struct words *words)
{
    append(words->fact->numbers[0] == SIGSYS ? SENTENCE_KILLED_SIGSYS : SENTENCE_KILLED, words);
    if (words->fact->numbers[1] != FACT_UNKNOWN) {
        append(SENTENCE_KILLED_CPU, words);
    }
}

static void append_server(const struct words *words)
{
    append(SENTENCE_SERVER, words);
    if (words->fact->numbers[2] != FACT_UNKNOWN) {
        append(SENTENCE_RESERVED, words);
    }
}

/* What else would look the same, unless another run told it apart. */
static void append_turned_away(const struct words *words)
{
    const uint64_t *const numbers = words->fact->numbers;
    append(SENTENCE_TURNED_AWAY, words);
    if (words->verdict->certainty == CERTAINTY_PROVED) {
        return;
    }
    if (numbers[2] <= SENTENCE_SOON_MS) {
        append(SENTENCE_TURNED_AWAY_SOON, words);
    }
    if (numbers[3] == 1) {
        append(SENTENCE_TURNED_AWAY_ONE, words);
    }
}

static void append_fact(const struct words *words)
{
    switch (words->fact->kind) {
#define BY(NAME, append_it)                                                                                            \
    case FACT_##NAME:                                                                                                  \
        append_it(words);                                                                                              \
        break;
        BY(ERRORS, append_errors)
        BY(USE, append_use)
        BY(ESTIMATE, append_estimate)
        BY(CANDIDATE, append_candidate)
        BY(SLOW, append_slow)
        BY(RECORDED, append_recorded)
        BY(URING, append_uring)
        BY(KILLED, append_killed)
        BY(SERVER, append_server)
        BY(TURNED_AWAY, append_turned_away)
        BY(WATCHED, append_watched)
        BY(CHANGED, append_changed)
#undef BY
#define EITHER(NAME, some, none)                                                                                       \
    case FACT_##NAME:                                                                                                  \
        append(words->fact->numbers[0] != 0 ? SENTENCE_##some : SENTENCE_##none, words);                               \
        break;
        EITHER(LISTENER, LISTENS, LISTENS_NOT)
        EITHER(CUT, CUT, CUT_NONE)
#undef EITHER
#define WHOLE(NAME)                                                                                                    \
    case FACT_##NAME:                                                                                                  \
        append(SENTENCE_##NAME, words);                                                                                \
        break;
        WHOLE(START_FAILED)
        WHOLE(ANSWERED)
        WHOLE(RESENT)
        WHOLE(WAITED)
        WHOLE(KEPT_BACK)
        WHOLE(COUNTER)
        WHOLE(TIME_WAIT)
        WHOLE(CLIENTS)
        WHOLE(SHARED)
        WHOLE(UNSEEN)
        WHOLE(KEPT_WAITING)
        WHOLE(KEPT_OPEN)
        WHOLE(CLOSED)
        WHOLE(OTHERS)
        WHOLE(OTHER_MODE)
        WHOLE(STOPPED)
        WHOLE(REPLACED)
        WHOLE(ENDED)
        WHOLE(NO_THREAD)
        WHOLE(QUEUE)
        WHOLE(PROOF)
        WHOLE(REPLY)
        WHOLE(TARGETS)
#undef WHOLE
    case FACT_SET_BY_RUN: /* both stand right behind the limit */
    case FACT_ALSO:
    case FACT_COUNT:
        break;
    }
}

/* --- the verdict --- */

static void append_set_by_run(const struct words *words)
{
    struct words set = *words;
    set.fact = verdict_fact(words->verdict, FACT_SET_BY_RUN);
    if (set.fact != NULL) {
        append(SENTENCE_SET_BY_RUN, &set);
    }
}

/* Right behind the limit of the verdict, so that a reader who goes no further has met each of them. */
static void append_others(const struct words *words)
{
    struct words other = *words;
    for (size_t i = 0; i < words->verdict->fact_count; i++) {
        other.fact = &words->verdict->facts[i];
        if (other.fact->kind == FACT_ALSO) {
            append(other.fact->numbers[1] == FACT_UNKNOWN ? SENTENCE_ALSO_UNREAD
                   : other.fact->numbers[2] == 1          ? SENTENCE_ALSO
                                                          : SENTENCE_ALSO_LIKELY,
                   &other);
        }
    }
}

static enum sentence headline_of_closed(const struct fact *errors)
{
    const bool held = errors->about.error.phase == PHASE_HOLD;
    const bool reset = errors->about.error.error_number != 0;
    return held ? (reset ? SENTENCE_SERVER_CLOSED_HELD_RESET : SENTENCE_SERVER_CLOSED_HELD)
                : (reset ? SENTENCE_SERVER_CLOSED_RESET : SENTENCE_SERVER_CLOSED);
}

static enum sentence headline_of_lost(const struct fact *errors)
{
    const bool timed_out = errors->about.error.phase == PHASE_TIMEOUT || errors->about.error.error_number == ETIMEDOUT;
    return !timed_out                                 ? SENTENCE_LOST_REJECTED
           : errors->about.error.call != CALL_CONNECT ? SENTENCE_LOST_WORDS
                                                      : SENTENCE_LOST;
}

static enum sentence headline(const struct verdict *verdict)
{
    static const enum sentence reasons[REASON_COUNT] = {
#define REASON(NAME, ...) SENTENCE_##NAME,
#include "loadgen/verdict/reasons.def"
#undef REASON
    };
    const struct fact *const errors = verdict_fact(verdict, FACT_ERRORS);
    const bool is_one = verdict_fact(verdict, FACT_TARGETS) != NULL; /* of several targets */
    const bool of_start = is_of_start(verdict);
    switch (verdict->kind) {
    case VERDICT_LIMIT:
        return of_start                         ? SENTENCE_LIMIT_START
               : verdict->value == FACT_UNKNOWN ? SENTENCE_LIMIT_UNREAD
                                                : SENTENCE_LIMIT;
    case VERDICT_CAP:
        return verdict->reason == REASON_OWN_CAP && verdict->value == FACT_UNKNOWN ? SENTENCE_OWN_CAP_UNNUMBERED
                                                                                   : reasons[verdict->reason];
    case VERDICT_CAUSE:
        return is_one && verdict->reason == REASON_WENT_AWAY               ? SENTENCE_WENT_AWAY_AT
               : is_one                                                    ? SENTENCE_NOBODY_LISTENS_AT
               : errors != NULL && verdict->reason == REASON_SERVER_CLOSED ? headline_of_closed(errors)
               : errors != NULL && verdict->reason == REASON_LOST          ? headline_of_lost(errors)
                                                                           : reasons[verdict->reason];
    case VERDICT_UNKNOWN:
    case VERDICT_NONE:
    case VERDICT_KIND_COUNT:
        break;
    }
    return of_start ? SENTENCE_UNKNOWN_START : SENTENCE_UNKNOWN;
}

void sentence_append(const struct verdict *verdict, enum language language, struct buf *text)
{
    struct words words = {verdict, NULL, language, text, text->length};
    if (verdict->kind == VERDICT_NONE) {
        return;
    }
    append(headline(verdict), &words);
    if (verdict->host[0] != '\0') {
        append(SENTENCE_SEEN_FROM, &words);
    } else if (verdict->of_rank) {
        append(SENTENCE_SEEN_BY_RANK, &words);
    }
    if (verdict->certainty == CERTAINTY_LIKELY) {
        append(SENTENCE_LIKELY, &words);
    }
    append_set_by_run(&words);
    append_others(&words);
    if (verdict->kind == VERDICT_LIMIT && verdict->reached != FACT_UNKNOWN) {
        append(verdict->side != FACT_SIDE_CLIENT || verdict_counts_connections(verdict->limit)
                   ? SENTENCE_REACHED_CONNECTIONS
                   : SENTENCE_REACHED_CLIENTS,
               &words);
    }
    for (size_t i = 0; i < verdict->fact_count; i++) {
        words.fact = &verdict->facts[i];
        append_fact(&words);
    }
}

void sentence_append_raise(const struct verdict *verdict, enum language language, struct buf *text)
{
    const struct words words = {verdict, verdict_fact(verdict, FACT_SET_BY_RUN), language, text, text->length};
    if (verdict->kind == VERDICT_CAP && verdict->reason == REASON_WORKERS) {
        append(SENTENCE_RAISE_WORKERS, &words);
    }
    if (verdict->kind != VERDICT_LIMIT || queue_raise_append(verdict, language, text)) {
        return;
    }
    if (words.fact != NULL) {
        append(verdict->needed != FACT_UNKNOWN ? SENTENCE_RAISE_FIELD_TO : SENTENCE_RAISE_FIELD, &words);
        buf_text(text, " ");
    }
    buf_text(text, limit_raise(verdict->limit, language));
}
