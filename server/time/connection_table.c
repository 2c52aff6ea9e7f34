#include "server/time/connection_table.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>

#define CHUNK_ENTRIES 63

enum { ENTRY_EMPTY, ENTRY_OPEN, ENTRY_BUSY };

struct chunk {
    struct chunk *next;
    struct connection_entry entries[CHUNK_ENTRIES];
};

struct connection_table {
    alignas(64) _Atomic(struct connection_entry *) removed; /* pushed to by any thread, emptied by the one that adds */
    struct connection_entry *unused;                        /* of the thread that adds */
    struct chunk *chunks;
    void *owner;
};

struct connection_table *connection_table_create(void *owner)
{
    struct connection_table *const table = aligned_alloc(alignof(struct connection_table), sizeof *table);
    if (table != NULL) {
        *table = (struct connection_table){.owner = owner};
    }
    return table;
}

void connection_table_destroy(struct connection_table *table)
{
    while (table->chunks != NULL) {
        struct chunk *const chunk = table->chunks;
        table->chunks = chunk->next;
        free(chunk);
    }
    free(table);
}

static void grow(struct connection_table *table)
{
    struct chunk *const chunk = aligned_alloc(alignof(struct chunk), sizeof *chunk);
    if (chunk == NULL) {
        return;
    }
    for (size_t i = 0; i < CHUNK_ENTRIES; i++) {
        struct connection_entry *const entry = &chunk->entries[i];
        *entry = (struct connection_entry){.next = table->unused, .owner = table->owner, .fd = -1};
        table->unused = entry;
    }
    chunk->next = table->chunks;
    table->chunks = chunk;
}

struct connection_entry *connection_table_add(struct connection_table *table, int fd, uint64_t number)
{
    if (table->unused == NULL) {
        /* All at once: a list from which single entries are popped by one thread and pushed by others would have the
         * ABA problem. */
        table->unused = atomic_exchange_explicit(&table->removed, NULL, memory_order_acquire);
    }
    if (table->unused == NULL) {
        grow(table);
    }
    struct connection_entry *const entry = table->unused;
    if (entry != NULL) {
        table->unused = entry->next;
        entry->number = number;
        connection_entry_set(entry, fd);
    }
    return entry;
}

void connection_entry_set(struct connection_entry *entry, int fd)
{
    entry->fd = fd;
    atomic_store_explicit(&entry->state, ENTRY_OPEN, memory_order_release);
}

void connection_entry_clear(struct connection_entry *entry)
{
    int expected = ENTRY_OPEN;
    while (!atomic_compare_exchange_weak(&entry->state, &expected, ENTRY_EMPTY)) {
        expected = ENTRY_OPEN;
        sched_yield();
    }
}

void connection_table_remove(struct connection_table *table, struct connection_entry *entry)
{
    entry->next = atomic_load_explicit(&table->removed, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&table->removed, &entry->next, entry, memory_order_release,
                                                  memory_order_relaxed)) {
    }
}

bool connection_entry_shutdown(struct connection_entry *entry, int how)
{
    int expected = ENTRY_OPEN;
    const bool is_open = atomic_compare_exchange_strong(&entry->state, &expected, ENTRY_BUSY);
    if (is_open) {
        shutdown(entry->fd, how);
        atomic_store(&entry->state, ENTRY_OPEN);
    }
    return is_open;
}

void connection_table_shutdown(struct connection_table *table, int how)
{
    for (struct chunk *chunk = table->chunks; chunk != NULL; chunk = chunk->next) {
        for (size_t i = 0; i < CHUNK_ENTRIES; i++) {
            (void)connection_entry_shutdown(&chunk->entries[i], how);
        }
    }
}
