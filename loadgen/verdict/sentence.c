#include "loadgen/verdict/sentence.h"

#include <errno.h>
#include <signal.h>

#include "base/table.h"
#include "loadgen/verdict/queue_raise.h"
#include "loadgen/verdict/sentence_fill.h"

/* --- facts --- */

static void append_errors(const struct words *words)
{
    const enum client_call call = words->fact->about.error.call;
    const bool killed = call == CALL_SIGKILL || call == CALL_SIGSYS;
    const bool has_errno = words->fact->about.error.error_number != 0;
    sentence_fill(killed                         ? SENTENCE_ERRORS_KILLED
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
            sentence_fill(moments[order[i]], words);
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
    sentence_fill(is_of_start(words->verdict) ? SENTENCE_ESTIMATE_START : SENTENCE_ESTIMATE, words);
}

static void append_slow(const struct words *words)
{
    static const enum sentence sides[] = {SENTENCE_SLOW_CLIENT, SENTENCE_SLOW_SERVER, SENTENCE_SLOW_BOTH,
                                          SENTENCE_SLOW_NONE, SENTENCE_SLOW_NONE};
    sentence_fill(sides[words->fact->about.side], words);
}

/* All candidates after the first one are a list behind it. */
static void append_candidate(const struct words *words)
{
    const bool first = words->fact == verdict_fact(words->verdict, FACT_CANDIDATE);
    const struct fact *const next = words->fact + 1;
    const bool last = next == words->verdict->facts + words->verdict->fact_count || next->kind != FACT_CANDIDATE;
    if (first) {
        sentence_fill(SENTENCE_CANDIDATES, words);
    }
    buf_printf(words->text, "%s %s", first ? "" : ",", limit_name_in(words->fact->about.limit.id, words->language));
    if (words->fact->numbers[1] == FACT_UNKNOWN) {
        sentence_fill(SENTENCE_CANDIDATE_UNREAD, words);
    }
    buf_text(words->text, last ? "." : "");
}

static void append_recorded(const struct words *words)
{
    if (words->verdict->text[0] != '\0') {
        sentence_fill(SENTENCE_RECORDED, words);
    }
}

static void append_uring(const struct words *words)
{
    sentence_fill(words->fact->about.refusal != URING_ALLOWED ? SENTENCE_URING
                  : words->fact->numbers[0] != 0              ? SENTENCE_URING_MISSING
                                                              : SENTENCE_URING_REFUSED,
                  words);
}

static void append_watched(const struct words *words)
{
    const uint64_t descriptors = words->fact->numbers[2];
    const uint64_t connections = words->fact->numbers[3];
    sentence_fill(connections == FACT_UNKNOWN ? SENTENCE_WATCHED_UNCOUNTED
                  : descriptors < connections ? SENTENCE_WATCHED_CONNECTIONS /* they were read at another moment */
                                              : SENTENCE_WATCHED,
                  words);
}

static void append_changed(const struct words *words)
{
    const enum limit_id limit = words->fact->about.limit.id;
    const bool of_group = limit == LIMIT_PIDS_MAX || limit == LIMIT_MEMORY_MAX || limit == LIMIT_CPU_MAX;
    sentence_fill(words->fact->numbers[0] == FACT_UNKNOWN ? SENTENCE_CHANGED_FROM_NONE
                  : of_group                              ? SENTENCE_CHANGED_OF_GROUP
                                                          : SENTENCE_CHANGED,
                  words);
}

static void append_killed(const struct words *words)
{
    sentence_fill(words->fact->numbers[0] == SIGSYS ? SENTENCE_KILLED_SIGSYS : SENTENCE_KILLED, words);
    if (words->fact->numbers[1] != FACT_UNKNOWN) {
        sentence_fill(SENTENCE_KILLED_CPU, words);
    }
}

static void append_server(const struct words *words)
{
    sentence_fill(SENTENCE_SERVER, words);
    if (words->fact->numbers[2] != FACT_UNKNOWN) {
        sentence_fill(SENTENCE_RESERVED, words);
    }
}

/* No run in another mode tells a bound on each address apart. */
static void append_addresses(const struct words *words)
{
    if (words->fact->numbers[3] != FACT_UNKNOWN) {
        sentence_fill(words->fact->numbers[3] == 1 ? SENTENCE_FROM_ONE_ADDRESS : SENTENCE_FROM_ADDRESSES, words);
    }
}

/* The runs of a search tell a bound on new connections apart: it would have served fewer in each. */
static void append_pace(enum sentence soon, const struct words *words)
{
    if (words->verdict->certainty != CERTAINTY_PROVED) {
        const uint64_t within_ms = words->fact->numbers[2];
        sentence_fill(within_ms == FACT_UNKNOWN       ? SENTENCE_BOUND_FOR_SOME_TIME
                      : within_ms <= SENTENCE_SOON_MS ? soon
                                                      : SENTENCE_BOUND_FOR_LONG,
                      words);
    }
}

static void append_turned_away(const struct words *words)
{
    const struct fact *const errors = verdict_fact(words->verdict, FACT_ERRORS);
    const bool held = errors != NULL && errors->about.error.phase == PHASE_HOLD;
    sentence_fill(held                           ? SENTENCE_TURNED_AWAY_HELD
                  : words->fact->numbers[0] == 1 ? SENTENCE_TURNED_AWAY_ALL_BUT_ONE
                                                 : SENTENCE_TURNED_AWAY,
                  words);
    append_pace(SENTENCE_TURNED_AWAY_SOON, words);
    append_addresses(words);
}

static void append_kept_waiting(const struct words *words)
{
    sentence_fill(words->fact->numbers[0] == 1 ? SENTENCE_KEPT_WAITING_ALL_BUT_ONE : SENTENCE_KEPT_WAITING, words);
    append_pace(SENTENCE_KEPT_WAITING_SOON, words);
    if (words->verdict->certainty != CERTAINTY_PROVED) {
        sentence_fill(SENTENCE_KEPT_WAITING_STILL, words);
    }
    append_addresses(words);
}

static void append_kept_open(const struct words *words)
{
    sentence_fill(SENTENCE_KEPT_OPEN, words);
    append_addresses(words);
}

static void append_closed(const struct words *words)
{
    const uint64_t *const numbers = words->fact->numbers;
    const bool timed = numbers[1] != FACT_UNKNOWN && numbers[2] != FACT_UNKNOWN && numbers[3] != FACT_UNKNOWN;
    sentence_fill(timed ? SENTENCE_CLOSED : SENTENCE_CLOSED_UNTIMED, words);
}

static void append_others_of_server(const struct words *words)
{
    sentence_fill(words->fact->numbers[0] == 1 ? SENTENCE_OTHERS_ONE : SENTENCE_OTHERS, words);
}

static void append_requests(const struct words *words)
{
    sentence_fill(words->fact->numbers[0] != FACT_UNKNOWN ? SENTENCE_REQUESTS : SENTENCE_REQUESTS_AT_WORK, words);
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
        BY(KEPT_WAITING, append_kept_waiting)
        BY(KEPT_OPEN, append_kept_open)
        BY(WATCHED, append_watched)
        BY(CHANGED, append_changed)
        BY(REQUESTS, append_requests)
        BY(CLOSED, append_closed)
        BY(OTHERS, append_others_of_server)
#undef BY
#define EITHER(NAME, some, none)                                                                                       \
    case FACT_##NAME:                                                                                                  \
        sentence_fill(words->fact->numbers[0] != 0 ? SENTENCE_##some : SENTENCE_##none, words);                        \
        break;
        EITHER(LISTENER, LISTENS, LISTENS_NOT)
        EITHER(CUT, CUT, CUT_NONE)
#undef EITHER
#define WHOLE(NAME)                                                                                                    \
    case FACT_##NAME:                                                                                                  \
        sentence_fill(SENTENCE_##NAME, words);                                                                         \
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
        sentence_fill(SENTENCE_SET_BY_RUN, &set);
    }
}

/* Right behind the limit of the verdict, so that a reader who goes no further has met each of them. */
static void append_others(const struct words *words)
{
    struct words other = *words;
    for (size_t i = 0; i < words->verdict->fact_count; i++) {
        other.fact = &words->verdict->facts[i];
        if (other.fact->kind == FACT_ALSO) {
            sentence_fill(other.fact->numbers[1] == FACT_UNKNOWN ? SENTENCE_ALSO_UNREAD
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

/* The fact that says how a server's own cap showed; NULL: there is none. */
static const struct fact *shape_of(const struct verdict *verdict)
{
    static const enum fact_kind kinds[] = {FACT_TURNED_AWAY, FACT_KEPT_WAITING, FACT_KEPT_OPEN};
    const struct fact *shape = NULL;
    for (size_t i = 0; i < COUNT_OF(kinds) && shape == NULL; i++) {
        shape = verdict_fact(verdict, kinds[i]);
    }
    return shape;
}

/* What is proved is what clients of these addresses met. */
static enum sentence headline_of_cap(const struct verdict *verdict)
{
    const struct fact *const shape = shape_of(verdict);
    const uint64_t addresses = shape != NULL ? shape->numbers[3] : FACT_UNKNOWN;
    const bool of_addresses = verdict->certainty == CERTAINTY_PROVED && addresses != FACT_UNKNOWN;
    return verdict->value == FACT_UNKNOWN                 ? SENTENCE_OWN_CAP_UNNUMBERED
           : verdict_fact(verdict, FACT_REQUESTS) != NULL ? SENTENCE_OWN_CAP_REQUESTS
           : of_addresses && addresses > 1                ? SENTENCE_OWN_CAP_ADDRESSES
           : verdict->value == 1                          ? SENTENCE_OWN_CAP_ONE
           : of_addresses                                 ? SENTENCE_OWN_CAP_ONE_ADDRESS
                                                          : SENTENCE_OWN_CAP;
}

/* Processes of the server do: they may still serve the connections that they have. */
static bool lives_on(const struct verdict *verdict)
{
    return verdict->reason == REASON_WENT_AWAY && verdict->certainty == CERTAINTY_PROVED &&
           verdict_fact(verdict, FACT_WATCHED) != NULL && verdict_fact(verdict, FACT_ENDED) == NULL;
}

/* Other clients failed otherwise. */
static bool refused_some(const struct verdict *verdict)
{
    return verdict->reason == REASON_REFUSED && verdict->certainty != CERTAINTY_PROVED;
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
        return verdict->reason == REASON_OWN_CAP ? headline_of_cap(verdict) : reasons[verdict->reason];
    case VERDICT_CAUSE:
        return is_one && verdict->reason == REASON_WENT_AWAY               ? SENTENCE_WENT_AWAY_AT
               : lives_on(verdict)                                         ? SENTENCE_STOPPED_LISTENING
               : is_one                                                    ? SENTENCE_NOBODY_LISTENS_AT
               : refused_some(verdict)                                     ? SENTENCE_REFUSED_SOME
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
    words.fact = verdict->kind == VERDICT_CAP ? shape_of(verdict) : NULL;
    sentence_fill(headline(verdict), &words);
    words.fact = NULL;
    if (verdict->host[0] != '\0') {
        sentence_fill(SENTENCE_SEEN_FROM, &words);
    } else if (verdict->of_rank) {
        sentence_fill(SENTENCE_SEEN_BY_RANK, &words);
    }
    if (verdict->certainty == CERTAINTY_LIKELY) {
        sentence_fill(SENTENCE_LIKELY, &words);
    }
    append_set_by_run(&words);
    append_others(&words);
    if (verdict->kind == VERDICT_LIMIT && verdict->reached != FACT_UNKNOWN) {
        sentence_fill(verdict->side != FACT_SIDE_CLIENT || verdict_counts_connections(verdict->limit)
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
        sentence_fill(SENTENCE_RAISE_WORKERS, &words);
    }
    if (verdict->kind != VERDICT_LIMIT || queue_raise_append(verdict, language, text)) {
        return;
    }
    if (words.fact != NULL) {
        sentence_fill(verdict->needed != FACT_UNKNOWN ? SENTENCE_RAISE_FIELD_TO : SENTENCE_RAISE_FIELD, &words);
        buf_text(text, " ");
    }
    buf_text(text, limit_raise(verdict->limit, language));
}
