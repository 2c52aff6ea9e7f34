/* The ladder of the limits: each has its ceiling, whatever the others are, so that raising the lowest one leaves the
 * next. What a client takes is in cost.c. */
#include "loadgen/verdict/predict.h"

#include <stdio.h>
#include <string.h>

#include "base/figures.h"
#include "loadgen/contract/run_rlimits.h"
#include "loadgen/limits/limits.h"
#include "loadgen/verdict/cost.h"
#include "loadgen/verdict/words.h"

/* --- the ladder --- */

/* Of equal ones that of fs.nr_open, up to which RLIMIT_NOFILE can be raised. */
static bool comes_before(const struct predict_ceiling *one, const struct predict_ceiling *other)
{
    return one->clients < other->clients ||
           (one->clients == other->clients && one->limit == LIMIT_NR_OPEN && other->limit != LIMIT_NR_OPEN);
}

/* The lowest first. */
static void keep(struct prediction *prediction, const struct predict_ceiling *ceiling)
{
    struct predict_ceiling *const ladder = prediction->ceilings;
    size_t at = prediction->count;
    while (at > 0 && comes_before(ceiling, &ladder[at - 1])) {
        at--;
    }
    if (ceiling->clients >= PREDICT_MOST || at == PREDICT_STEPS) {
        return;
    }
    prediction->count += prediction->count < PREDICT_STEPS;
    memmove(&ladder[at + 1], &ladder[at], (prediction->count - at - 1) * sizeof *ladder);
    ladder[at] = *ceiling;
}

/* Beyond the first step that suffices for all clients nothing stops them. */
static void cut(struct prediction *prediction)
{
    for (size_t i = 0; i + 1 < prediction->count; i++) {
        if (prediction->ceilings[i].clients >= prediction->most) {
            prediction->count = i + 1;
        }
    }
}

/* Whether the client side's value says it already: of a limit that both sides take from, that one is enough, because
 * the client is the first to take. */
static bool has_row_of_client(const struct predict_case *given, const struct limit_value *value,
                              const struct limit_value *values, size_t count)
{
    struct limit_value client = *value;
    client.side = LIMIT_SIDE_CLIENT;
    if (given->elsewhere || value->side == LIMIT_SIDE_CLIENT || value->scope == LIMIT_SCOPE_PROCESS ||
        cost_of_run(given, &client).own == 0) {
        return false;
    }
    const struct limit_value *const row = limit_find(values, count, value->id, LIMIT_SIDE_CLIENT);
    return row != NULL && row->value <= value->value;
}

bool predict_taken(const struct predict_case *given, const struct limit_value *value, uint64_t clients, uint64_t *taken)
{
    const struct run_cost cost = cost_of_run(given, value);
    *taken = cost.before + clients * cost.each / cost.clients;
    return cost.own > 0;
}

bool predict_is_shared(const struct predict_case *given, const struct limit_value *value)
{
    const struct run_cost cost = cost_of_run(given, value);
    return cost.shared && cost.own > 0;
}

static uint64_t most_alive(const struct predict_case *given)
{
    const struct run_spec *const spec = given->spec;
    uint64_t most = spec->count;
    if (spec->mode == MODE_POOL && !spec->hold) {
        most = spec->pool_size;
    } else if (cost_loops(given) > 0 && !spec->hold && given->server.known) { /* another may be slow */
        most = cost_loops(given) * RUN_EVENT_UNDER_WAY;
    }
    return most < spec->count ? most : spec->count;
}

/* A generator that cannot have its own threads, or rings, carries no client, whatever a client takes. */
static bool is_full(const struct limit_value *value, const struct run_cost *cost)
{
    return value->side == LIMIT_SIDE_CLIENT && cost->own == 0 && cost->least > value->value;
}

/* What others took during the run counts as well: the bound lacked room for those that were missing. */
uint64_t predict_needed(const struct predict_case *given, const struct limit_value *value, uint64_t reached)
{
    const uint64_t most = most_alive(given);
    const struct run_cost cost = cost_of_run(given, value);
    if (is_full(value, &cost)) {
        return cost.least;
    }
    if (cost.own == 0 || most <= reached) {
        return LIMIT_UNKNOWN;
    }
    const uint64_t for_all = cost.before + (most * cost.each + cost.clients - 1) / cost.clients;
    const uint64_t for_missing = value->value + ((most - reached) * cost.each + cost.clients - 1) / cost.clients;
    return for_all > for_missing ? for_all : for_missing;
}

/* tcp_twsk_unique in the kernel's net/ipv4/tcp_ipv4.c. */
uint64_t predict_time_wait_s(const struct predict_case *given)
{
    const uint64_t reuse = given->terms.tw_reuse;
    return reuse == 1 || (reuse == 2 && given->loopback != NET_LOOPBACK_NOT) ? 1 : 60;
}

/* A tenth is left to listeners, and because connect(2) searches long for the last free ones. */
bool predict_lacks_ports(const struct predict_case *given, const struct limit_value *ports, uint64_t closed)
{
    const uint64_t room = ports->value / 10 * 9 * cost_of_run(given, ports).clients;
    return closed > 0 && given->spec->count + closed > room;
}

static void weigh(const struct predict_case *given, const struct limit_value *value, struct prediction *prediction)
{
    const struct run_cost cost = cost_of_run(given, value);
    if (value->value == LIMIT_UNLIMITED || (cost.own == 0 && !is_full(value, &cost))) {
        return;
    }
    const uint64_t room = value->value > cost.before ? value->value - cost.before : 0;
    const uint64_t units = cost.each > 0 ? room / cost.each : 0;
    /* A limit of so much stops nobody, and the product might overflow. */
    const uint64_t clients = units >= PREDICT_MOST ? PREDICT_MOST : cost.each > 0 ? room * cost.clients / cost.each : 0;
    const struct predict_ceiling ceiling = {.clients = clients,
                                            .limit = value->id,
                                            .side = value->side,
                                            .value = value->value,
                                            .shared = cost.shared,
                                            .needed = predict_needed(given, value, clients)};
    keep(prediction, &ceiling);
}

/* What is no limit of the environment: a worker or a thread of a pool has one connection at a time. */
static void weigh_pool(enum limit_side side, uint64_t size, struct prediction *prediction)
{
    const struct predict_ceiling ceiling = {.clients = size,
                                            .limit = LIMIT_COUNT,
                                            .side = side,
                                            .value = size,
                                            .needed = prediction->most > size ? prediction->most : LIMIT_UNKNOWN};
    keep(prediction, &ceiling);
}

static void weigh_pools(const struct predict_case *given, struct prediction *prediction)
{
    if (given->spec->hold && given->server.known && given->server.workers > 0) {
        weigh_pool(LIMIT_SIDE_SERVER, given->server.workers, prediction);
    }
    if (given->spec->hold && given->spec->mode == MODE_POOL) {
        weigh_pool(LIMIT_SIDE_CLIENT, given->spec->pool_size, prediction);
    }
}

void predict_confine(const struct run_spec *spec, struct limit_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct run_rlimit *const row = run_rlimit_find(values[i].id);
        const uint64_t set = row != NULL && values[i].side == LIMIT_SIDE_CLIENT ? run_rlimit_value(spec, row) : 0;
        if (set != 0) {
            values[i].value = set;
        }
    }
}

/* "pids.max 4,096 on the client side" */
static void name_ceiling(const struct predict_ceiling *ceiling, enum language language, char text[160])
{
    char value[FIGURE_SIZE];
    snprintf(text, 160, "%s %s%s", predict_ceiling_name_in(ceiling, language),
             word_number(ceiling->value, language, value), predict_ceiling_whose(ceiling, language));
}

/* "5,000 held threads" */
static void name_clients(const struct predict_case *given, enum language language, char text[96])
{
    char count[FIGURE_SIZE];
    word_fill(given->spec->hold ? WORD_HELD_CLIENTS : WORD_UNHELD_CLIENTS, language,
              WORD_VALUES(word_number(given->spec->count, language, count), cost_clients(given, language)), text, 96);
}

void predict_describe(const struct predict_case *given, const struct prediction *prediction, enum language language,
                      char text[PREDICT_SENTENCE_SIZE])
{
    char limit[160];
    char clients[96];
    char ceiling[FIGURE_SIZE];
    name_clients(given, language, clients);
    if (prediction->count == 0) {
        word_fill(WORD_PREDICT_NONE, language, WORD_VALUES(clients), text, PREDICT_SENTENCE_SIZE);
        return;
    }
    const struct predict_ceiling *const least = &prediction->ceilings[0];
    name_ceiling(least, language, limit);
    word_number(least->clients, language, ceiling);
    word_fill(prediction->most <= least->clients ? WORD_PREDICT_WITHIN
              : !prediction->certain             ? WORD_PREDICT_MOST
              : prediction->estimate             ? WORD_PREDICT_STOPS_ABOUT
                                                 : WORD_PREDICT_STOPS,
              language, WORD_VALUES(clients, ceiling, limit), text, PREDICT_SENTENCE_SIZE);
}

/* "250 by pids.max, shared by both sides (needs 10,021)" */
static void write_step(const struct predict_ceiling *step, char text[200])
{
    char ceiling[FIGURE_SIZE];
    char needed[FIGURE_SIZE];
    snprintf(text, 200, "%s by %s%s (needs %s)", figure_number(step->clients, ceiling), predict_ceiling_name(step),
             predict_ceiling_whose(step, LANGUAGE_ENGLISH), figure_number(step->needed, needed));
}

/* Nothing where no step stops them. */
static void write_ladder(const struct predict_case *given, struct prediction *prediction)
{
    char clients[96];
    char step[200];
    size_t used = 0;
    char *const out = prediction->ladder_sentence;
    name_clients(given, LANGUAGE_ENGLISH, clients);
    for (size_t i = 0; i < prediction->count && prediction->ceilings[i].clients < prediction->most; i++) {
        write_step(&prediction->ceilings[i], step);
        used += (size_t)snprintf(out + used, PREDICT_LADDER_SIZE - used, "%s%s%s", i == 0 ? clients : ", then ",
                                 i == 0 ? ": " : "", step);
    }
    if (used > 0) {
        const bool goes_on =
            prediction->count == PREDICT_STEPS && prediction->ceilings[PREDICT_STEPS - 1].clients < prediction->most;
        snprintf(out + used, PREDICT_LADDER_SIZE - used, ", then %s",
                 goes_on ? "further limits" : "no known limit stops them");
    }
}

void predict(const struct predict_case *given, const struct limit_value *values, size_t count,
             struct prediction *prediction)
{
    memset(prediction, 0, sizeof *prediction);
    prediction->most = most_alive(given);
    for (size_t i = 0; i < count; i++) {
        const bool known = values[i].side == LIMIT_SIDE_CLIENT ? !given->elsewhere : cost_server_is_present(given);
        if (known && !has_row_of_client(given, &values[i], values, count)) {
            weigh(given, &values[i], prediction);
        }
    }
    weigh_pools(given, prediction);
    cut(prediction);
    const enum limit_id least = prediction->count > 0 ? prediction->ceilings[0].limit : LIMIT_COUNT;
    prediction->estimate = least != LIMIT_COUNT && limit_cost(least) == LIMIT_COST_MEMORY;
    prediction->certain = given->spec->hold;
    prediction->queues =
        cost_server_is_present(given) && given->spec->rate == 0 && prediction->most > given->server.backlog;
    predict_describe(given, prediction, LANGUAGE_ENGLISH, prediction->sentence);
    write_ladder(given, prediction);
}
