#include "loadgen/mpi/link.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/helper_thread.h"

/* How often it looks. At the barrier the clients that are here need no processor, and the last stage of MPI_Ibarrier
 * waits for each before it. */
#define STEP_NS (20 * NS_PER_MS)
#define BARRIER_STEP_NS NS_PER_MS
#define NAP_NS NS_PER_MS
#define EVENTS_OF_STEP 1024
/* As often as the monitor of one generator (monitor.c). */
#define SAMPLE_NS (100 * NS_PER_MS)
#define EARLY_SAMPLE_NS (10 * NS_PER_MS)
#define EARLY_NS NS_PER_S
/* Events under way to rank 0; and for how long one waits for its place. A verdict needs usages, which are few. */
#define BOXES 64
#define PATIENCE_NS (100 * NS_PER_MS)
#define USAGE_PATIENCE_NS (2 * NS_PER_S)
#define SILENT_NS (30 * NS_PER_S) /* as the panel waits for a generator */
/* How long rank 0 waits for the reports of ranks that are cancelled: mpirun kills it two seconds after a rank died. The
 * others wait longer for rank 0, since mpirun kills host by host, but not where it does not pass the cancel on. */
#define LOST_NS (800 * NS_PER_MS)
#define LEFT_NS NS_PER_S
#define UNHEARD_NS (500 * NS_PER_MS)

/* The bytes of an event that travel: none is longer than that of an error. */
#define EVENT_HEAD offsetof(struct report_event, sample)
#define EVENT_MOST (EVENT_HEAD + sizeof(struct error_trace))
_Static_assert(sizeof(struct load_sample) <= sizeof(struct error_trace) &&
                   sizeof(struct group_usage) <= sizeof(struct error_trace),
               "an error is the longest event");

struct box {
    MPI_Request request; /* MPI_REQUEST_NULL: free */
    char bytes[EVENT_MOST];
};

struct link {
    struct link_plan plan;
    pthread_mutex_t lock; /* around each call of MPI, as MPI_THREAD_SERIALIZED asks, and around the rest */
    pthread_t thread;
    _Atomic bool open; /* the engine has begun; before that the main thread has MPI to itself */
    _Atomic bool stopping;
    uint64_t step_ns; /* when to look again */
    uint64_t epoch_ns;
    uint64_t sample_ns; /* when the next merged sample is due */
    bool cancel_told, cancel_heard;
    bool barrier_begun, barrier_open;
    MPI_Request barrier;
    int reader_error;
    struct report_event incoming;
    struct box boxes[BOXES];
};

static bool is_done(MPI_Request *request)
{
    int done = 0;
    MPI_Test(request, &done, MPI_STATUS_IGNORE);
    return done != 0;
}

static bool has_come(int from, enum world_tag tag, MPI_Status *status)
{
    int come = 0;
    MPI_Iprobe(from, (int)tag, MPI_COMM_WORLD, &come, status);
    return come != 0;
}

/* --- what goes to rank 0 --- */

static size_t event_size(const struct report_event *event)
{
    switch (event->type) {
    case REPORT_SAMPLE:
        return EVENT_HEAD + sizeof event->sample;
    case REPORT_ERROR:
        return EVENT_HEAD + sizeof event->error;
    case REPORT_USAGE:
        return EVENT_HEAD + sizeof event->usage;
    case REPORT_LOG:
        return EVENT_HEAD + sizeof event->log;
    case REPORT_START:
    case REPORT_RANK:
    case REPORT_RESULT:
    case REPORT_END:
        break;
    }
    return 0; /* stays here */
}

static struct box *free_box(struct link *link)
{
    for (size_t i = 0; i < BOXES; i++) {
        if (is_done(&link->boxes[i].request)) { /* a free one is, too */
            return &link->boxes[i];
        }
    }
    return NULL;
}

static void send_event(struct link *link, const struct report_event *event)
{
    const size_t size = event_size(event);
    const uint64_t until_ns = clock_now_ns() + (event->type == REPORT_USAGE ? USAGE_PATIENCE_NS : PATIENCE_NS);
    struct box *box = NULL;
    while (size > 0 && (box = free_box(link)) == NULL && clock_now_ns() < until_ns) {
        world_nap(NAP_NS);
    }
    if (box != NULL) {
        memcpy(box->bytes, event, size);
        MPI_Isend(box->bytes, (int)size, MPI_BYTE, 0, TAG_EVENT, MPI_COMM_WORLD, &box->request);
    } else if (size > 0) {
        link->plan.rank->report.dropped++;
    }
}

/* --- rank 0: what comes, and what the reader gets --- */

static void tell_reader(struct link *link, const struct report_event *event)
{
    if (link->reader_error == 0 && !link->plan.reader->write(link->plan.reader, event)) {
        link->reader_error = link->plan.reader->error_number != 0 ? link->plan.reader->error_number : EPIPE;
        engine_cancel(link->plan.engine);
    }
}

static void take(struct link *link, size_t rank, const struct report_event *event)
{
    if (event->type == REPORT_START) {
        link->epoch_ns = event->start.monotonic_ns;
        link->sample_ns = link->epoch_ns + EARLY_SAMPLE_NS;
    }
    const bool shown = event->type == REPORT_START || merge_take(link->plan.merge, rank, event);
    if (shown && !atomic_load(link->plan.hushed)) {
        tell_reader(link, event);
    }
}

static void take_what_came(struct link *link)
{
    MPI_Status status;
    for (int i = 0; i < EVENTS_OF_STEP && has_come(MPI_ANY_SOURCE, TAG_EVENT, &status); i++) {
        MPI_Recv(&link->incoming, EVENT_MOST, MPI_BYTE, status.MPI_SOURCE, TAG_EVENT, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
        take(link, (size_t)status.MPI_SOURCE, &link->incoming);
    }
}

static void write_sample(struct link *link)
{
    struct report_event event = {.type = REPORT_SAMPLE};
    const uint64_t now_ns = clock_now_ns();
    if (link->epoch_ns == 0 || now_ns < link->sample_ns || atomic_load(link->plan.hushed)) {
        return;
    }
    event.sample.at_us = (now_ns - link->epoch_ns) / NS_PER_US;
    merge_sample(link->plan.merge, &event.sample);
    link->sample_ns = now_ns + (now_ns - link->epoch_ns < EARLY_NS ? EARLY_SAMPLE_NS : SAMPLE_NS);
    tell_reader(link, &event);
}

/* --- what all have in common --- */

static void tell_of_cancel(int to)
{
    MPI_Request request;
    MPI_Isend(NULL, 0, MPI_BYTE, to, TAG_CANCEL, MPI_COMM_WORLD, &request);
    MPI_Request_free(&request);
}

/* A rank tells rank 0, which tells all. */
static void see_to_cancel(struct link *link)
{
    const bool is_first = link->plan.world->rank == 0;
    MPI_Status status;
    while (has_come(is_first ? MPI_ANY_SOURCE : 0, TAG_CANCEL, &status)) {
        MPI_Recv(NULL, 0, MPI_BYTE, status.MPI_SOURCE, TAG_CANCEL, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        link->cancel_heard = true;
        engine_cancel(link->plan.engine);
    }
    if (link->cancel_told || !engine_is_cancelled(link->plan.engine)) {
        return;
    }
    link->cancel_told = true;
    for (int rank = 1; is_first && rank < link->plan.world->ranks; rank++) {
        tell_of_cancel(rank);
    }
    if (!is_first) {
        tell_of_cancel(0);
    }
}

static void begin_barrier(struct link *link)
{
    if (link->plan.hold && !link->barrier_begun) {
        link->barrier_begun = true;
        MPI_Ibarrier(MPI_COMM_WORLD, &link->barrier);
    }
}

static void see_to_barrier(struct link *link)
{
    if (engine_is_held(link->plan.engine)) {
        begin_barrier(link);
    }
    if (link->barrier_begun && !link->barrier_open && is_done(&link->barrier)) {
        link->barrier_open = true;
        engine_let_go(link->plan.engine);
    }
}

static void look(struct link *link)
{
    pthread_mutex_lock(&link->lock);
    if (link->plan.world->rank == 0) {
        take_what_came(link);
        write_sample(link);
        if (merge_has_silent(link->plan.merge, SILENT_NS)) {
            engine_cancel(link->plan.engine);
        }
    }
    see_to_cancel(link);
    see_to_barrier(link);
    pthread_mutex_unlock(&link->lock);
}

static uint64_t step_of(const struct link *link)
{
    return link->barrier_begun && !link->barrier_open ? BARRIER_STEP_NS : STEP_NS;
}

void link_step(struct link *link)
{
    const uint64_t now_ns = clock_now_ns();
    if (now_ns >= link->step_ns) {
        link->step_ns = now_ns + step_of(link);
        look(link);
    }
}

static void *watch(void *argument)
{
    struct link *const link = argument;
    while (!atomic_load(&link->stopping)) {
        if (atomic_load(&link->open)) {
            look(link);
        }
        world_nap(step_of(link));
    }
    return NULL;
}

/* The engine's threads hand their events in here. */
static bool post(void *argument, const struct report_event *event, int *error_number)
{
    struct link *const link = argument;
    pthread_mutex_lock(&link->lock);
    atomic_store(&link->open, true);
    if (link->plan.world->rank == 0) {
        take(link, 0, event);
    } else {
        send_event(link, event);
    }
    *error_number = link->reader_error;
    pthread_mutex_unlock(&link->lock);
    return *error_number == 0;
}

enum result link_start(const struct link_plan *plan, struct link **link, struct err *err)
{
    struct link *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the link between ranks");
    }
    created->plan = *plan;
    created->barrier = MPI_REQUEST_NULL;
    for (size_t i = 0; i < BOXES; i++) {
        created->boxes[i].request = MPI_REQUEST_NULL;
    }
    pthread_mutex_init(&created->lock, NULL);                   /* glibc: never fails */
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN); /* a rank that died must not end the others */
    plan->rank->post = post;
    plan->rank->argument = created;
    if (plan->own_thread) {
        const enum result result = helper_thread_start(&created->thread, watch, created, "of the link", err);
        if (result != RESULT_OK) {
            free(created);
            return result;
        }
    }
    *link = created;
    return RESULT_OK;
}

/* --- the end --- */

static void take_reports(struct link *link)
{
    MPI_Status status;
    while (has_come(MPI_ANY_SOURCE, TAG_REPORT, &status)) {
        struct rank_report *const report = malloc(sizeof *report);
        if (report == NULL) {
            return; /* later, or it is lost */
        }
        MPI_Recv(report, sizeof *report, MPI_BYTE, status.MPI_SOURCE, TAG_REPORT, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        merge_report(link->plan.merge, report);
        free(report);
    }
}

static bool has_sent_all(struct link *link, MPI_Request *report)
{
    bool sent = is_done(report);
    for (size_t i = 0; i < BOXES; i++) {
        sent = is_done(&link->boxes[i].request) && sent;
    }
    return sent;
}

static bool is_over(struct link *link, MPI_Request *report, MPI_Request *reduce)
{
    const bool reduced = is_done(reduce);
    if (link->plan.world->rank != 0) {
        return has_sent_all(link, report) && reduced;
    }
    take_reports(link);
    return merge_is_whole(link->plan.merge) && reduced;
}

/* A cancel that comes while others still run is passed on here. */
static bool wait_for_all(struct link *link, MPI_Request *report, MPI_Request *reduce)
{
    uint64_t cancel_ns = UINT64_MAX;
    while (!is_over(link, report, reduce)) {
        const uint64_t wait_ns = link->plan.world->rank == 0 ? LOST_NS : link->cancel_heard ? LEFT_NS : UNHEARD_NS;
        const uint64_t now_ns = clock_now_ns();
        if (now_ns > cancel_ns && now_ns - cancel_ns >= wait_ns) {
            return false;
        }
        if (cancel_ns == UINT64_MAX && engine_is_cancelled(link->plan.engine)) {
            cancel_ns = now_ns;
        }
        if (link->plan.tick != NULL) {
            link->plan.tick(link->plan.tick_argument);
        }
        look(link);
        world_nap(NAP_NS);
    }
    return true;
}

bool link_finish(struct link *link, struct hist latency[LATENCY_COUNT])
{
    struct rank *const rank = link->plan.rank;
    MPI_Request report = MPI_REQUEST_NULL;
    MPI_Request reduce = MPI_REQUEST_NULL;
    if (link->plan.own_thread) {
        atomic_store(&link->stopping, true);
        pthread_join(link->thread, NULL);
    }
    begin_barrier(link); /* of a run that was cancelled: the collectives come in the same order everywhere */
    if (rank->report.line.status == LOAD_END_FAILED) {
        engine_cancel(link->plan.engine);
    }
    if (link->plan.world->rank == 0) {
        merge_report(link->plan.merge, &rank->report);
    } else {
        MPI_Isend(&rank->report, sizeof rank->report, MPI_BYTE, 0, TAG_REPORT, MPI_COMM_WORLD, &report);
    }
    world_begin_sum(rank->result.latency, latency, &reduce);
    const bool whole = wait_for_all(link, &report, &reduce);
    link->sample_ns = 0;
    look(link); /* what came before the last report, and a last sample */
    if (!whole) {
        memcpy(latency, rank->result.latency, sizeof rank->result.latency);
    }
    return whole;
}

int link_reader_error(const struct link *link)
{
    return link->reader_error;
}

void link_destroy(struct link *link)
{
    pthread_mutex_destroy(&link->lock);
    free(link);
}
