#include "loadgen/engine/scoreboard_read.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "loadgen/engine/scoreboard_layout.h"

static uint64_t read_relaxed(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* What a client reaches last is read first, so that no sum is ahead of one that it is part of. */
static struct load_totals read_totals(const struct scoreboard *board)
{
    struct load_totals totals = {0};
    for (uint32_t i = 0; i <= board->shard_mask; i++) {
        totals.completed += atomic_load(&board->shards[i].completed);
        totals.failed += atomic_load(&board->shards[i].failed);
    }
    for (uint32_t i = 0; i <= board->shard_mask; i++) {
        totals.connected += atomic_load(&board->shards[i].connected);
    }
    for (uint32_t i = 0; i <= board->shard_mask; i++) {
        totals.started += atomic_load(&board->shards[i].started);
    }
    totals.not_started = board->count - totals.started;
    return totals;
}

void scoreboard_sample(const struct scoreboard *board, struct load_sample *sample)
{
    sample->at_us = scoreboard_us(board, clock_now_ns());
    sample->totals = read_totals(board);
    sample->threads = read_relaxed(&board->threads.now);
    sample->processes = read_relaxed(&board->processes.now);
    sample->connections = read_relaxed(&board->connections.now);
}

uint64_t scoreboard_most_connections(const struct scoreboard *board)
{
    return read_relaxed(&board->connections.peak);
}

uint32_t scoreboard_group_count(const struct scoreboard *board)
{
    /* In order and without a gap: the last one, "other", is claimed only when all before it are. */
    uint32_t count = 0;
    while (count < ERROR_GROUPS_MAX && atomic_load(&board->groups[count].key) != 0) {
        count++;
    }
    return count;
}

const struct error_trace *scoreboard_trace(const struct scoreboard *board, uint32_t group, uint32_t index)
{
    if (index >= TRACES_KEPT) {
        return NULL;
    }
    const struct trace *const trace = &board->traces[group][index];
    return atomic_load_explicit(&trace->ready, memory_order_acquire) != 0 ? &trace->trace : NULL;
}

void scoreboard_group(const struct scoreboard *board, uint32_t group, struct group_usage *usage)
{
    const uint64_t key = atomic_load(&board->groups[group].key);
    usage->phase = failure_key_phase(key);
    usage->error_number = failure_key_errno(key);
    usage->words = failure_key_words(key);
    snprintf(usage->call, sizeof usage->call, "%s", client_call_name(failure_key_call(key)));
}

/* The words of the first trace that is whole; a process may have been killed while it wrote one. */
static void group_message(const struct scoreboard *board, uint32_t index, char message[ERROR_MESSAGE_SIZE])
{
    const uint64_t key = atomic_load(&board->groups[index].key);
    for (uint32_t i = 0; i < TRACES_KEPT && failure_key_call(key) != CALL_OTHER; i++) {
        const struct error_trace *const trace = scoreboard_trace(board, index, i);
        if (trace != NULL) {
            memcpy(message, trace->message, ERROR_MESSAGE_SIZE);
            return;
        }
    }
    const char *const text = strerrordesc_np(failure_key_errno(key));
    snprintf(message, ERROR_MESSAGE_SIZE, "%s",
             failure_key_call(key) == CALL_OTHER ? "failures of further kinds"
             : text != NULL                      ? text
                                                 : "unknown error");
}

static void read_group(const struct scoreboard *board, uint32_t index, struct error_group *into)
{
    const struct group *const group = &board->groups[index];
    const uint64_t key = atomic_load(&group->key);
    const uint64_t first = atomic_load(&group->first);
    const uint64_t held = atomic_load(&group->held_us);
    into->phase = failure_key_phase(key);
    into->error_number = failure_key_errno(key);
    into->words = failure_key_words(key);
    snprintf(into->call, sizeof into->call, "%s", client_call_name(failure_key_call(key)));
    group_message(board, index, into->message);
    into->count = atomic_load(&group->count);
    into->first_client = first & ((1ULL << FIRST_CLIENT_BITS) - 1);
    into->first_at_us = held > 0 ? held - 1 : ((first >> FIRST_CLIENT_BITS) - 1) * FIRST_UNIT_US;
    into->last_at_us = atomic_load(&group->last_us);
    into->last_client = atomic_load(&group->last);
    into->answered = atomic_load(&group->answered);
    into->cut = atomic_load(&group->cut);
    into->resent = atomic_load(&group->resent);
}

void scoreboard_result(const struct scoreboard *board, struct load_result *result)
{
    result->totals = read_totals(board);
    result->peaks = (struct load_peaks){
        .threads = read_relaxed(&board->threads.peak),
        .processes = read_relaxed(&board->processes.peak),
        .connections = scoreboard_most_connections(board),
    };
    result->start = (struct load_start){.peak_clients = read_relaxed(&board->clients.peak)};
    if (board->private_looks > 0) {
        result->cost.memory_bytes = board->private_bytes / board->private_looks * result->start.peak_clients;
    }
    result->failed = (struct load_order){0};
    for (uint32_t shard = 0; shard <= board->shard_mask; shard++) {
        result->failed.numbers += read_relaxed(&board->shards[shard].failed_numbers);
        result->failed.places += read_relaxed(&board->shards[shard].failed_places);
        const uint64_t first_up = read_relaxed(&board->shards[shard].first_up);
        load_start_begin(&result->start, first_up > 0 ? first_up - 1 : 0);
        const uint64_t last_up_us = read_relaxed(&board->shards[shard].last_up_us);
        result->start.last_up_us = last_up_us > result->start.last_up_us ? last_up_us : result->start.last_up_us;
    }
    for (int kind = 0; kind < LATENCY_COUNT; kind++) {
        hist_init(&result->latency[kind]);
        for (uint32_t shard = 0; shard <= board->shard_mask; shard++) {
            hist_merge(&result->latency[kind], &board->latency[shard][kind]);
        }
    }
    result->group_count = 0;
    const uint32_t groups = scoreboard_group_count(board);
    for (uint32_t i = 0; i < groups; i++) {
        /* A process killed between its trace and its outcome leaves a group that no client is counted in. */
        if (atomic_load(&board->groups[i].count) > 0) {
            read_group(board, i, &result->groups[result->group_count++]);
        }
    }
}

bool scoreboard_offer(struct scoreboard *board, uint32_t slot)
{
    if (atomic_load_explicit(&board->offer, memory_order_relaxed) != 0) {
        return false;
    }
    atomic_store_explicit(&board->transcript[slot].sent, 0, memory_order_relaxed);
    atomic_store_explicit(&board->transcript[slot].received, 0, memory_order_relaxed);
    atomic_store_explicit(&board->offer, slot, memory_order_release);
    return true;
}

bool scoreboard_transcript(const struct scoreboard *board, uint32_t slot, struct transcript_line *line)
{
    const struct transcript_slot *const from = &board->transcript[slot];
    const uint64_t received = atomic_load_explicit(&from->received, memory_order_acquire);
    const uint64_t sent = atomic_load_explicit(&from->sent, memory_order_acquire);
    if (sent == 0) {
        return false;
    }
    line->client = from->client;
    line->sent_us = (sent - 1) / NS_PER_US;
    line->received_us = TRANSCRIPT_NONE;
    line->length = 0;
    if (received != 0) {
        line->received_us = (received - 1) / NS_PER_US;
        line->length = from->length;
        memcpy(line->bytes, from->bytes, from->length);
    }
    return true;
}

const char *scoreboard_note_text(const struct scoreboard *board, uint32_t index)
{
    if (index >= NOTES_MAX || atomic_load_explicit(&board->notes[index].ready, memory_order_acquire) == 0) {
        return NULL;
    }
    return board->notes[index].text;
}
