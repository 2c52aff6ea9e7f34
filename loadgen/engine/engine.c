#include "loadgen/engine/engine.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "loadgen/contract/run_rlimits.h"
#include "loadgen/engine/mode.h"
#include "loadgen/engine/monitor.h"
#include "loadgen/engine/scoreboard_read.h"
#include "loadgen/limits/limit_terms.h"
#include "loadgen/limits/limits.h"

struct engine {
    const struct run_spec *spec;
    struct client_plan plan;
    struct sink *sink;
    const struct engine_ranks *ranks; /* NULL: it carries the run alone */
    struct scoreboard *board;
    uint64_t epoch_ns;
    struct tasks *tasks;
    struct monitor *monitor; /* while the clients are carried out */
    struct monitor_sight sight;
    struct load_result *result;   /* mapped before the clients, so that it cannot fail when they are measured */
    void *reserve;                /* address space */
    void (*tick)(void *argument); /* may be NULL */
    void *tick_argument;
    uint64_t tick_ns; /* when to tick again */
};

static const struct mode *mode_of(enum run_mode mode)
{
    static const struct mode *const modes[MODE_COUNT] = {
#define MODE(NAME, name, help, ...) [MODE_##NAME] = &mode_##name,
#include "loadgen/contract/modes.def"
#undef MODE
    };
    assert(mode < MODE_COUNT);
    return modes[mode];
}

/* RLIMIT_DATA counts only memory that can be written; that is also promised, to each fork again unless it is left out
 * of them. NULL: there is none. */
static void *map_for_itself(size_t bytes)
{
    void *const memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    (void)madvise(memory, bytes, MADV_DONTFORK);
    return memory;
}

static void unmap(void *memory, size_t bytes)
{
    if (memory != NULL) {
        munmap(memory, bytes);
    }
}

/* For writing the result: where address space is what stops the clients, they leave nothing of it, and the C library
 * keeps the stacks of threads that have ended. */
#define RESERVE_BYTES ((size_t)368 * 1024)

static void give_reserve_back(struct engine *engine)
{
    unmap(engine->reserve, RESERVE_BYTES);
    engine->reserve = NULL;
}

enum result engine_create(const struct run_spec *spec, const struct net_address *targets, struct sink *sink,
                          struct engine **engine, struct err *err)
{
    struct engine *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the load generator");
    }
    enum result result = RESULT_OK;
    created->spec = spec;
    created->sink = sink;
    client_plan_init(&created->plan, spec, targets);
    created->board = scoreboard_create(spec->count, spec->hold);
    if (created->board == NULL) {
        result = err_system(err, errno, "cannot map the memory that the clients share");
        goto no_board;
    }
    created->result = map_for_itself(sizeof *created->result);
    created->reserve = map_for_itself(RESERVE_BYTES);
    if (created->result == NULL || created->reserve == NULL) {
        result = err_system(err, errno, "cannot keep address space for the result");
        goto undo_mappings;
    }
    result = tasks_open(&created->tasks, err);
    if (result != RESULT_OK) {
        goto undo_mappings;
    }
    *engine = created;
    return RESULT_OK;
undo_mappings:
    give_reserve_back(created);
    unmap(created->result, sizeof *created->result);
    scoreboard_destroy(created->board);
no_board:
    free(created);
    return result;
}

void engine_destroy(struct engine *engine)
{
    tasks_close(engine->tasks);
    give_reserve_back(engine);
    unmap(engine->result, sizeof *engine->result);
    scoreboard_destroy(engine->board);
    free(engine);
}

void engine_cancel(struct engine *engine)
{
    scoreboard_cancel(engine->board);
}

bool engine_is_alone(const struct engine *engine)
{
    return mode_of(engine->spec->mode)->alone;
}

void engine_set_tick(struct engine *engine, void (*tick)(void *argument), void *argument)
{
    engine->tick = tick;
    engine->tick_argument = argument;
}

void engine_set_ranks(struct engine *engine, const struct engine_ranks *ranks)
{
    engine->ranks = ranks;
    engine->plan.share = ranks->share;
    scoreboard_share(engine->board, &ranks->share);
}

bool engine_is_held(const struct engine *engine)
{
    return engine->spec->hold && scoreboard_barrier_is_full(engine->board);
}

void engine_let_go(struct engine *engine)
{
    struct client_record others = {0};
    scoreboard_barrier_arrive(engine->board, &others);
}

bool engine_is_cancelled(const struct engine *engine)
{
    return scoreboard_cancelled(engine->board);
}

uint64_t engine_late_ns(const struct engine *engine)
{
    return engine->plan.begin_ns > engine->epoch_ns ? engine->plan.begin_ns - engine->epoch_ns : 0;
}

static void tick(void *argument)
{
    struct engine *const engine = argument;
    const uint64_t now_ns = clock_now_ns();
    if (now_ns < engine->tick_ns && !monitor_is_alarmed(engine->monitor)) {
        return;
    }
    engine->tick_ns = now_ns + MODE_TICK_MS * NS_PER_MS;
    monitor_tick(engine->monitor);
    if (engine->tick != NULL) {
        engine->tick(engine->tick_argument);
    }
}

static void begin_memory(void *argument)
{
    const struct engine *const engine = argument;
    monitor_begin_memory(engine->monitor);
}

/* A client's number picks its address. A multiple of the generators gives each of them addresses of its own. */
static uint64_t source_addresses(const struct engine *engine, uint64_t ports, uint64_t waiting)
{
    const uint64_t needed = run_spec_source_addresses(engine->spec, ports, waiting);
    const uint64_t stride = engine->plan.share.stride;
    const uint64_t rounded = (needed + stride - 1) / stride * stride;
    return engine->spec->sources == 0 && rounded <= run_spec_source_addresses_most() ? rounded : needed;
}

/* Only IPv4 has more than one address of the loopback interface. */
static bool may_spread(const struct client_plan *plan)
{
    uint64_t i = 0;
    while (i < plan->target_count && net_is_ipv4_loopback(&plan->targets[i])) {
        i++;
    }
    return i == plan->target_count;
}

static void spread_sources(struct engine *engine, const struct limit_value *limits, size_t count)
{
    const struct limit_value *const ports = limit_find(limits, count, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT);
    const struct limit_value *const closed = limit_find(limits, count, LIMIT_TCP_MAX_TW_BUCKETS, LIMIT_SIDE_CLIENT);
    if (ports != NULL && may_spread(&engine->plan)) {
        const uint64_t taken = ports->used != LIMIT_UNKNOWN && ports->used < ports->value ? ports->used : 0;
        const uint64_t waiting = closed != NULL && closed->used != LIMIT_UNKNOWN ? closed->used : 0;
        engine->plan.sources = source_addresses(engine, ports->value - taken, waiting);
    }
}

/* What a generator takes is added to what is in use (cost.c), whether the panel reads that before a run or the
 * generator as the run begins: its own tasks do not count twice. */
static void leave_out_own_tasks(struct limit_value *limits, size_t count)
{
    struct stat tasks; /* of proc(5): a link for each, and two of the folder's own */
    const uint64_t own = stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > 2 ? tasks.st_nlink - 2 : 0;
    for (size_t i = 0; i < count; i++) {
        const enum limit_cost cost = limit_cost(limits[i].id);
        const bool of_tasks = cost == LIMIT_COST_TASKS || cost == LIMIT_COST_USER_TASKS;
        if (of_tasks && limits[i].used != LIMIT_UNKNOWN && limits[i].used >= own) {
            limits[i].used -= own;
        }
    }
}

static bool write_start(struct engine *engine)
{
    struct report_event event = {.type = REPORT_START, .start.pid = getpid()};
    event.start.limit_count = limits_read(LIMIT_SIDE_CLIENT, 0, event.start.limits);
    leave_out_own_tasks(event.start.limits, event.start.limit_count);
    spread_sources(engine, event.start.limits, event.start.limit_count);
    event.start.source_addresses = engine->plan.sources;
    engine->epoch_ns = engine->ranks == NULL
                           ? scoreboard_begin(engine->board)
                           : scoreboard_begin_at(engine->board, engine->ranks->meet(engine->ranks->argument));
    event.start.monotonic_ns = engine->epoch_ns;
    return engine->sink->write(engine->sink, &event);
}

static void wait_for_the_others(const struct engine *engine)
{
    const struct timespec begin = clock_timespec(engine->epoch_ns);
    if (engine->ranks != NULL) {
        (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &begin, NULL);
    }
}

/* The kernel makes room for a descriptor by a table of twice the size, and where threads share the table each of them
 * waits until none reads the old one (fs/file.c, expand_files): a few milliseconds, eight times for 8,000 connections.
 * One thread alone does not wait. Where it fails, the clients make the room themselves. Eight bytes each: of a million
 * the doubling hardly counts any more. */
static void make_room_for_descriptors(const struct engine *engine)
{
    enum { MOST = 1000000 };
    const struct run_spec *const spec = engine->spec;
    const uint64_t clients = client_share_of(&engine->plan.share, spec->count);
    struct rlimit limit;
    if (!spec->hold || mode_of(spec->mode)->alone || getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == 0) {
        return;
    }
    const uint64_t last = limit.rlim_cur - 1 < MOST ? limit.rlim_cur - 1 : MOST;
    const int highest = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, (int)(clients < last ? clients : last));
    if (highest >= 0) {
        close(highest);
    }
}

/* The clients between the monitor's start and stop. */
static enum result carry_out(struct engine *engine, uint64_t *duration_us, bool *heard, struct err *err)
{
    const struct mode *const mode = mode_of(engine->spec->mode);
    const struct monitor_plan watching = {
        .board = engine->board, .sink = engine->sink, .exchange = &engine->plan.exchange, .own_thread = !mode->alone};
    enum result result = monitor_start(&watching, &engine->monitor, err);
    if (result != RESULT_OK) {
        return result;
    }
    const struct mode_run run = {.spec = engine->spec,
                                 .plan = &engine->plan,
                                 .board = engine->board,
                                 .tasks = engine->tasks,
                                 .tick = tick,
                                 .ready = begin_memory,
                                 .tick_argument = engine};
    wait_for_the_others(engine);
    engine->plan.begin_ns = clock_now_ns();
    result = mode->run(&run, err);
    *duration_us = scoreboard_us(engine->board, clock_now_ns());
    *heard = monitor_stop(engine->monitor, &engine->sight);
    return result;
}

/* Before Linux 6.2 a thread adds what it takes to the sum of its process after 64 faults or at its end (mm/memory.c of
 * 6.1, TASK_RSS_EVENTS_THRESH): that of many threads is not known while they live. */
static bool is_counted_late(const struct load_result *result)
{
    enum { LATE_PAGES = 64 };
    struct utsname name;
    if (uname(&name) != 0) {
        return false;
    }
    char *rest = NULL;
    const unsigned long major = strtoul(name.release, &rest, 10);
    const unsigned long minor = *rest == '.' ? strtoul(rest + 1, NULL, 10) : 0;
    if (major > 6 || (major == 6 && minor >= 2)) {
        return false;
    }
    return result->peaks.threads * LATE_PAGES * (uint64_t)sysconf(_SC_PAGESIZE) > result->cost.memory_bytes;
}

static void write_result(struct engine *engine, uint64_t duration_us, struct load_totals *totals, bool *heard)
{
    struct load_result *const result = engine->result;
    give_reserve_back(engine);
    scoreboard_result(engine->board, result);
    result->duration_us = duration_us;
    result->peak = engine->sight.peak;
    result->cost.cpu_us = engine->sight.cost.cpu_us;
    result->cost.memory_bytes += engine->sight.cost.memory_bytes;
    if (is_counted_late(result) || result->start.peak_clients < LOAD_COST_CLIENTS_LEAST) {
        result->cost.memory_bytes = 0;
    }
    if (result->cost.cpu_us < LOAD_COST_CPU_US_LEAST) { /* here, too, for one rank of a run that took more */
        result->cost.cpu_us = 0;
    }
    *totals = result->totals;
    const struct report_event event = {.type = REPORT_RESULT, .result = result};
    *heard = *heard && engine->sink->write(engine->sink, &event);
}

static bool write_end(struct engine *engine)
{
    struct report_event event = {.type = REPORT_END};
    event.end.status = scoreboard_cancelled(engine->board) ? LOAD_END_CANCELLED : LOAD_END_COMPLETED;
    return engine->sink->write(engine->sink, &event);
}

enum result engine_run(struct engine *engine, struct load_totals *totals, struct err *err)
{
    uint64_t duration_us = 0;
    make_room_for_descriptors(engine);
    bool heard = write_start(engine);
    enum result result = RESULT_OK;
    if (heard) {
        result = carry_out(engine, &duration_us, &heard, err);
    }
    if (result != RESULT_OK) {
        return result;
    }
    write_result(engine, duration_us, totals, &heard);
    return heard && write_end(engine) ? RESULT_OK
                                      : err_system(err, engine->sink->error_number, "the report cannot be written");
}

/* proc(5): from -1000, never, to 1000, always first. Raising it needs no privilege. */
static void volunteer_for_oom_killer(void)
{
    static const char first[] = "1000";
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        /* Where this fails, only the order in which the OOM killer kills is worse. */
        const ssize_t ignored = write(fd, first, sizeof first - 1);
        (void)ignored;
        close(fd);
    }
}

static enum result raise_nofile(struct err *err)
{
    const int failed = limit_terms_raise_nofile();
    return failed == 0 ? RESULT_OK : err_system(err, failed, "cannot raise RLIMIT_NOFILE to its hard limit");
}

enum result rlimits_apply(const struct run_spec *spec, struct err *err)
{
    volunteer_for_oom_killer();
    if (spec->limit_nofile == 0) {
        const enum result result = raise_nofile(err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    return run_rlimits_set(spec, err);
}
