#include "loadgen/watch/foreign_server.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "loadgen/limits/limit_terms.h"
#include "loadgen/limits/usage.h"
#include "loadgen/watch/foreign_processes.h"

enum part { PART_PROCESSES, PART_CONNECTIONS, PART_NEW_PROCESSES, PART_COUNT };

/* A part may use one of so many parts of a core. Connections cost the most, 20 ms where the kernel's table is large:
 * they are counted when a run has begun to make some. */
static const struct {
    uint64_t share, first_ns;
} plans[PART_COUNT] = {
    [PART_PROCESSES] = {400, 0}, [PART_CONNECTIONS] = {150, 250 * NS_PER_MS}, [PART_NEW_PROCESSES] = {1000, 0}};

struct foreign_server {
    bool hold;
    struct foreign_processes processes;
    struct socket_diag diag;
    bool was_seen; /* its processes were visible at the start */
    struct foreign_identity identity;
    uint64_t began_ns;
    uint64_t spent_ns[PART_COUNT]; /* processor time, since then */

    int overflow_file; /* -1: none, like the socket of `diag` between two looks if they are not held */
    uint64_t overflows_before, drops_before, deferred_before, cpu_before;
    struct counter_groups groups;
    struct counters counters_before;

    struct foreign_use now, peak;
    uint64_t states[SOCKET_STATES]; /* the most of each */
};

/* --- its files --- */

static void open_files(struct foreign_server *server)
{
    socket_diag_reopen(&server->diag);
    server->overflow_file = counter_open(COUNTER_LISTEN_OVERFLOWS);
}

static void close_files(struct foreign_server *server)
{
    socket_diag_close(&server->diag);
    if (server->overflow_file >= 0) {
        close(server->overflow_file);
        server->overflow_file = -1;
    }
}

static void begin_look(struct foreign_server *server)
{
    if (!server->hold) {
        open_files(server);
    }
}

static void end_look(struct foreign_server *server)
{
    if (!server->hold) {
        close_files(server);
    }
}

/* --- what it costs --- */

/* Reads the part unless it has used up its share of the time since the beginning. */
static void take_turn(struct foreign_server *server, enum part part, uint64_t now_ns, bool all,
                      void (*read)(struct foreign_server *server))
{
    const uint64_t elapsed = now_ns > server->began_ns ? now_ns - server->began_ns : 0;
    if (!all && (elapsed < plans[part].first_ns || server->spent_ns[part] > elapsed / plans[part].share)) {
        return;
    }
    const uint64_t began = cpu_clock_thread_ns();
    read(server);
    server->spent_ns[part] += cpu_clock_thread_ns() - began;
}

/* --- one function for each part --- */

static void read_processes(struct foreign_server *server)
{
    struct foreign_totals totals;
    struct foreign_use *const now = &server->now;
    if (!server->was_seen) {
        return;
    }
    foreign_processes_read(&server->processes, &totals);
    now->processes = totals.processes;
    now->threads = totals.threads;
    now->rss_bytes = totals.rss_bytes;
    now->stopped = totals.stopped;
    now->replaced = server->processes.replaced;
    if (totals.processes > 0) { /* nothing is known of processes that have ended */
        now->fds = totals.fds;
        now->most_fds = totals.most_fds;
    }
    const uint64_t cpu = totals.cpu_us > server->cpu_before ? totals.cpu_us - server->cpu_before : 0;
    now->cpu_us = now->cpu_us == LIMIT_UNKNOWN || cpu > now->cpu_us ? cpu : now->cpu_us;
}

static void read_connections(struct foreign_server *server)
{
    struct socket_counts counts;
    if (!socket_diag_connections(&server->diag, &counts)) {
        return;
    }
    server->now.connections = counts.held;
    for (unsigned state = 0; state < SOCKET_STATES; state++) {
        server->states[state] = usage_more(server->states[state], counts.states[state]);
    }
}

/* A connection that its client has closed may be left of an earlier run, and one that waits is no process's yet. */
static void count_others(struct foreign_server *server)
{
    struct socket_counts counts;
    if (socket_diag_connections(&server->diag, &counts)) {
        const uint64_t established = counts.states[SOCKET_ESTABLISHED];
        server->now.others = counts.held < established ? counts.held : established;
    }
}

static void find_new_processes(struct foreign_server *server)
{
    if (server->was_seen) {
        server_processes_refresh("", &server->processes.found);
        foreign_processes_open(&server->processes);
    }
}

/* By how much one of the kernel's counters of the network namespace rose; LIMIT_UNKNOWN. */
static uint64_t risen(const struct foreign_server *server, enum counter_id counter, uint64_t before)
{
    uint64_t count = 0;
    if (server->overflow_file < 0 || !counter_read(server->overflow_file, counter, &count)) {
        return LIMIT_UNKNOWN;
    }
    return count > before ? count - before : 0;
}

/* What the sockets dropped since the first reading, of `drops` in all. With TCP_DEFER_ACCEPT each handshake counts. */
static uint64_t dropped(const struct foreign_server *server, uint64_t drops)
{
    if (drops == LIMIT_UNKNOWN || drops <= server->drops_before) {
        return drops == LIMIT_UNKNOWN ? LIMIT_UNKNOWN : 0;
    }
    const uint64_t deferred = risen(server, COUNTER_DEFERRED, server->deferred_before);
    const uint64_t all = drops - server->drops_before;
    return deferred == LIMIT_UNKNOWN ? all : deferred < all ? all - deferred : 0;
}

/* Overflows of this server: the kernel counts those of all listeners of the network namespace, and the sockets count
 * all that they drop, for whatever reason. */
static uint64_t overflows(const struct foreign_server *server, uint64_t drops)
{
    const uint64_t most = dropped(server, drops);
    const uint64_t all = most != 0 ? risen(server, COUNTER_LISTEN_OVERFLOWS, server->overflows_before) : 0;
    return all != LIMIT_UNKNOWN && most < all ? most : all;
}

/* Cheap, so that it is read each time. Drops count from the first reading that tells them. */
static void read_queue(struct foreign_server *server)
{
    const struct server_processes *const found = &server->processes.found;
    struct socket_queue queue;
    if (!socket_diag_queue(&server->diag, found->sockets, found->socket_count, &queue)) {
        return;
    }
    if (queue.sockets == 0) {
        server->now.queue = server->now.fullest_queue = LIMIT_UNKNOWN;
        return;
    }
    server->now.queue = queue.waiting;
    server->now.fullest_queue = queue.fullest;
    if (queue.waiting == 0 && !server->processes.was_full) { /* later the end of the run empties them as well */
        server->now.emptied_ns = clock_now_ns();
    }
    server->identity.backlog = queue.bound != LIMIT_UNKNOWN ? queue.bound : server->identity.backlog;
    server->drops_before = server->drops_before == LIMIT_UNKNOWN ? queue.drops : server->drops_before;
    server->now.overflows = usage_more(server->now.overflows, overflows(server, queue.drops));
    const uint64_t drops = dropped(server, queue.drops);
    server->now.drops = drops != LIMIT_UNKNOWN ? drops : server->now.drops;
}

/* Of a short run connections are counted only at the end, when they are closed: 0 would not be the most. */
static void raise_peak(struct foreign_server *server, bool all)
{
    struct foreign_use now = server->now;
    struct foreign_use *const peak = &server->peak;
    now.connections = all && now.connections == 0 ? LIMIT_UNKNOWN : now.connections;
#define USE(member) peak->member = usage_more(peak->member, now.member);
#include "loadgen/watch/foreign_use.def"
#undef USE
}

void foreign_server_look(struct foreign_server *server, uint64_t now_ns, bool all)
{
    begin_look(server);
    take_turn(server, PART_NEW_PROCESSES, now_ns, all, find_new_processes);
    take_turn(server, PART_PROCESSES, now_ns, all, read_processes);
    take_turn(server, PART_CONNECTIONS, now_ns, all, read_connections);
    read_queue(server);
    end_look(server);
    if (all && counter_groups_are_frozen("", &server->groups)) { /* the files take some 30 microseconds */
        server->now.stopped = server->now.processes;
    }
    raise_peak(server, all);
}

/* --- its life --- */

static const struct foreign_use nothing_known = {
#define USE(member) .member = LIMIT_UNKNOWN,
#include "loadgen/watch/foreign_use.def"
#undef USE
};

static void meet(struct foreign_server *server)
{
    char process[24];
    server->was_seen = server->processes.found.count > 0;
    foreign_processes_open(&server->processes);
    read_processes(server);
    read_queue(server);
    if (server->was_seen) {
        struct foreign_identity *const identity = &server->identity;
        identity->pid = server->processes.found.pids[0];
        identity->processes = server->processes.count;
        identity->threads = server->now.threads;
        socket_holder_program("", identity->pid, identity->program);
    }
    if (server->processes.measured != 0) {
        snprintf(process, sizeof process, "%ld", (long)server->processes.measured);
        counter_groups_find("", process, &server->groups);
    }
}

static bool are_here(const char *addresses)
{
    struct net_list_walk walk = {.rest = addresses};
    bool here = true;
    while (here && net_list_step(&walk)) {
        here = net_is_here(&walk.address);
    }
    return here;
}

static struct socket_diag open_diag(const char *addresses)
{
    struct net_list_walk walk = {.rest = addresses};
    struct socket_diag diag = socket_diag_open("", net_list_step(&walk) ? net_port(&walk.address) : 0);
    diag.skips_ip4 = diag.skips_ip6 = true;
    while (net_list_step(&walk)) {
        socket_diag_add_port(&diag, net_port(&walk.address));
    }
    return diag;
}

enum result foreign_server_open(const char *addresses, bool hold, struct foreign_server **server, struct err *err)
{
    *server = NULL;
    if (!are_here(addresses)) {
        return RESULT_OK;
    }
    struct foreign_server *const new = calloc(1, sizeof *new);
    if (new == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory to watch the server");
    }
    new->hold = new->processes.hold = hold;
    new->now = new->peak = nothing_known;
    new->identity.backlog = new->drops_before = LIMIT_UNKNOWN;
    new->diag = open_diag(addresses);
    new->overflow_file = counter_open(COUNTER_LISTEN_OVERFLOWS);
    server_processes_find("", addresses, &new->processes.found);
    for (size_t i = 0; i < new->processes.found.socket_count; i++) {
        new->diag.skips_ip4 = new->diag.skips_ip4 &&new->processes.found.sockets[i].is_ip6;
        new->diag.skips_ip6 = new->diag.skips_ip6 && !new->processes.found.sockets[i].is_ip6;
    }
    if (new->processes.found.socket_count == 0) {
        foreign_server_close(new);
        return RESULT_OK;
    }
    new->identity.uid = new->processes.found.sockets[0].uid;
    meet(new);
    end_look(new);
    *server = new;
    return RESULT_OK;
}

void foreign_server_close(struct foreign_server *server)
{
    if (server == NULL) {
        return;
    }
    foreign_processes_close(&server->processes);
    close_files(server);
    free(server);
}

void foreign_server_begin(struct foreign_server *server)
{
    struct foreign_totals totals = {0};
    server->processes.was_full = false;
    if (server->was_seen) {
        foreign_processes_read(&server->processes, &totals);
    }
    foreign_processes_begin(&server->processes);
    server->cpu_before = totals.cpu_us;
    server->drops_before = LIMIT_UNKNOWN;
    server->overflows_before = 0;
    begin_look(server);
    count_others(server);
    read_queue(server);
    if (server->overflow_file >= 0) {
        (void)counter_read(server->overflow_file, COUNTER_LISTEN_OVERFLOWS, &server->overflows_before);
        (void)counter_read(server->overflow_file, COUNTER_DEFERRED, &server->deferred_before);
    }
    end_look(server);
    server->now.cpu_us = server->now.overflows = server->now.drops = LIMIT_UNKNOWN;
    server->peak = nothing_known;
    memset(server->spent_ns, 0, sizeof server->spent_ns);
    server->began_ns = clock_now_ns();
    counters_read_groups("", &server->groups, &server->counters_before);
}

/* --- what is known of it --- */

const struct foreign_identity *foreign_server_identity(const struct foreign_server *server)
{
    return &server->identity;
}

const struct foreign_use *foreign_server_use(const struct foreign_server *server)
{
    return &server->now;
}

const struct foreign_use *foreign_server_peak(const struct foreign_server *server)
{
    return &server->peak;
}

const uint64_t *foreign_server_states(const struct foreign_server *server)
{
    return server->states;
}

uint64_t foreign_server_ended(const struct foreign_server *server)
{
    return server->processes.ended;
}

bool foreign_server_is_gone(const struct foreign_server *server)
{
    return server->was_seen && server->processes.count == 0;
}

pid_t foreign_server_process(const struct foreign_server *server)
{
    return server->processes.measured;
}

size_t foreign_server_limits(const struct foreign_server *server, struct limit_value values[LIMIT_COUNT])
{
    return limits_read_server("", server->processes.measured, server->identity.backlog, values);
}

struct predict_server foreign_server_predict(const struct foreign_server *server)
{
    char process[24];
    const struct server_processes *const found = &server->processes.found;
    struct predict_server known = {.watched = server->was_seen,
                                   .unseen = !server->was_seen,
                                   .backlog = server->identity.backlog,
                                   .sockets = found->socket_count};
    for (size_t i = 0; i < found->count; i++) {
        known.acceptors += found->accepts[i];
    }
    snprintf(process, sizeof process, "%ld", (long)server->processes.measured);
    known.nproc_exempt = server->processes.measured != 0 && limit_terms_nproc_exempt("", process) != NULL;
    return known;
}

void foreign_server_risen(const struct foreign_server *server, uint64_t risen[COUNTER_COUNT])
{
    struct counters after;
    counters_read_groups("", &server->groups, &after);
    counters_risen(&server->counters_before, &after, risen);
}
