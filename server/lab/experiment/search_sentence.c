#include "server/lab/experiment/search_sentence.h"

#include <inttypes.h>
#include <stdio.h>

#include "loadgen/verdict/sentence.h"
#include "loadgen/verdict/words.h"

void search_name_limit(const struct verdict *verdict, enum language language, char *text, size_t size)
{
    char value[FIGURE_SIZE];
    const char *const name = verdict_name_in(verdict_name(verdict), language);
    if (verdict->kind == VERDICT_LIMIT) {
        word_fill(
            verdict->value == FACT_UNKNOWN ? WORD_LIMIT_OF_SIDE_UNREAD : WORD_LIMIT_OF_SIDE, language,
            WORD_VALUES(name, word_number(verdict->value, language, value), sentence_side(verdict->side, language)),
            text, size);
    } else {
        snprintf(text, size, "%s", name != NULL ? name : word_of(WORD_NOT_KNOWN, language));
    }
}

static bool could_not_start(const struct verdict *verdict)
{
    return verdict_fact(verdict, FACT_START_FAILED) != NULL;
}

/* ": RLIMIT_NOFILE 1,024 on the client side", "; what stopped them is not known" */
static void name_limit(const struct verdict *verdict, enum language language, char *text, size_t size)
{
    char limit[128];
    if (verdict_name(verdict) == NULL) {
        snprintf(text, size, "%s",
                 word_of(could_not_start(verdict) ? WORD_START_STOPPED_UNKNOWN : WORD_STOPPED_UNKNOWN, language));
        return;
    }
    search_name_limit(verdict, language, limit, sizeof limit);
    snprintf(text, size, ": %s", limit);
}

/* "16,110 to 16,114 clients" */
static void name_clients(const struct search_result *result, enum language language, char *text, size_t size)
{
    char low[FIGURE_SIZE];
    char high[FIGURE_SIZE];
    word_fill(result->low == result->high ? WORD_CLIENTS : WORD_CLIENTS_BETWEEN, language,
              WORD_VALUES(word_number(result->low, language, low), word_number(result->high, language, high)), text,
              size);
}

/* No count worked: with one client, or with the first count that was tried. */
static enum word word_without_ceiling(const struct search_result *result)
{
    const bool of_one = result->fails_at == 1;
    if (could_not_start(&result->verdict)) {
        return of_one ? WORD_SEARCH_NOT_STARTED : WORD_SEARCH_NO_COUNT_STARTED;
    }
    return of_one ? WORD_SEARCH_NOT_ONE : WORD_SEARCH_NO_COUNT;
}

void search_describe(bool held, enum language language, struct search_result *result)
{
    char clients[96];
    char most[FIGURE_SIZE];
    char fails_at[FIGURE_SIZE];
    char run[FIGURE_SIZE];
    char why[160];
    char lost[128];
    const char *const mode = run_mode_name(result->mode);
    const char *const at_once = held ? word_of(WORD_AT_ONCE, language) : "";
    char *const text = result->sentence;
    const size_t size = sizeof result->sentence;
    name_clients(result, language, clients, sizeof clients);
    name_limit(&result->verdict, language, why, sizeof why);
    word_number(result->ceiling, language, most);
    word_number(result->fails_at, language, fails_at);
    if (result->served_until != 0) {
        snprintf(run, sizeof run, "%" PRId64, result->served_until);
        word_fill(WORD_SERVED_UNTIL, language, WORD_VALUES(run), lost, sizeof lost);
        word_fill(WORD_SEARCH_LOST, language, WORD_VALUES(mode, clients, at_once, why, lost), text, size);
    } else if (result->fails_at == 0) {
        word_fill(WORD_SEARCH_NO_LIMIT, language, WORD_VALUES(mode, most, at_once), text, size);
    } else if (result->low < result->high) {
        word_fill(WORD_SEARCH_RANGE, language, WORD_VALUES(mode, clients, at_once, why), text, size);
    } else if (result->ceiling == 0) {
        word_fill(word_without_ceiling(result), language, WORD_VALUES(mode, fails_at, why), text, size);
    } else {
        word_fill(could_not_start(&result->verdict) ? WORD_SEARCH_FOUND_NOT_STARTED : WORD_SEARCH_FOUND, language,
                  WORD_VALUES(mode, clients, at_once, fails_at, why), text, size);
    }
}
