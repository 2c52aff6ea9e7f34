#include "loadgen/engine/scoreboard.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/atomics.h"
#include "base/clock.h"
#include "base/cpu.h"
#include "base/futex.h"
#include "loadgen/engine/scoreboard_layout.h"

_Static_assert(sizeof(struct client_record) <= CACHE_LINE, "a record is one cache line");
_Static_assert(offsetof(struct scoreboard, groups) <= 4096, "what each client writes is in one page");

static void add(_Atomic uint64_t *counter, uint64_t value)
{
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static void live_add(struct live *live)
{
    atomic_raise_to(&live->peak, atomic_fetch_add_explicit(&live->now, 1, memory_order_relaxed) + 1);
}

static void live_remove(struct live *live)
{
    atomic_fetch_sub_explicit(&live->now, 1, memory_order_relaxed);
}

/* Twice the cores, rounded up to a power of two: few enough to stay in the cache, and enough that two threads seldom
 * write to the same one. */
static uint32_t shard_count(void)
{
    const uint64_t cores = cores_usable();
    uint32_t shards = 2;
    while (shards < SHARDS_MAX && shards < 2 * cores) {
        shards *= 2;
    }
    return shards;
}

struct scoreboard *scoreboard_create(uint64_t count, bool hold)
{
    struct scoreboard *const board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (board == MAP_FAILED) {
        return NULL;
    }
    board->count = board->whole = board->awaited = count;
    board->hold = hold;
    board->shard_mask = shard_count() - 1;
    scoreboard_begin(board);
    return board;
}

/* Numbers whose distance is an odd multiple of a power of two, shifted by its exponent, still use each shard. */
void scoreboard_share(struct scoreboard *board, const struct client_share *share)
{
    board->count = client_share_of(share, board->whole);
    board->awaited = board->count + 1;
    board->shard_shift = (uint32_t)__builtin_ctzll(share->stride);
}

void scoreboard_destroy(struct scoreboard *board)
{
    munmap(board, sizeof *board);
}

uint64_t scoreboard_begin(struct scoreboard *board)
{
    return scoreboard_begin_at(board, clock_now_ns());
}

uint64_t scoreboard_begin_at(struct scoreboard *board, uint64_t moment_ns)
{
    board->epoch_ns = moment_ns;
    return moment_ns;
}

uint64_t scoreboard_us(const struct scoreboard *board, uint64_t now_ns)
{
    return now_ns > board->epoch_ns ? (now_ns - board->epoch_ns) / NS_PER_US : 0;
}

static uint32_t shard_index(const struct scoreboard *board, uint64_t client)
{
    return (uint32_t)(client >> board->shard_shift) & board->shard_mask;
}

void scoreboard_started(struct scoreboard *board, uint64_t client)
{
    add(&board->shards[shard_index(board, client)].started, 1);
}

/* The counters first and the record last, here and below: a process that is killed in between leaves a live count too
 * high by one, and never one that falls below zero. */
void scoreboard_connected(struct scoreboard *board, uint64_t client, struct client_record *record)
{
    add(&board->shards[shard_index(board, client)].connected, 1);
    live_add(&board->connections);
    record->place = (uint32_t)atomic_fetch_add_explicit(&board->connections.in_all, 1, memory_order_relaxed) + 1;
    atomic_store(&record->open, 1);
}

void scoreboard_up(struct scoreboard *board, uint64_t client, struct client_record *record, uint64_t now_ns)
{
    live_add(&board->clients);
    struct shard *const shard = &board->shards[shard_index(board, client)];
    atomic_lower_to(&shard->first_up, scoreboard_us(board, now_ns) + 1);
    atomic_raise_to(&shard->last_up_us, scoreboard_us(board, now_ns));
    atomic_store(&record->up, 1);
}

void scoreboard_down(struct scoreboard *board, struct client_record *record)
{
    if (atomic_exchange(&record->up, 0) != 0) {
        live_remove(&board->clients);
    }
}

void scoreboard_disconnected(struct scoreboard *board, struct client_record *record)
{
    if (atomic_exchange(&record->open, 0) != 0) {
        live_remove(&board->connections);
    }
}

static void record_latency(struct scoreboard *board, uint64_t client, enum latency_kind kind, uint64_t latency_ns)
{
    if (latency_ns > 0) {
        hist_record(&board->latency[shard_index(board, client)][kind], latency_ns);
    }
}

void scoreboard_reply(struct scoreboard *board, uint64_t client, uint64_t latency_ns)
{
    record_latency(board, client, LATENCY_REPLY, latency_ns);
}

/* The slot of one of the first or last clients, which each have one; TRANSCRIPT_NO_SLOT for a client in between. */
static uint32_t edge_slot(const struct scoreboard *board, uint64_t client)
{
    if (client < TRANSCRIPT_EDGE) {
        return (uint32_t)client;
    }
    const uint64_t from_end = board->whole - 1 - client;
    return from_end < TRANSCRIPT_EDGE ? TRANSCRIPT_SLOTS - 1 - (uint32_t)from_end : TRANSCRIPT_NO_SLOT;
}

/* A client in between takes the slot on offer, if there is one. The load first spares most clients the exchange: they
 * share the cache line without writing to it. */
static uint32_t offered_slot(struct scoreboard *board)
{
    if (atomic_load_explicit(&board->offer, memory_order_relaxed) == 0) {
        return TRANSCRIPT_NO_SLOT;
    }
    const uint32_t offer = atomic_exchange_explicit(&board->offer, 0, memory_order_acquire);
    return offer == 0 ? TRANSCRIPT_NO_SLOT : offer;
}

uint32_t scoreboard_sent(struct scoreboard *board, uint64_t client, uint64_t now_ns)
{
    const uint32_t edge = edge_slot(board, client);
    const uint32_t slot = edge != TRANSCRIPT_NO_SLOT ? edge : offered_slot(board);
    if (slot != TRANSCRIPT_NO_SLOT) {
        board->transcript[slot].client = client;
        atomic_store_explicit(&board->transcript[slot].sent, now_ns - board->epoch_ns + 1, memory_order_release);
    }
    return slot;
}

void scoreboard_received(struct scoreboard *board, uint32_t slot, uint64_t now_ns, const void *bytes, size_t length)
{
    if (slot != TRANSCRIPT_NO_SLOT) {
        struct transcript_slot *const to = &board->transcript[slot];
        to->length = (uint32_t)(length < TRANSCRIPT_BYTES ? length : TRANSCRIPT_BYTES);
        memcpy(to->bytes, bytes, to->length);
        atomic_store_explicit(&to->received, now_ns - board->epoch_ns + 1, memory_order_release);
    }
}

/* Only the first call has an effect: the barrier stays open, and for the first reason. */
static void open_barrier(struct scoreboard *board, enum barrier_state reason)
{
    uint32_t closed = BARRIER_CLOSED;
    if (atomic_compare_exchange_strong(&board->barrier, &closed, reason)) {
        futex_wake_all(&board->barrier);
    }
}

/* The parent of a process that is killed between the two steps counts it a second time: then the barrier opens one
 * client too early, which is better than never. */
void scoreboard_barrier_arrive(struct scoreboard *board, struct client_record *record)
{
    if (atomic_fetch_add(&board->arrived.count, 1) + 1 >= board->awaited) {
        open_barrier(board, BARRIER_OPEN);
    }
    atomic_store(&record->arrived, 1);
}

bool scoreboard_barrier_is_full(const struct scoreboard *board)
{
    return atomic_load(&board->arrived.count) >= board->count;
}

enum barrier_state scoreboard_barrier_state(const struct scoreboard *board)
{
    return (enum barrier_state)atomic_load(&board->barrier);
}

bool scoreboard_barrier_wait(struct scoreboard *board, struct client_record *record)
{
    scoreboard_barrier_arrive(board, record);
    while (scoreboard_barrier_state(board) == BARRIER_CLOSED) {
        futex_wait(&board->barrier, BARRIER_CLOSED, 0);
    }
    return scoreboard_barrier_state(board) == BARRIER_OPEN;
}

static bool claim(struct group *group, uint64_t key)
{
    uint64_t seen = atomic_load(&group->key);
    return seen == key || (seen == 0 && (atomic_compare_exchange_strong(&group->key, &seen, key) || seen == key));
}

/* Groups are claimed in order and never released, so the first free one ends the search. The last one takes every
 * failure for which there is no other. */
static uint32_t group_of(struct scoreboard *board, uint64_t key)
{
    for (uint32_t i = 0; i < ERROR_GROUPS_MAX - 1; i++) {
        if (claim(&board->groups[i], key)) {
            return i;
        }
    }
    const struct failure other = {.call = CALL_OTHER, .trace = {.phase = failure_key_phase(key)}};
    (void)claim(&board->groups[ERROR_GROUPS_MAX - 1], failure_key(&other));
    return ERROR_GROUPS_MAX - 1;
}

void scoreboard_alarm(struct scoreboard *board)
{
    atomic_fetch_add(&board->alarms, 1);
    futex_wake_all(&board->alarms);
}

uint32_t scoreboard_alarms(const struct scoreboard *board)
{
    return atomic_load(&board->alarms);
}

void scoreboard_alarm_wait(struct scoreboard *board, uint32_t alarms, uint32_t timeout_ms)
{
    futex_wait(&board->alarms, alarms, timeout_ms);
}

void scoreboard_failed(struct scoreboard *board, uint64_t client, struct client_record *record, struct failure *failure)
{
    const uint64_t now_us = scoreboard_us(board, clock_now_ns());
    const uint64_t at_us = now_us > failure->ago_us ? now_us - failure->ago_us : 0;
    const uint64_t key = failure_key(failure);
    const uint32_t group = group_of(board, key);
    /* The load first keeps this counter of 32 bits from overflowing. */
    if (atomic_load(&board->groups[group].reserved) < TRACES_KEPT) {
        const uint32_t index = atomic_fetch_add(&board->groups[group].reserved, 1);
        if (index < TRACES_KEPT) {
            struct trace *const trace = &board->traces[group][index];
            failure->trace.client = client;
            failure->trace.at_us = at_us;
            trace->trace = failure->trace;
            atomic_store_explicit(&trace->ready, 1, memory_order_release);
        }
        if (index == 0) {
            scoreboard_alarm(board);
        }
    }
    add(&board->groups[group].answered, failure->answered);
    add(&board->groups[group].cut, failure->cut);
    add(&board->groups[group].resent, failure->resent);
    record->ended_us = at_us;
    atomic_store_explicit(&record->outcome, key, memory_order_release);
}

static void count_failure(struct scoreboard *board, uint64_t client, struct client_record *record)
{
    struct group *const group = &board->groups[group_of(board, atomic_load(&record->outcome))];
    const uint64_t at_us = record->ended_us;
    const bool held = atomic_load(&record->arrived) != 0;
    atomic_lower_to(&group->first, (held ? 1 : at_us / FIRST_UNIT_US + 1) << FIRST_CLIENT_BITS | client);
    if (held) {
        atomic_lower_to(&group->held_us, at_us + 1);
    }
    atomic_raise_to(&group->last_us, at_us);
    atomic_raise_to(&group->last, client);
    add(&group->count, 1);
}

void scoreboard_count_outcome(struct scoreboard *board, uint64_t client, struct client_record *record)
{
    const uint64_t outcome = atomic_load_explicit(&record->outcome, memory_order_acquire);
    struct shard *const shard = &board->shards[shard_index(board, client)];
    record_latency(board, client, LATENCY_CONNECT, record->connect_ns);
    record_latency(board, client, LATENCY_REPLY, record->reply_ns);
    record_latency(board, client, LATENCY_CLIENT, record->client_ns);
    if (outcome == OUTCOME_COMPLETED) {
        add(&shard->completed, 1);
        return;
    }
    count_failure(board, client, record);
    add(&shard->failed_numbers, client);
    add(&shard->failed_places, record->place > 0 ? record->place - 1 : 0);
    add(&shard->failed, 1);
    if (board->hold && atomic_load(&record->arrived) == 0) {
        scoreboard_barrier_arrive(board, record);
    }
}

void scoreboard_thread_began(struct scoreboard *board)
{
    live_add(&board->threads);
}

void scoreboard_thread_ended(struct scoreboard *board)
{
    live_remove(&board->threads);
}

void scoreboard_process_began(struct scoreboard *board)
{
    live_add(&board->processes);
}

void scoreboard_process_ended(struct scoreboard *board)
{
    live_remove(&board->processes);
}

void scoreboard_private(struct scoreboard *board, uint64_t bytes)
{
    board->private_bytes += bytes;
    board->private_looks++;
}

void scoreboard_note(struct scoreboard *board, const char *format, ...)
{
    const uint32_t index = atomic_fetch_add(&board->notes_begun, 1);
    if (index >= NOTES_MAX) {
        return;
    }
    struct note *const note = &board->notes[index];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note->text, sizeof note->text, format, arguments);
    va_end(arguments);
    atomic_store_explicit(&note->ready, 1, memory_order_release);
}

/* The load first keeps all but the first from writing to the cache line. */
void scoreboard_skipped(struct scoreboard *board, const void *bytes, size_t length)
{
    if (atomic_load_explicit(&board->skip_noted, memory_order_relaxed) == 0 &&
        atomic_exchange(&board->skip_noted, 1) == 0) {
        char shown[64];
        failure_show_bytes(bytes, length, shown, sizeof shown);
        scoreboard_note(board, "the server also answers the empty line of a request; this answer was skipped: %s",
                        shown);
    }
}

void scoreboard_cancel(struct scoreboard *board)
{
    atomic_store(&board->cancelled, 1);
    open_barrier(board, BARRIER_CANCELLED);
}

bool scoreboard_cancelled(const struct scoreboard *board)
{
    return atomic_load_explicit(&board->cancelled, memory_order_relaxed) != 0;
}
