#include "loadgen/mpi/world.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define NAP_NS (200 * NS_PER_US)
#define ROUNDS 20
/* From the agreement on a moment to that moment: what the slowest rank needs to hear of it and to have its threads,
 * each rank more waits for a processor. */
#define LEAD_NS (20 * NS_PER_MS)
#define LEAD_OF_RANK_NS (2 * NS_PER_MS)

void world_nap(uint64_t ns)
{
    const struct timespec span = clock_timespec(ns);
    (void)nanosleep(&span, NULL);
}

/* Sleeps until the request is complete. */
static void wait_for(MPI_Request *request)
{
    int done = 0;
    while (MPI_Test(request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && done == 0) {
        world_nap(NAP_NS);
    }
}

enum result world_open(struct world *world, struct err *err)
{
    int provided = MPI_THREAD_SINGLE;
    /* Open MPI: whoever waits in a call lets others run. */
    (void)setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS ||
        provided < MPI_THREAD_SERIALIZED) {
        return err_set(err, RESULT_SYSTEM, "this MPI cannot be called from more than one thread");
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &world->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &world->ranks);
    world->line = (struct load_rank){.rank = (uint64_t)world->rank, .pid = (uint64_t)getpid()};
    if (gethostname(world->line.host, sizeof world->line.host - 1) != 0) {
        snprintf(world->line.host, sizeof world->line.host, "?");
    }
    world->lines = world->rank == 0 ? calloc((size_t)world->ranks, sizeof *world->lines) : NULL;
    return world->rank != 0 || world->lines != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "no memory for ranks");
}

/* --- clocks: Cristian's algorithm, F. Cristian, "Probabilistic clock synchronization", 1989 --- */

/* Rank 0 asks for the time; the answer of the shortest round trip was read nearest to its middle. */
static void ask(struct load_rank *line, int rank)
{
    uint64_t shortest_ns = UINT64_MAX;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t there_ns = 0;
        const uint64_t sent_ns = clock_now_ns();
        MPI_Send(NULL, 0, MPI_BYTE, rank, TAG_CLOCK, MPI_COMM_WORLD);
        MPI_Recv(&there_ns, 1, MPI_UINT64_T, rank, TAG_CLOCK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        const uint64_t trip_ns = clock_now_ns() - sent_ns;
        if (trip_ns < shortest_ns) {
            shortest_ns = trip_ns;
            line->clock_offset_ns = (int64_t)(sent_ns + trip_ns / 2 - there_ns);
            line->clock_error_ns = trip_ns / 2;
        }
    }
}

static void answer(void)
{
    int asked = 0;
    while (asked == 0) { /* rank 0 asks one after the other */
        world_nap(NAP_NS);
        MPI_Iprobe(0, TAG_CLOCK, MPI_COMM_WORLD, &asked, MPI_STATUS_IGNORE);
    }
    for (int i = 0; i < ROUNDS; i++) {
        MPI_Recv(NULL, 0, MPI_BYTE, 0, TAG_CLOCK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        const uint64_t now_ns = clock_now_ns();
        MPI_Send(&now_ns, 1, MPI_UINT64_T, 0, TAG_CLOCK, MPI_COMM_WORLD);
    }
}

static void greet_each(struct world *world)
{
    world->lines[0] = world->line;
    for (int rank = 1; rank < world->ranks; rank++) {
        struct load_rank *const line = &world->lines[rank];
        struct load_rank clock = {.rank = (uint64_t)rank};
        ask(&clock, rank);
        MPI_Send(&clock, sizeof clock, MPI_BYTE, rank, TAG_HELLO, MPI_COMM_WORLD);
        MPI_Recv(line, sizeof *line, MPI_BYTE, rank, TAG_HELLO, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        line->clock_offset_ns = clock.clock_offset_ns;
        line->clock_error_ns = clock.clock_error_ns;
    }
}

static void be_greeted(struct world *world)
{
    struct load_rank clock;
    answer();
    MPI_Recv(&clock, sizeof clock, MPI_BYTE, 0, TAG_HELLO, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Send(&world->line, sizeof world->line, MPI_BYTE, 0, TAG_HELLO, MPI_COMM_WORLD);
    world->line.clock_offset_ns = clock.clock_offset_ns;
    world->line.clock_error_ns = clock.clock_error_ns;
}

/* --- when a rank is lost --- */

static int say_nothing(const char *file, const char *topic, bool has_heading, ...)
{
    (void)file;
    (void)topic;
    (void)has_heading;
    return 0;
}

/* Open MPI 4 hands a warning, such as that of a lost connection, to mpirun and waits until that has taken it. When a
 * rank was lost, mpirun does nothing until it kills the others: rank 0 would not come to report. The warnings go by a
 * variable that holds a function; in other versions it is a function, and stays. */
static void hush_warnings(void)
{
    Dl_info info;
    ElfW(Sym) *symbol = NULL;
    void *const found = dlsym(RTLD_DEFAULT, "opal_show_help");
    if (found != NULL && dladdr1(found, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0 && symbol != NULL &&
        ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT) {
        *(int (**)(const char *, const char *, bool, ...))found = say_nothing;
    }
}

void world_greet(struct world *world)
{
    struct err none = {.code = RESULT_OK};
    if (world->rank == 0) {
        greet_each(world);
    } else {
        be_greeted(world);
    }
    (void)world_meet(world);
    (void)!world_agree(world, RESULT_OK, &none);
    hush_warnings();
}

enum result world_agree(const struct world *world, enum result mine, struct err *err)
{
    MPI_Request request;
    int lowest = world->ranks;
    const int failed = mine == RESULT_OK ? world->ranks : world->rank;
    MPI_Iallreduce(&failed, &lowest, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD, &request);
    wait_for(&request);
    struct err told = *err;
    told.code = mine;
    if (mine != RESULT_OK && mine != RESULT_INVALID && world->ranks > 1) {
        snprintf(told.message, sizeof told.message, "rank %d on host %s: %.220s", world->rank, world->line.host,
                 err->message);
    }
    MPI_Ibcast(&told, sizeof told, MPI_BYTE, lowest < world->ranks ? lowest : 0, MPI_COMM_WORLD, &request);
    wait_for(&request);
    if (lowest == world->ranks) {
        return RESULT_OK;
    }
    *err = told;
    return told.code;
}

uint64_t world_meet(void *argument)
{
    const struct world *const world = argument;
    MPI_Request request;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    wait_for(&request);
    const unsigned ranks = (unsigned)world->ranks;
    uint64_t begin_ns = clock_now_ns() + LEAD_NS + ranks * LEAD_OF_RANK_NS;
    MPI_Ibcast(&begin_ns, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD, &request);
    wait_for(&request);
    return begin_ns - (uint64_t)world->line.clock_offset_ns;
}

/* --- the end --- */

static void add_hists(void *from, void *into, int *length, MPI_Datatype *type)
{
    struct hist *const sums = into;
    const struct hist *const more = from;
    (void)type;
    for (int i = 0; i < *length; i++) {
        hist_merge(&sums[i], &more[i]);
    }
}

void world_begin_sum(const struct hist *mine, struct hist *sums, MPI_Request *request)
{
    MPI_Datatype type;
    MPI_Op op;
    MPI_Type_contiguous(sizeof(struct hist), MPI_BYTE, &type);
    MPI_Type_commit(&type);
    MPI_Op_create(add_hists, 1, &op);
    MPI_Ireduce(mine, sums, LATENCY_COUNT, type, op, 0, MPI_COMM_WORLD, request);
}

bool world_close(struct world *world, bool cancelled)
{
    const uint64_t until_ns = cancelled ? clock_now_ns() + NS_PER_S : UINT64_MAX;
    MPI_Request request;
    int done = 0;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    while (MPI_Test(&request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && done == 0 && clock_now_ns() < until_ns) {
        world_nap(NAP_NS);
    }
    if (done != 0) {
        MPI_Finalize();
    }
    free(world->lines);
    return done != 0;
}
