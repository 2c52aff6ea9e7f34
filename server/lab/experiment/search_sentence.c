#include "server/lab/experiment/search_sentence.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/figures.h"

/* ": RLIMIT_NOFILE 1,024 on the client side", "; what stopped them is not known" */
static void name_limit(const struct verdict *verdict, char *text, size_t size)
{
    char value[FIGURE_SIZE];
    const char *const name = verdict_name(verdict);
    if (name == NULL) {
        snprintf(text, size, "; what stopped them is not known");
    } else if (verdict->kind == VERDICT_LIMIT) {
        snprintf(text, size, ": %s %s on the %s side", name, figure_number(verdict->value, value),
                 fact_side_name(verdict->side));
    } else {
        snprintf(text, size, ": %s", name);
    }
}

/* "16,110 to 16,114 clients" */
static void name_clients(const struct search_result *result, char text[96])
{
    char low[FIGURE_SIZE];
    char high[FIGURE_SIZE];
    const bool agreed = result->low == result->high;
    snprintf(text, 96, "%s%s%s clients", figure_number(result->low, low), agreed ? "" : " to ",
             agreed ? "" : figure_number(result->high, high));
}

void search_describe(bool held, struct search_result *result)
{
    char clients[96];
    char high[FIGURE_SIZE];
    char why[160] = "";
    char lost[96] = "";
    const char *const mode = run_mode_name(result->mode);
    const char *const at_once = held ? " at the same time" : "";
    name_clients(result, clients);
    name_limit(&result->verdict, why, sizeof why);
    if (result->served_until != 0) {
        snprintf(lost, sizeof lost, "; the server served nobody after run %" PRId64 ", so the search ended there",
                 result->served_until);
    }
    if (lost[0] != '\0') {
        snprintf(result->sentence, sizeof result->sentence, "%s: %s%s complete%s%s", mode, clients, at_once, why, lost);
    } else if (result->fails_at == 0) {
        snprintf(result->sentence, sizeof result->sentence, "%s: no limit found up to %s clients%s", mode,
                 figure_number(result->ceiling, high), at_once);
    } else if (result->low < result->high) {
        snprintf(result->sentence, sizeof result->sentence,
                 "%s: %s%s complete; the machine was shared, and the runs did not agree%s", mode, clients, at_once,
                 why);
    } else {
        snprintf(result->sentence, sizeof result->sentence, "%s: %s%s all complete, with %s some fail%s", mode, clients,
                 at_once, figure_number(result->fails_at, high), why);
    }
}
