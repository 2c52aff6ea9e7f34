/* The numbers were measured with glibc 2.36 on Linux 6.18, x86-64: 500 and 2,500 held clients of each mode against each
 * model, the difference divided by 2,000. What a thread takes of tasks, maps and addresses is exact; memory is a mean.
 */
#include "loadgen/verdict/predict.h"

#include <string.h>

#include "loadgen/verdict/predict_words.h"

#define KIB 1024ULL
#define PAGE (4 * KIB)

/* The generator before its first client. */
#define GENERATOR_FDS 7ULL              /* standard ones, counters of /proc, its eventfd */
#define GENERATOR_HELPERS 2ULL          /* threads beside the main one, where the mode is not alone */
#define GENERATOR_MAPS 17ULL            /* its helpers' included */
#define GENERATOR_ADDRESSES 10244096ULL /* without its helpers */
#define GENERATOR_MEMORY 1400000ULL
#define HELPER_ADDRESSES (260 * KIB + THREAD_TLS)

/* A thread, of either side. */
#define THREAD_MAPS 2ULL  /* its stack and the guard page below */
#define THREAD_TLS 288ULL /* glibc's vector of its thread-local storage (dtv), from the heap */
#define SERVER_THREAD_ADDRESSES (20 * KIB)

#define MEMORY_CLIENT_THREAD 35400ULL /* kernel stack, the pages of the stack that are touched, the socket */
#define MEMORY_CLIENT_PROCESS 97000ULL
#define MEMORY_CLIENT_EVENT 4600ULL
#define MEMORY_SERVER_THREAD 37000ULL
#define MEMORY_SERVER_EPOLL 1600ULL
/* The panel after a few runs; from then on it stays there. */
#define PANEL_MEMORY 21000000ULL
#define COMMIT_PROCESS (712 * KIB) /* private pages that a fork may come to copy */

struct cost {
    uint64_t before; /* taken when the first client begins, whoever has it */
    uint64_t each;   /* by a client; 0: this side takes nothing of it */
};

static const struct cost nothing = {0, 0};

static uint64_t used(const struct limit_value *value)
{
    return value->used == LIMIT_UNKNOWN ? 0 : value->used;
}

/* Threads of the client side beside one for each client. */
static uint64_t generator_tasks(const struct predict_case *asked)
{
    switch (asked->spec->mode) {
    case MODE_THREAD:
    case MODE_POOL:
        return 1 + GENERATOR_HELPERS;
    case MODE_EVENT:
        return 1 + GENERATOR_HELPERS + asked->cores;
    case MODE_PROCESS:
        return 1;
    case MODE_COUNT:
        break;
    }
    return 0;
}

static bool client_has_thread(const struct predict_case *asked)
{
    return asked->spec->mode == MODE_THREAD || asked->spec->mode == MODE_POOL;
}

static struct cost cost_tasks(const struct predict_case *asked, const struct limit_value *value)
{
    if (value->side == LIMIT_SIDE_SERVER) {
        return (struct cost){used(value), asked->model == PREDICT_MODEL_THREAD};
    }
    return (struct cost){used(value) + generator_tasks(asked), asked->spec->mode != MODE_EVENT};
}

static struct cost cost_memory(const struct predict_case *asked, const struct limit_value *value)
{
    if (value->side == LIMIT_SIDE_SERVER) {
        const bool thread = asked->model == PREDICT_MODEL_THREAD;
        return (struct cost){used(value), thread ? MEMORY_SERVER_THREAD : MEMORY_SERVER_EPOLL};
    }
    const bool may_grow = asked->panel_bytes > 0 && asked->panel_bytes < PANEL_MEMORY;
    const uint64_t growth = may_grow ? PANEL_MEMORY - asked->panel_bytes : 0;
    const uint64_t before = used(value) + growth + GENERATOR_MEMORY;
    switch (asked->spec->mode) {
    case MODE_THREAD:
    case MODE_POOL:
        return (struct cost){before, MEMORY_CLIENT_THREAD};
    case MODE_PROCESS:
        return (struct cost){before, MEMORY_CLIENT_PROCESS};
    case MODE_EVENT:
        return (struct cost){before, MEMORY_CLIENT_EVENT};
    case MODE_COUNT:
        break;
    }
    return nothing;
}

static uint64_t stack_bytes(const struct predict_case *asked)
{
    return (asked->spec->stack_kib * KIB + PAGE - 1) / PAGE * PAGE;
}

/* --- one function a row: what a client costs of the limit on its side --- */

/* A client process has a table of descriptors to itself. */
static struct cost cost_NOFILE(const struct predict_case *asked, const struct limit_value *value)
{
    if (value->side == LIMIT_SIDE_SERVER) {
        return (struct cost){asked->reserved_fds + asked->live, 1};
    }
    return (struct cost){GENERATOR_FDS + (asked->spec->mode == MODE_EVENT ? asked->cores : 0),
                         asked->spec->mode != MODE_PROCESS};
}

static struct cost cost_NPROC(const struct predict_case *asked, const struct limit_value *value)
{
    return asked->nproc_binds ? cost_tasks(asked, value) : nothing;
}

/* The server gives threads no more of its addresses than it decided at its start: the rest is the panel's. */
static struct cost cost_of_thread_budget(const struct predict_case *asked, const struct limit_value *value)
{
    const uint64_t given = asked->thread_budget < value->value / SERVER_THREAD_ADDRESSES
                               ? asked->thread_budget * SERVER_THREAD_ADDRESSES
                               : value->value;
    return (struct cost){value->value - given + asked->live * SERVER_THREAD_ADDRESSES, SERVER_THREAD_ADDRESSES};
}

static struct cost cost_AS(const struct predict_case *asked, const struct limit_value *value)
{
    if (value->side == LIMIT_SIDE_SERVER) {
        return asked->model == PREDICT_MODEL_THREAD ? cost_of_thread_budget(asked, value) : nothing;
    }
    return (struct cost){GENERATOR_ADDRESSES + GENERATOR_HELPERS * HELPER_ADDRESSES,
                         client_has_thread(asked) ? stack_bytes(asked) + PAGE + THREAD_TLS : 0};
}

/* The stacks of all threads but the main one have a size of their own. */
static struct cost cost_STACK(const struct predict_case *asked, const struct limit_value *value)
{
    (void)asked;
    (void)value;
    return nothing;
}

static struct cost cost_PIDS_MAX(const struct predict_case *asked, const struct limit_value *value)
{
    return cost_tasks(asked, value);
}

static struct cost cost_MEMORY_MAX(const struct predict_case *asked, const struct limit_value *value)
{
    return cost_memory(asked, value);
}

static struct cost cost_THREADS_MAX(const struct predict_case *asked, const struct limit_value *value)
{
    return cost_tasks(asked, value);
}

static struct cost cost_PID_MAX(const struct predict_case *asked, const struct limit_value *value)
{
    struct cost cost = cost_tasks(asked, value);
    cost.before += LIMIT_RESERVED_PIDS;
    return cost;
}

static struct cost cost_MAX_MAP_COUNT(const struct predict_case *asked, const struct limit_value *value)
{
    if (value->side == LIMIT_SIDE_SERVER) {
        return (struct cost){used(value), asked->model == PREDICT_MODEL_THREAD ? THREAD_MAPS : 0};
    }
    return (struct cost){GENERATOR_MAPS, client_has_thread(asked) ? THREAD_MAPS : 0};
}

static struct cost cost_OVERCOMMIT(const struct predict_case *asked, const struct limit_value *value)
{
    if (value->side == LIMIT_SIDE_SERVER) {
        return (struct cost){used(value), asked->model == PREDICT_MODEL_THREAD ? SERVER_THREAD_ADDRESSES - PAGE : 0};
    }
    const bool process = asked->spec->mode == MODE_PROCESS;
    return (struct cost){used(value) + GENERATOR_MEMORY, process                    ? COMMIT_PROCESS
                                                         : client_has_thread(asked) ? stack_bytes(asked) + THREAD_TLS
                                                                                    : 0};
}

static struct cost cost_MEMORY(const struct predict_case *asked, const struct limit_value *value)
{
    return cost_memory(asked, value);
}

static struct cost cost_PORT_RANGE(const struct predict_case *asked, const struct limit_value *value)
{
    return value->side == LIMIT_SIDE_CLIENT ? (struct cost){used(value), !asked->spread_sources} : nothing;
}

/* It cuts the backlog and nothing else. */
static struct cost cost_SOMAXCONN(const struct predict_case *asked, const struct limit_value *value)
{
    (void)asked;
    (void)value;
    return nothing;
}

/* A full accept queue delays clients, and ends none: see `queues`. */
static struct cost cost_BACKLOG(const struct predict_case *asked, const struct limit_value *value)
{
    (void)asked;
    (void)value;
    return nothing;
}

/* Connections that their process has closed already: beyond the bound the kernel resets them, their replies read. */
static struct cost cost_TCP_MAX_ORPHANS(const struct predict_case *asked, const struct limit_value *value)
{
    (void)asked;
    (void)value;
    return nothing;
}

/* A connection whose bytes are read has no page: 8,005 held ones had 346 between them, 90 of them before. */
static struct cost cost_TCP_MEM(const struct predict_case *asked, const struct limit_value *value)
{
    (void)asked;
    (void)value;
    return nothing;
}

/* The connection that asked for this prediction would be tracked too: with none, nothing is. */
static struct cost cost_CONNTRACK(const struct predict_case *asked, const struct limit_value *value)
{
    (void)asked;
    return (struct cost){used(value), value->side == LIMIT_SIDE_CLIENT && used(value) > 0};
}

/* A forked client has the open files of its parent, and adds its own. */
static struct cost cost_FILE_MAX(const struct predict_case *asked, const struct limit_value *value)
{
    (void)asked;
    return (struct cost){used(value) + (value->side == LIMIT_SIDE_CLIENT ? GENERATOR_FDS : 0), 1};
}

/* It bounds what RLIMIT_NOFILE may be set to, and so never binds before it. */
static struct cost cost_NR_OPEN(const struct predict_case *asked, const struct limit_value *value)
{
    (void)asked;
    (void)value;
    return nothing;
}

static struct cost (*const costs[LIMIT_COUNT])(const struct predict_case *asked, const struct limit_value *value) = {
#define LIMIT(NAME, ...) cost_##NAME,
#include "loadgen/limits/limits.def"
#undef LIMIT
};

/* --- the least of them --- */

/* What the other side takes of a limit that both have. */
static uint64_t other_side(const struct predict_case *asked, const struct limit_value *value, bool *shared)
{
    struct limit_value other = *value;
    if (asked->model == PREDICT_MODEL_NONE || value->scope == LIMIT_SCOPE_PROCESS ||
        value->scope == LIMIT_SCOPE_SOCKET) {
        return 0;
    }
    other.side = value->side == LIMIT_SIDE_CLIENT ? LIMIT_SIDE_SERVER : LIMIT_SIDE_CLIENT;
    const uint64_t each = costs[value->id](asked, &other).each;
    *shared = each > 0;
    return each;
}

/* The generator's own tasks and files are there before the server takes its share. */
static uint64_t taken_before(const struct predict_case *asked, const struct limit_value *value)
{
    struct limit_value client = *value;
    client.side = LIMIT_SIDE_CLIENT;
    const bool own = value->scope == LIMIT_SCOPE_PROCESS || value->scope == LIMIT_SCOPE_SOCKET;
    return costs[value->id](asked, own ? value : &client).before;
}

static void keep_least(struct prediction *prediction, const struct predict_ceiling *ceiling)
{
    struct predict_ceiling *const least = prediction->ceilings;
    if (ceiling->clients >= PREDICT_MOST) {
        return;
    }
    if (prediction->count == 0 || ceiling->clients < least[0].clients) {
        least[1] = least[0];
        least[0] = *ceiling;
        prediction->count += prediction->count < 2;
    } else if (prediction->count == 1 || ceiling->clients < least[1].clients) {
        least[1] = *ceiling;
        prediction->count = 2;
    }
}

/* Of a limit that both sides take from, one side's row is enough: the client's, who is the first to take. */
static bool is_told_by_client(const struct predict_case *asked, const struct limit_value *value,
                              const struct limit_value *values, size_t count)
{
    struct limit_value client = *value;
    client.side = LIMIT_SIDE_CLIENT;
    if (value->side == LIMIT_SIDE_CLIENT || value->scope == LIMIT_SCOPE_PROCESS ||
        costs[value->id](asked, &client).each == 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i].id == value->id && values[i].side == LIMIT_SIDE_CLIENT) {
            return values[i].value <= value->value;
        }
    }
    return false;
}

bool predict_taken(const struct predict_case *asked, const struct limit_value *value, uint64_t clients, uint64_t *taken)
{
    bool shared = false;
    const uint64_t own = costs[value->id](asked, value).each;
    *taken = taken_before(asked, value) + clients * (own + other_side(asked, value, &shared));
    return own > 0;
}

bool predict_is_shared(const struct predict_case *asked, const struct limit_value *value)
{
    bool shared = false;
    (void)other_side(asked, value, &shared);
    return shared && costs[value->id](asked, value).each > 0;
}

static void weigh(const struct predict_case *asked, const struct limit_value *value, struct prediction *prediction)
{
    bool shared = false;
    const uint64_t own = costs[value->id](asked, value).each;
    if (value->value == LIMIT_UNLIMITED || own == 0) {
        return;
    }
    const uint64_t each = own + other_side(asked, value, &shared);
    const uint64_t before = taken_before(asked, value);
    const struct predict_ceiling ceiling = {.clients = value->value > before ? (value->value - before) / each : 0,
                                            .name = limit_name(value->id),
                                            .unit = limit_unit(value->id),
                                            .side = value->side,
                                            .value = value->value,
                                            .shared = shared};
    keep_least(prediction, &ceiling);
}

/* What is no limit of the environment: a worker or a thread of a pool has one connection at a time. */
static void weigh_pools(const struct predict_case *asked, struct prediction *prediction)
{
    if (!asked->spec->hold) {
        return;
    }
    if (asked->model == PREDICT_MODEL_POOL) {
        const struct predict_ceiling workers = {.clients = asked->workers,
                                                .name = "workers",
                                                .unit = "threads of the server's pool",
                                                .side = LIMIT_SIDE_SERVER,
                                                .value = asked->workers};
        keep_least(prediction, &workers);
    }
    if (asked->spec->mode == MODE_POOL) {
        const struct predict_ceiling size = {.clients = asked->spec->pool_size,
                                             .name = "pool_size",
                                             .unit = "threads of the pool",
                                             .side = LIMIT_SIDE_CLIENT,
                                             .value = asked->spec->pool_size};
        keep_least(prediction, &size);
    }
}

static uint64_t most_alive(const struct predict_case *asked)
{
    const struct run_spec *const spec = asked->spec;
    uint64_t most = spec->count;
    if (spec->mode == MODE_POOL && !spec->hold) {
        most = spec->pool_size;
    } else if (spec->mode == MODE_EVENT && !spec->hold) {
        most = asked->cores * RUN_EVENT_UNDER_WAY;
    }
    return most < spec->count ? most : spec->count;
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

void predict(const struct predict_case *asked, const struct limit_value *values, size_t count,
             struct prediction *prediction)
{
    memset(prediction, 0, sizeof *prediction);
    for (size_t i = 0; i < count; i++) {
        const bool known = values[i].side == LIMIT_SIDE_CLIENT || asked->model != PREDICT_MODEL_NONE;
        if (known && !is_told_by_client(asked, &values[i], values, count)) {
            weigh(asked, &values[i], prediction);
        }
    }
    weigh_pools(asked, prediction);
    prediction->certain = asked->spec->hold;
    prediction->most = most_alive(asked);
    prediction->queues =
        asked->model != PREDICT_MODEL_NONE && asked->spec->rate == 0 && prediction->most > asked->backlog;
    predict_write_sentence(asked, prediction);
}
