/* The numbers here, in modes.def and in models.def were measured with glibc 2.36 on Linux 6.18, x86-64: 500 and 2,500
 * held clients of each mode against each model, the difference divided by 2,000. What a thread takes of tasks, maps and
 * addresses is exact. Memory is a mean, for threads and processes also of kernels: one takes 35.4 kB and 88 to 99 kB
 * on Linux 6.18 with control groups of version 1, 40 kB and 104 to 126 kB on 6.1 with version 2. */
#include "loadgen/verdict/cost.h"

#include "loadgen/contract/load_rank.h"
#include "loadgen/contract/process_list.h"
#include "loadgen/limits/limits.h"

#define KIB 1024ULL
#define PAGE (4 * KIB)

/* The generator before its first client. */
#define GENERATOR_FDS 7ULL              /* the standard ones, counters of /proc, its eventfd; loops have one each */
#define GENERATOR_MAPS 17ULL            /* including those of its threads */
#define GENERATOR_ADDRESSES 12410880ULL /* without its threads */
#define GENERATOR_MEMORY 1400000ULL
#define GENERATOR_DATA (1088 * KIB) /* without its threads */
#define HELPER_DATA (256 * KIB)
#define HELPER_ADDRESSES (260 * KIB + THREAD_TLS)

/* What MPI adds to a generator that is a rank (Open MPI 4.1.4): the same with 2 and 8 of them; and mpirun. */
#define RANK_FDS 14ULL
#define RANK_TASKS 3ULL
#define RANK_MAPS 373ULL
#define RANK_ADDRESSES 94000000ULL
#define RANK_DATA 21200000ULL
#define RANK_MEMORY 3600000ULL /* of its own: the libraries are shared */
#define MPIRUN_TASKS 4ULL
#define MPIRUN_MEMORY 13000000ULL

/* What io_uring takes of RLIMIT_MEMLOCK: exact for pages of 4 KiB. */
#define RING_BYTES (40 * KIB)      /* of a loop: its ring with 256 submissions and 1,024 completions, and its buffers */
#define RING_CHECK_BYTES (8 * KIB) /* the ring that is made to see whether one can be, which the kernel frees later */

/* A thread, of either side. */
#define THREAD_MAPS 2ULL  /* its stack and the guard page below */
#define THREAD_TLS 288ULL /* glibc's vector of its thread-local storage (dtv), from the heap */
#define SERVER_THREAD_ADDRESSES (20 * KIB)

#define UNCHARGED_PROCESS 45000ULL /* of the machine's memory, which control groups do not charge (Linux 6.1) */
#define COMMIT_PROCESS (502 * KIB) /* private pages that a fork may come to copy */
#define COMMIT_RUN 19900000ULL     /* the panel for a run, and its generator before its first client */

static const struct mode_cost {
    const char *clients[LANGUAGE_COUNT]; /* what they are called */
    uint64_t threads;                    /* of each client */
    uint64_t processes;
    uint64_t bytes;
    uint64_t helpers; /* threads of the generator beside the main one */
    uint64_t loops;   /* of the generator, for each core */
} mode_costs[MODE_COUNT] = {
#define CLIENTS(english, indonesian)                                                                                   \
    {                                                                                                                  \
        english, indonesian                                                                                            \
    }
#define MODE(NAME, name, help, clients, threads, processes, bytes, helpers, loops, ...)                                \
    {clients, threads, processes, bytes, helpers, loops},
#include "loadgen/contract/modes.def"
#undef MODE
#undef CLIENTS
};

static const struct mode_cost *mode_cost(const struct predict_case *given)
{
    return &mode_costs[given->spec->mode];
}

/* What one side takes of a limit. */
struct cost {
    uint64_t before; /* in use when the first client begins, whoever uses it */
    uint64_t each;   /* of a client; 0: this side takes nothing of it */
};

const char *cost_clients(const struct predict_case *given, enum language language)
{
    return mode_cost(given)->clients[language];
}

static uint64_t ranks(const struct predict_case *given)
{
    return given->spec->ranks > 1 ? given->spec->ranks : 1;
}

/* What a generator has more of as one of several, or of what there is one for them. */
static uint64_t of_ranks(const struct predict_case *given, uint64_t more)
{
    return ranks(given) > 1 ? more : 0;
}

/* Of each generator. */
static uint64_t loops(const struct predict_case *given)
{
    return mode_cost(given)->loops * given->cores;
}

uint64_t cost_loops(const struct predict_case *given)
{
    return ranks(given) * loops(given);
}

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
        return given->server.watched ? (struct cost){used(value), 1}
                                     : (struct cost){given->server.reserved_fds + given->server.live, 1};
    }
    return (struct cost){GENERATOR_FDS + of_ranks(given, RANK_FDS) + loops(given), mode->processes == 0};
}

static struct cost cost_tasks(const struct predict_case *given, const struct limit_value *value)
{
    const struct mode_cost *const mode = mode_cost(given);
    if (is_server(value)) {
        return (struct cost){used(value), given->server.threads};
    }
    const uint64_t each = 1 + mode->helpers + of_ranks(given, RANK_TASKS) + loops(given);
    return (struct cost){used(value) + ranks(given) * each + of_ranks(given, MPIRUN_TASKS),
                         mode->threads + mode->processes};
}

static struct cost cost_user_tasks(const struct predict_case *given, const struct limit_value *value)
{
    return given->terms.nproc_exempt == NULL ? cost_tasks(given, value) : (struct cost){0, 0};
}

/* The server gives threads, which take `each`, no more than it decided at its start: the rest is the panel's. */
static struct cost cost_of_thread_budget(const struct predict_case *given, const struct limit_value *value,
                                         uint64_t budget, uint64_t each)
{
    if (given->server.threads == 0) {
        return (struct cost){0, 0};
    }
    const uint64_t for_threads = budget < value->value / each ? budget * each : value->value;
    return (struct cost){value->value - for_threads + given->server.live * each, each};
}

/* Of each generator; RLIMIT_DATA does not count what is mapped to be shared. */
static uint64_t process_list(const struct predict_case *given)
{
    const struct limit_terms *const terms = &given->terms;
    const uint64_t clients = (given->spec->count + ranks(given) - 1) / ranks(given);
    return mode_cost(given)->processes > 0
               ? process_list_bytes(process_list_places(clients, terms->threads_max, terms->pid_max), terms->pid_max)
               : 0;
}

static struct cost cost_addresses(const struct predict_case *given, const struct limit_value *value)
{
    const struct mode_cost *const mode = mode_cost(given);
    if (is_server(value)) {
        return cost_of_thread_budget(given, value, given->server.thread_budget, SERVER_THREAD_ADDRESSES);
    }
    return (struct cost){GENERATOR_ADDRESSES + of_ranks(given, RANK_ADDRESSES) + mode->helpers * HELPER_ADDRESSES +
                             process_list(given),
                         mode->threads * (stack_bytes(given) + PAGE + THREAD_TLS)};
}

static struct cost cost_data(const struct predict_case *given, const struct limit_value *value)
{
    const struct mode_cost *const mode = mode_cost(given);
    if (is_server(value)) {
        return cost_of_thread_budget(given, value, given->server.data_budget, SERVER_THREAD_ADDRESSES - PAGE);
    }
    return (struct cost){GENERATOR_DATA + of_ranks(given, RANK_DATA) + mode->helpers * HELPER_DATA,
                         mode->threads * stack_bytes(given)};
}

/* However many clients there are. */
static struct cost cost_rings(const struct predict_case *given, const struct limit_value *value)
{
    const bool takes = !is_server(value) && given->spec->mode == MODE_URING && given->terms.memlock_exempt == NULL;
    return (struct cost){takes ? ranks(given) * (loops(given) * RING_BYTES + RING_CHECK_BYTES) : 0, 0};
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
    const uint64_t generators = ranks(given) * (GENERATOR_MEMORY + of_ranks(given, RANK_MEMORY));
    return (struct cost){used(value) + generators + of_ranks(given, MPIRUN_MEMORY), mode->bytes + uncharged};
}

static struct cost cost_maps(const struct predict_case *given, const struct limit_value *value)
{
    return is_server(value)
               ? cost_of_thread_budget(given, value, given->server.map_budget, THREAD_MAPS)
               : (struct cost){GENERATOR_MAPS + of_ranks(given, RANK_MAPS), mode_cost(given)->threads * THREAD_MAPS};
}

/* Where the run does not say how many, there are as many as the clients need. */
static uint64_t source_addresses(const struct predict_case *given)
{
    const uint64_t most = given->source_addresses != 0 ? given->source_addresses
                          : given->spec->sources != 0  ? given->spec->sources
                                                       : run_spec_source_addresses_most();
    return given->loopback == NET_LOOPBACK_IPV4 ? most : 1;
}

/* Clients that can have the same port: they come from different addresses, or go to different ones. */
static uint64_t clients_a_port(const struct predict_case *given)
{
    return source_addresses(given) * run_spec_targets(given->spec);
}

static struct cost cost_ports(const struct predict_case *given, const struct limit_value *value)
{
    if (is_server(value)) {
        return (struct cost){0, 0};
    }
    /* A port that somebody listens on is lost to every address, one in TIME_WAIT to the address that had it. */
    const uint64_t waiting_at = given->terms.tw_reuse == 0 ? clients_a_port(given) : 1;
    return (struct cost){used(value) / waiting_at, 1};
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
    const uint64_t generators =
        ranks(given) * (GENERATOR_FDS + of_ranks(given, RANK_FDS + MPIRUN_RANK_FDS)) + of_ranks(given, MPIRUN_FDS);
    return (struct cost){used(value) + (is_server(value) ? 0 : generators), 1};
}

static struct cost cost_of(const struct predict_case *given, const struct limit_value *value)
{
    static struct cost (*const costs[LIMIT_COST_COUNT])(const struct predict_case *, const struct limit_value *) = {
        [LIMIT_COST_NOTHING] = cost_nothing,
        [LIMIT_COST_DESCRIPTORS] = cost_descriptors,
        [LIMIT_COST_USER_TASKS] = cost_user_tasks,
        [LIMIT_COST_TASKS] = cost_tasks,
        [LIMIT_COST_ADDRESSES] = cost_addresses,
        [LIMIT_COST_COMMITTED] = cost_committed,
        [LIMIT_COST_MEMORY] = cost_memory,
        [LIMIT_COST_MAPS] = cost_maps,
        [LIMIT_COST_PORTS] = cost_ports,
        [LIMIT_COST_TRACKED] = cost_tracked,
        [LIMIT_COST_FILES] = cost_files,
        [LIMIT_COST_RINGS] = cost_rings,
        [LIMIT_COST_DATA] = cost_data,
    };
    return costs[limit_cost(value->id)](given, value);
}

/* --- of both sides --- */

/* Whether the server is on this machine, and what it takes is known, if only in part. */
bool cost_server_is_present(const struct predict_case *given)
{
    return given->server.known || given->server.watched;
}

/* What the other side takes of a limit that both have. */
static uint64_t other_side(const struct predict_case *given, const struct limit_value *value, bool *shared)
{
    struct limit_value other = *value;
    if (!cost_server_is_present(given) || given->server.elsewhere || given->elsewhere ||
        value->scope == LIMIT_SCOPE_PROCESS || value->scope == LIMIT_SCOPE_SOCKET) {
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
    const bool own = given->elsewhere || value->scope == LIMIT_SCOPE_PROCESS || value->scope == LIMIT_SCOPE_SOCKET;
    return cost_of(given, own ? value : &client).before;
}

/* Clients that take `each` together: several can have the same port, each process that accepts has descriptors of its
 * own, and each generator has what the limit bounds for one process. */
static uint64_t clients_a_unit(const struct predict_case *given, const struct limit_value *value)
{
    if (is_server(value)) {
        const bool of_each = limit_cost(value->id) == LIMIT_COST_DESCRIPTORS && given->server.acceptors > 1;
        return of_each ? given->server.acceptors : 1;
    }
    return value->id == LIMIT_PORT_RANGE         ? clients_a_port(given)
           : value->scope == LIMIT_SCOPE_PROCESS ? ranks(given)
                                                 : 1;
}

/* A generator goes on without the loops whose threads have no room, but for the first. Of several generators one may
 * take the room of another's. */
static uint64_t spare_loops(const struct predict_case *given, const struct limit_value *value)
{
    const enum limit_cost cost = limit_cost(value->id);
    const bool of_tasks = cost == LIMIT_COST_TASKS || cost == LIMIT_COST_USER_TASKS;
    return of_tasks && ranks(given) == 1 && loops(given) > 1 ? loops(given) - 1 : 0;
}

struct run_cost cost_of_run(const struct predict_case *given, const struct limit_value *value)
{
    bool shared = false;
    const uint64_t own = cost_of(given, value).each;
    const uint64_t other = other_side(given, value, &shared);
    const uint64_t before = taken_before(given, value);
    const uint64_t spare = spare_loops(given, value);
    return (struct run_cost){.before = before,
                             .least = before > spare ? before - spare : 0,
                             .own = own,
                             .each = own + other,
                             .clients = clients_a_unit(given, value),
                             .shared = shared};
}
