/* All clients have the same time to live, so their deadlines are a list in order. */
#include "loadgen/engine/loops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "loadgen/engine/client_fail.h"

/* How late a cancel and the opening of the barrier may be noticed; and for how long none of the clients under way gets
 * a reply before more are begun. */
#define CHECK_MS 10

#define CHUNK_CLIENTS 64

struct loop_chunk {
    struct loop_chunk *next;
    struct loop_client clients[CHUNK_CLIENTS];
};

/* NULL when memory ran out. */
static struct loop_client *take_unused(struct loop *loop)
{
    if (loop->unused == NULL) {
        struct loop_chunk *const chunk = calloc(1, sizeof *chunk);
        if (chunk == NULL) {
            return NULL;
        }
        chunk->next = loop->chunks;
        loop->chunks = chunk;
        for (size_t i = 0; i < CHUNK_CLIENTS; i++) {
            chunk->clients[i].next_unused = loop->unused;
            loop->unused = &chunk->clients[i];
        }
    }
    struct loop_client *const taken = loop->unused;
    loop->unused = taken->next_unused;
    return taken;
}

static void finish(struct loop *loop, struct loop_client *one, bool completed)
{
    loop->holding -= one->state == LOOP_HOLD ? 1 : 0;
    deadline_clear(&one->deadline);
    client_end(&one->client, completed);
    scoreboard_count_outcome(loop->run->board, one->client.number, &one->record);
    one->state = LOOP_UNUSED;
    one->next_unused = loop->unused;
    loop->unused = one;
    loop->live--;
}

void loop_fail(struct loop *loop, struct loop_client *one)
{
    (void)PASS(one->client.failure);
    finish(loop, one, false);
}

void loop_stop(struct loop *loop, struct loop_client *one, enum loop_stop stop)
{
    static const enum client_call calls[] = {
        [LOOP_CONNECT] = CALL_CONNECT, [LOOP_SEND] = CALL_SEND, [LOOP_RECEIVE] = CALL_RECV};
    if (stop == LOOP_CANCEL) {
        (void)client_fail_cancelled(&one->client);
        finish(loop, one, false);
        return;
    }
    (void)client_fail_timeout(&one->client, calls[one->state]);
    if (one->state == LOOP_RECEIVE) {
        (void)client_was_answered_wrongly(&one->client);
    }
    loop_fail(loop, one);
}

/* The client has all its replies. */
static void serve(struct loop *loop, struct loop_client *one)
{
    if (!client_served(&one->client)) {
        loop_fail(loop, one);
        return;
    }
    if (!loop->run->plan->hold) {
        finish(loop, one, true);
        return;
    }
    deadline_clear(&one->deadline);
    scoreboard_barrier_arrive(loop->run->board, &one->record);
    one->state = LOOP_HOLD;
    loop->holding++;
}

void loop_say_or_serve(struct loop *loop, struct loop_client *one)
{
    if (one->state == LOOP_RECEIVE) {
        loop->full_ns = 0;
    }
    if (one->client.requests < one->client.plan->exchange.requests) {
        client_begin_request(&one->client);
        one->state = LOOP_SEND;
    } else {
        serve(loop, one);
    }
}

static void start(struct loop *loop, uint64_t number)
{
    scoreboard_started(loop->run->board, number);
    struct loop_client *const one = take_unused(loop);
    if (one == NULL) {
        mode_start_failed(loop->run->board, number, CALL_CALLOC, ENOMEM);
        return;
    }
    memset(&one->record, 0, sizeof one->record);
    memset(&one->ring, 0, sizeof one->ring); /* the larger of the two */
    one->state = LOOP_CONNECT;
    one->client.failure = &loop->failure;
    client_begin(&one->client, loop->run->plan, loop->run->board, number, &one->record);
    deadlines_set(&loop->deadlines, &one->deadline, one->client.start_ns);
    loop->live++;
    loop->kind->begin(loop, one);
}

static bool has_room(const struct loop *loop)
{
    return loop->live - loop->holding < loop->room;
}

/* A server that is slow, or silent, must not keep the others from connecting. */
static void make_room(struct loop *loop)
{
    const uint64_t now_ns = has_room(loop) ? 0 : clock_now_ns();
    if (now_ns == 0 || loop->full_ns == 0) {
        loop->full_ns = now_ns;
    } else if (now_ns - loop->full_ns >= CHECK_MS * NS_PER_MS) {
        loop->room += RUN_EVENT_UNDER_WAY;
        loop->full_ns = 0;
    }
}

/* False when there is no client left. */
static bool take_next(struct loop *loop)
{
    if (!loop->taken && !loop->exhausted) {
        loop->next = workers_take(loop->workers);
        loop->exhausted = loop->next >= loop->run->spec->count;
        loop->taken = !loop->exhausted;
    }
    return loop->taken;
}

/* Returns when to start the next; DEADLINE_NEVER: once another has ended, or there is none. At most as many in one turn
 * as there can be room for: a client that fails at once leaves its room to the next, and while all of them did the loop
 * would neither take the replies that have come nor see a cancel. */
static uint64_t start_what_is_due(struct loop *loop)
{
    for (unsigned started = 0; has_room(loop) && take_next(loop); started++) {
        const uint64_t due_ns = client_due_ns(loop->run->plan, loop->next);
        if (started == RUN_EVENT_UNDER_WAY || (due_ns != 0 && due_ns > clock_now_ns())) {
            return due_ns;
        }
        loop->taken = false;
        start(loop, loop->next);
    }
    return DEADLINE_NEVER;
}

static void expire(struct loop *loop)
{
    const uint64_t now_ns = deadlines_next(&loop->deadlines) == DEADLINE_NEVER ? 0 : clock_now_ns();
    while (deadlines_next(&loop->deadlines) <= now_ns) {
        struct deadline *const first = deadlines_first(&loop->deadlines);
        deadline_clear(first);
        loop->kind->stop(loop, (struct loop_client *)(void *)((char *)first - offsetof(struct loop_client, deadline)),
                         LOOP_TIMEOUT);
    }
}

static void end_all(struct loop *loop, bool completed)
{
    for (struct loop_chunk *chunk = loop->chunks; chunk != NULL; chunk = chunk->next) {
        for (size_t i = 0; i < CHUNK_CLIENTS; i++) {
            struct loop_client *const one = &chunk->clients[i];
            if (one->state == LOOP_UNUSED || (completed && one->state != LOOP_HOLD)) {
                continue;
            }
            if (completed) {
                finish(loop, one, client_check_held(&one->client) || PASS(one->client.failure));
            } else {
                loop->kind->stop(loop, one, LOOP_CANCEL);
            }
        }
    }
}

static void check_barrier(struct loop *loop)
{
    switch (scoreboard_barrier_state(loop->run->board)) {
    case BARRIER_CLOSED:
        break;
    case BARRIER_OPEN:
        loop->opened_ns = loop->opened_ns != 0 ? loop->opened_ns : clock_now_ns();
        if (clock_now_ns() - loop->opened_ns >= client_settle_ns(loop->run->plan)) {
            end_all(loop, true);
        }
        break;
    case BARRIER_CANCELLED:
        end_all(loop, false);
        break;
    }
}

/* At most CHECK_MS, rounded up: a loop that wakes too early would have to wait again. A loop that waits only for the
 * barrier checks it every millisecond. */
static unsigned timeout_ms_until(const struct loop *loop, uint64_t due_ns)
{
    if (loop->exhausted && loop->live == loop->holding) {
        return 1;
    }
    uint64_t until_ns = deadlines_next(&loop->deadlines);
    if (due_ns < until_ns) {
        until_ns = due_ns;
    }
    const uint64_t now_ns = clock_now_ns();
    if (until_ns <= now_ns) {
        return 0;
    }
    const uint64_t left_ms = (until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
    return left_ms < CHECK_MS ? (unsigned)left_ms : CHECK_MS;
}

static void run_loop(struct loop *loop)
{
    while (!scoreboard_cancelled(loop->run->board)) {
        make_room(loop);
        const uint64_t due_ns = start_what_is_due(loop);
        if (loop->exhausted && loop->live == 0) {
            return;
        }
        loop->kind->wait(loop, timeout_ms_until(loop, due_ns));
        expire(loop);
        if (loop->holding > 0) {
            check_barrier(loop);
        }
    }
    for (end_all(loop, false); loop->live > 0; end_all(loop, false)) {
        loop->kind->wait(loop, CHECK_MS);
    }
}

/* --- all of them --- */

struct loops {
    struct workers workers; /* first: a worker finds the rest by it */
    struct loop **all;
    _Atomic uint32_t next;
    _Atomic uint32_t failures; /* loops that could not start; the others carry their clients */
    _Atomic int error_number;  /* of one of them */
};

static void carry(struct workers *workers)
{
    struct loops *const loops = (struct loops *)workers;
    struct loop *const loop = loops->all[atomic_fetch_add(&loops->next, 1)];
    const int failed = loop->kind->start != NULL ? loop->kind->start(loop) : 0;
    if (failed == 0) {
        run_loop(loop);
    } else {
        atomic_store(&loops->error_number, failed);
        atomic_fetch_add(&loops->failures, 1);
    }
}

static enum result create(const struct loop_kind *kind, struct workers *workers, struct loop **loop, struct err *err)
{
    struct loop *const created = calloc(1, kind->size);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for a loop");
    }
    created->kind = kind;
    created->workers = workers;
    created->run = workers->run;
    created->room = RUN_EVENT_UNDER_WAY;
    deadlines_init(&created->deadlines, created->run->plan->timeout_ns);
    const enum result result = kind->open(created, err);
    if (result != RESULT_OK) {
        free(created);
        return result;
    }
    *loop = created;
    return RESULT_OK;
}

static void destroy(struct loop *loop)
{
    loop->kind->close(loop);
    while (loop->chunks != NULL) {
        struct loop_chunk *const chunk = loop->chunks;
        loop->chunks = chunk->next;
        free(chunk);
    }
    free(loop);
}

/* All before the first thread, since clients use up the descriptors. */
static enum result create_all(struct loops *loops, const struct loop_kind *kind, uint32_t count, struct err *err)
{
    loops->all = calloc(count, sizeof(struct loop *));
    if (loops->all == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the loops");
    }
    for (uint32_t i = 0; i < count; i++) {
        const enum result result = create(kind, &loops->workers, &loops->all[i], err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    return RESULT_OK;
}

static void destroy_all(struct loops *loops, uint32_t count)
{
    for (uint32_t i = 0; loops->all != NULL && i < count; i++) {
        if (loops->all[i] != NULL) {
            destroy(loops->all[i]);
        }
    }
    free(loops->all);
}

static enum result start_all(struct loops *loops, uint32_t count, struct err *err)
{
    for (uint32_t i = 0; i < count; i++) {
        const int status = workers_start(&loops->workers);
        if (status != 0 && i == 0) {
            return err_system(err, status, "cannot create the thread of a loop");
        }
        if (status != 0) {
            scoreboard_note(loops->workers.run->board, "%u of %u loops run: pthread_create: %s", i, count,
                            err_errno_name(status));
            break;
        }
    }
    return RESULT_OK;
}

/* After all have ended. */
static enum result check_started(struct loops *loops, struct err *err)
{
    const uint32_t begun = atomic_load(&loops->next);
    const uint32_t failures = atomic_load(&loops->failures);
    const int error_number = atomic_load(&loops->error_number);
    if (failures == begun && begun > 0) {
        return err_system(err, error_number, "cannot start a loop");
    }
    if (failures > 0) {
        scoreboard_note(loops->workers.run->board, "%u of %u loops run: %s", begun - failures, begun,
                        err_errno_name(error_number));
    }
    return RESULT_OK;
}

enum result loops_run(const struct loop_kind *kind, const struct mode_run *run, struct err *err)
{
    const uint32_t count = (uint32_t)cores_usable();
    struct loops loops = {.all = NULL};
    enum result result = workers_init(&loops.workers, run, carry, err);
    if (result != RESULT_OK) {
        return result;
    }
    result = create_all(&loops, kind, count, err);
    if (result == RESULT_OK) {
        run->ready(run->tick_argument);
        result = start_all(&loops, count, err);
    }
    workers_finish(&loops.workers);
    destroy_all(&loops, count);
    return result == RESULT_OK ? check_started(&loops, err) : result;
}
