/* The numbers here, in modes.def and in models.def were measured with glibc 2.36 on Linux 6.18, x86-64: 500 and 2,500
 * held clients of each mode against each model, the difference divided by 2,000. What a thread takes of tasks, maps and
 * addresses is exact. Memory is a mean, for threads and processes also of kernels: one takes 35.4 kB and 97 kB on Linux
 * 6.18 with control groups of version 1, 40 kB and 103 kB on 6.1 with version 2. */
#include "loadgen/verdict/predict.h"

#include <stdio.h>
#include <string.h>

#include "base/figures.h"
#include "loadgen/limits/limits.h"

#define KIB 1024ULL
#define PAGE (4 * KIB)

/* The generator before its first client. */
#define GENERATOR_FDS 7ULL              /* the standard ones, counters of /proc, its eventfd; loops have one each */
#define GENERATOR_MAPS 17ULL            /* including those of its threads */
#define GENERATOR_ADDRESSES 10244096ULL /* without its threads */
#define GENERATOR_MEMORY 1400000ULL
#define HELPER_ADDRESSES (260 * KIB + THREAD_TLS)

/* A thread, of either side. */
#define THREAD_MAPS 2ULL  /* its stack and the guard page below */
#define THREAD_TLS 288ULL /* glibc's vector of its thread-local storage (dtv), from the heap */
#define SERVER_THREAD_ADDRESSES (20 * KIB)

#define UNCHARGED_PROCESS 45000ULL /* of the machine's memory, which control groups do not charge (Linux 6.1) */
#define COMMIT_PROCESS (456 * KIB) /* private pages that a fork may come to copy */
#define COMMIT_RUN 19900000ULL     /* the panel for a run, and its generator before its first client */

static const struct mode_cost {
    const char *clients; /* what they are called */
    uint64_t threads;    /* of each client */
    uint64_t processes;
    uint64_t bytes;
    uint64_t helpers; /* threads of the generator beside the main one */
    uint64_t loops;   /* of the generator, for each core */
} mode_costs[MODE_COUNT] = {
#define MODE(NAME, name, help, ...) {__VA_ARGS__},
#include "loadgen/contract/modes.def"
#undef MODE
};

static const struct mode_cost *mode_cost(const struct predict_case *given)
{
    return &mode_costs[given->spec->mode];
}

struct cost {
    uint64_t before; /* in use when the first client begins, whoever uses it */
    uint64_t each;   /* of a client; 0: this side takes nothing of it */
};

static uint64_t used(const struct limit_value *value)
{
    return value->used == LIMIT_UNKNOWN ? 0 : value->used;
}

static bool is_server(const struct limit_value *value)
{
    return value->side == LIMIT_SIDE_SERVER;
}

static uint64_t stack_bytes(const struct predict_case *given)
{
    return (given->spec->stack_kib * KIB + PAGE - 1) / PAGE * PAGE;
}

/* --- one function for each kind of cost: what a client takes of the limit on its side --- */

static struct cost cost_nothing(const struct predict_case *given, const struct limit_value *value)
{
    (void)given;
    (void)value;
    return (struct cost){0, 0};
}

/* A client process has a table of descriptors of its own. */
static struct cost cost_descriptors(const struct predict_case *given, const struct limit_value *value)
{
    const struct mode_cost *const mode = mode_cost(given);
    if (is_server(value)) {
        return (struct cost){given->server.reserved_fds + given->server.live, 1};
    }
    return (struct cost){GENERATOR_FDS + mode->loops * given->cores, mode->processes == 0};
}

static struct cost cost_tasks(const struct predict_case *given, const struct limit_value *value)
{
    const struct mode_cost *const mode = mode_cost(given);
    if (is_server(value)) {
        return (struct cost){used(value), given->server.threads};
    }
    return (struct cost){used(value) + 1 + mode->helpers + mode->loops * given->cores, mode->threads + mode->processes};
}

static struct cost cost_user_tasks(const struct predict_case *given, const struct limit_value *value)
{
    return given->terms.nproc_exempt == NULL ? cost_tasks(given, value) : (struct cost){0, 0};
}

/* The server gives threads no more of its addresses than it decided at its start: the rest is the panel's. */
static struct cost cost_of_thread_budget(const struct predict_server *server, const struct limit_value *value)
{
    const uint64_t given = server->thread_budget < value->value / SERVER_THREAD_ADDRESSES
                               ? server->thread_budget * SERVER_THREAD_ADDRESSES
                               : value->value;
    return (struct cost){value->value - given + server->live * SERVER_THREAD_ADDRESSES, SERVER_THREAD_ADDRESSES};
}

static struct cost cost_addresses(const struct predict_case *given, const struct limit_value *value)
{
    const struct mode_cost *const mode = mode_cost(given);
    if (is_server(value)) {
        return given->server.threads > 0 ? cost_of_thread_budget(&given->server, value) : (struct cost){0, 0};
    }
    return (struct cost){GENERATOR_ADDRESSES + mode->helpers * HELPER_ADDRESSES,
                         mode->threads * (stack_bytes(given) + PAGE + THREAD_TLS)};
}

/* A process is refused a 32nd of its own size more, up to the reserve (__vm_enough_memory in mm/util.c): its threads'
 * stacks count once and a 32nd, until the reserve is reached. */
static struct cost cost_committed(const struct predict_case *given, const struct limit_value *value)
{
    const struct mode_cost *const mode = mode_cost(given);
    if (is_server(value)) {
        return (struct cost){used(value), given->server.threads * (SERVER_THREAD_ADDRESSES - PAGE)};
    }
    const uint64_t own = mode->threads * (stack_bytes(given) + THREAD_TLS);
    struct cost cost = {used(value) + COMMIT_RUN + given->terms.commit_for_root,
                        mode->processes * COMMIT_PROCESS + own};
    const uint64_t room = value->value > cost.before ? value->value - cost.before : 0;
    const bool all_reserved = own > 0 && room / 33 >= given->terms.commit_for_others;
    cost.each += all_reserved ? 0 : own / 32;
    cost.before += all_reserved ? given->terms.commit_for_others : 0;
    return cost;
}

static struct cost cost_memory(const struct predict_case *given, const struct limit_value *value)
{
    if (is_server(value)) {
        return (struct cost){used(value), given->server.bytes};
    }
    const struct mode_cost *const mode = mode_cost(given);
    const uint64_t uncharged = value->id == LIMIT_MEMORY ? mode->processes * UNCHARGED_PROCESS : 0;
    return (struct cost){used(value) + GENERATOR_MEMORY, mode->bytes + uncharged};
}

static struct cost cost_maps(const struct predict_case *given, const struct limit_value *value)
{
    return is_server(value) ? (struct cost){used(value), given->server.threads * THREAD_MAPS}
                            : (struct cost){GENERATOR_MAPS, mode_cost(given)->threads * THREAD_MAPS};
}

static struct cost cost_ports(const struct predict_case *given, const struct limit_value *value)
{
    const uint64_t taken = given->spread_sources ? used(value) / RUN_SOURCE_ADDRESSES : used(value);
    return is_server(value) ? (struct cost){0, 0} : (struct cost){taken, 1};
}

/* The connection that requests this prediction is tracked, too: if none is tracked, none will be. */
static struct cost cost_tracked(const struct predict_case *given, const struct limit_value *value)
{
    (void)given;
    return (struct cost){used(value), !is_server(value) && used(value) > 0};
}

/* A forked client has the open files of its parent, and adds its own. */
static struct cost cost_files(const struct predict_case *given, const struct limit_value *value)
{
    (void)given;
    return (struct cost){used(value) + (is_server(value) ? 0 : GENERATOR_FDS), 1};
}

static struct cost cost_of(const struct predict_case *given, const struct limit_value *value)
{
    static struct cost (*const costs[LIMIT_COST_COUNT])(const struct predict_case *, const struct limit_value *) = {
        [LIMIT_COST_NOTHING] = cost_nothing,       [LIMIT_COST_DESCRIPTORS] = cost_descriptors,
        [LIMIT_COST_USER_TASKS] = cost_user_tasks, [LIMIT_COST_TASKS] = cost_tasks,
        [LIMIT_COST_ADDRESSES] = cost_addresses,   [LIMIT_COST_COMMITTED] = cost_committed,
        [LIMIT_COST_MEMORY] = cost_memory,         [LIMIT_COST_MAPS] = cost_maps,
        [LIMIT_COST_PORTS] = cost_ports,           [LIMIT_COST_TRACKED] = cost_tracked,
        [LIMIT_COST_FILES] = cost_files,
    };
    return costs[limit_cost(value->id)](given, value);
}

/* --- the least of them --- */

/* What the other side takes of a limit that both have. */
static uint64_t other_side(const struct predict_case *given, const struct limit_value *value, bool *shared)
{
    struct limit_value other = *value;
    if (!given->server.known || value->scope == LIMIT_SCOPE_PROCESS || value->scope == LIMIT_SCOPE_SOCKET) {
        return 0;
    }
    other.side = value->side == LIMIT_SIDE_CLIENT ? LIMIT_SIDE_SERVER : LIMIT_SIDE_CLIENT;
    const uint64_t each = cost_of(given, &other).each;
    *shared = each > 0;
    return each;
}

/* The generator's own tasks and files are there before the server takes its share. */
static uint64_t taken_before(const struct predict_case *given, const struct limit_value *value)
{
    struct limit_value client = *value;
    client.side = LIMIT_SIDE_CLIENT;
    const bool own = value->scope == LIMIT_SCOPE_PROCESS || value->scope == LIMIT_SCOPE_SOCKET;
    return cost_of(given, own ? value : &client).before;
}

static void keep_least(struct prediction *prediction, const struct predict_ceiling *ceiling)
{
    struct predict_ceiling *const least = prediction->ceilings;
    if (ceiling->clients >= PREDICT_MOST) {
        return;
    }
    /* RLIMIT_NOFILE can be raised up to fs.nr_open only */
    const bool first =
        ceiling->clients == least[0].clients && ceiling->limit == LIMIT_NR_OPEN && least[0].limit == LIMIT_NOFILE;
    if (prediction->count == 0 || ceiling->clients < least[0].clients || first) {
        least[1] = least[0];
        least[0] = *ceiling;
        prediction->count += prediction->count < 2;
    } else if (prediction->count == 1 || ceiling->clients < least[1].clients) {
        least[1] = *ceiling;
        prediction->count = 2;
    }
}

/* Whether the client side's value says it already: of a limit that both sides take from, that one is enough, because
 * the client is the first to take. */
static bool has_row_of_client(const struct predict_case *given, const struct limit_value *value,
                              const struct limit_value *values, size_t count)
{
    struct limit_value client = *value;
    client.side = LIMIT_SIDE_CLIENT;
    if (value->side == LIMIT_SIDE_CLIENT || value->scope == LIMIT_SCOPE_PROCESS || cost_of(given, &client).each == 0) {
        return false;
    }
    const struct limit_value *const row = limit_find(values, count, value->id, LIMIT_SIDE_CLIENT);
    return row != NULL && row->value <= value->value;
}

/* Clients that take `each` together: those that come from different addresses can have the same port. */
static uint64_t clients_a_unit(const struct predict_case *given, const struct limit_value *value)
{
    return value->id == LIMIT_PORT_RANGE && given->spread_sources ? RUN_SOURCE_ADDRESSES : 1;
}

bool predict_taken(const struct predict_case *given, const struct limit_value *value, uint64_t clients, uint64_t *taken)
{
    bool shared = false;
    const uint64_t own = cost_of(given, value).each;
    *taken =
        taken_before(given, value) + clients * (own + other_side(given, value, &shared)) / clients_a_unit(given, value);
    return own > 0;
}

bool predict_is_shared(const struct predict_case *given, const struct limit_value *value)
{
    bool shared = false;
    (void)other_side(given, value, &shared);
    return shared && cost_of(given, value).each > 0;
}

static void weigh(const struct predict_case *given, const struct limit_value *value, struct prediction *prediction)
{
    bool shared = false;
    const uint64_t own = cost_of(given, value).each;
    const uint64_t before = taken_before(given, value);
    /* A generator that cannot have its own threads carries no client, whatever a client takes. */
    const bool is_full = value->side == LIMIT_SIDE_CLIENT && before > value->value;
    if (value->value == LIMIT_UNLIMITED || (own == 0 && !is_full)) {
        return;
    }
    const uint64_t each = own + other_side(given, value, &shared);
    const bool has_room = each > 0 && value->value > before;
    const struct predict_ceiling ceiling = {
        .clients = has_room ? (value->value - before) * clients_a_unit(given, value) / each : 0,
        .limit = value->id,
        .side = value->side,
        .value = value->value,
        .shared = shared};
    keep_least(prediction, &ceiling);
}

/* What is no limit of the environment: a worker or a thread of a pool has one connection at a time. */
static void weigh_pool(enum limit_side side, uint64_t size, struct prediction *prediction)
{
    const struct predict_ceiling ceiling = {.clients = size, .limit = LIMIT_COUNT, .side = side, .value = size};
    keep_least(prediction, &ceiling);
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

const char *predict_ceiling_name(const struct predict_ceiling *ceiling)
{
    static const char *const pools[] = {[LIMIT_SIDE_CLIENT] = "pool_size", [LIMIT_SIDE_SERVER] = "workers"};
    return ceiling->limit != LIMIT_COUNT ? limit_name(ceiling->limit) : pools[ceiling->side];
}

const char *predict_ceiling_unit(const struct predict_ceiling *ceiling)
{
    static const char *const units[] = {
        [LIMIT_SIDE_CLIENT] = "threads of the pool", [LIMIT_SIDE_SERVER] = "threads of the server's pool"};
    return ceiling->limit != LIMIT_COUNT ? limit_unit(ceiling->limit) : units[ceiling->side];
}

static uint64_t most_alive(const struct predict_case *given)
{
    const struct run_spec *const spec = given->spec;
    uint64_t most = spec->count;
    if (spec->mode == MODE_POOL && !spec->hold) {
        most = spec->pool_size;
    } else if (mode_cost(given)->loops > 0 && !spec->hold) {
        most = mode_cost(given)->loops * given->cores * RUN_EVENT_UNDER_WAY;
    }
    return most < spec->count ? most : spec->count;
}

/* What others took during the run counts as well: the bound lacked room for those that were missing. */
uint64_t predict_needed(const struct predict_case *given, const struct limit_value *value, uint64_t reached)
{
    bool shared = false;
    const uint64_t most = most_alive(given);
    const uint64_t own = cost_of(given, value).each;
    const uint64_t each = own + other_side(given, value, &shared);
    if (own == 0 || most <= reached) {
        return LIMIT_UNKNOWN;
    }
    const uint64_t unit = clients_a_unit(given, value);
    const uint64_t for_all = taken_before(given, value) + (most * each + unit - 1) / unit;
    const uint64_t for_missing = value->value + ((most - reached) * each + unit - 1) / unit;
    return for_all > for_missing ? for_all : for_missing;
}

void predict_confine(const struct run_spec *spec, struct limit_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t lowered = values[i].id == LIMIT_NOFILE  ? spec->limit_nofile
                                 : values[i].id == LIMIT_NPROC ? spec->limit_nproc
                                 : values[i].id == LIMIT_AS    ? spec->limit_as_mib * KIB * KIB
                                                               : 0;
        if (values[i].side == LIMIT_SIDE_CLIENT && lowered != 0) {
            values[i].value = lowered;
        }
    }
}

/* "pids.max 4,096 on the client side" */
static void name_ceiling(const struct predict_ceiling *ceiling, char text[160])
{
    char value[FIGURE_SIZE];
    snprintf(text, 160, "%s %s %s", predict_ceiling_name(ceiling), figure_number(ceiling->value, value),
             ceiling->shared                      ? "for both sides together"
             : ceiling->side == LIMIT_SIDE_CLIENT ? "on the client side"
                                                  : "on the server side");
}

static void write_sentence(const struct predict_case *given, struct prediction *prediction)
{
    char limit[160];
    char count[FIGURE_SIZE];
    char ceiling[FIGURE_SIZE];
    const char *const held = given->spec->hold ? "held " : "";
    const char *const clients = mode_cost(given)->clients;
    char *const out = prediction->sentence;
    figure_number(given->spec->count, count);
    if (prediction->count == 0) {
        snprintf(out, PREDICT_SENTENCE_SIZE, "%s %s%s: no known limit stops them", count, held, clients);
        return;
    }
    const struct predict_ceiling *const least = &prediction->ceilings[0];
    name_ceiling(least, limit);
    figure_number(least->clients, ceiling);
    if (prediction->most <= least->clients) {
        snprintf(out, PREDICT_SENTENCE_SIZE, "%s %s%s: within all limits, the nearest at %s, %s", count, held, clients,
                 ceiling, limit);
    } else if (prediction->certain) {
        snprintf(out, PREDICT_SENTENCE_SIZE, "%s %s%s: stops at %s%s, %s%s", count, held, clients,
                 prediction->estimate ? "about " : "", ceiling, limit,
                 prediction->estimate ? "; what a client takes of memory differs from kernel to kernel" : "");
    } else {
        snprintf(
            out, PREDICT_SENTENCE_SIZE,
            "%s %s: at most %s can be alive at the same time, %s; without hold, some end while others begin, so more "
            "may complete",
            count, clients, ceiling, limit);
    }
}

void predict(const struct predict_case *given, const struct limit_value *values, size_t count,
             struct prediction *prediction)
{
    memset(prediction, 0, sizeof *prediction);
    for (size_t i = 0; i < count; i++) {
        const bool known = values[i].side == LIMIT_SIDE_CLIENT || given->server.known;
        if (known && !has_row_of_client(given, &values[i], values, count)) {
            weigh(given, &values[i], prediction);
        }
    }
    weigh_pools(given, prediction);
    const enum limit_id least = prediction->count > 0 ? prediction->ceilings[0].limit : LIMIT_COUNT;
    prediction->estimate = least != LIMIT_COUNT && limit_cost(least) == LIMIT_COST_MEMORY;
    prediction->certain = given->spec->hold;
    prediction->most = most_alive(given);
    prediction->queues = given->server.known && given->spec->rate == 0 && prediction->most > given->server.backlog;
    write_sentence(given, prediction);
}
