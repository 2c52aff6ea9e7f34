#include "loadgen/engine/process_table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>

#include "loadgen/contract/process_list.h"
#include "loadgen/limits/limit_terms.h"

#define SLOT_ALIGN 128U /* two cache lines: one for the child, one for the parent */

struct place {
    alignas(SLOT_ALIGN) struct process_slot slot;
    uint32_t next_free; /* index + 1 of the free slot below this one; 0: the last */
};

struct process_table {
    size_t mapped;
    uint32_t capacity;
    uint32_t pid_count; /* of the pid index */
    uint32_t used;      /* slots from here on were never taken */
    uint32_t free_top;  /* index + 1 of the free slot to take first; 0: none */
    uint64_t live;
    uint32_t *slot_of_pid; /* index + 1; lies behind the places */
    struct place places[];
};
_Static_assert(sizeof(struct process_table) == PROCESS_LIST_HEAD && sizeof(struct place) == PROCESS_LIST_PLACE,
               "the sizes of process_list.h");

enum result process_table_create(uint64_t count, struct process_table **table, struct err *err)
{
    const uint64_t pid_max = limit_terms_pid_max("");
    const uint64_t capacity = process_list_places(count, limit_terms_threads_max(""), pid_max);
    const uint64_t mapped = process_list_bytes(capacity, pid_max);
    struct process_table *const created =
        mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (created == MAP_FAILED) {
        return err_system(err, errno, "cannot map %" PRIu64 " KiB for the list of client processes", mapped / 1024);
    }
    created->mapped = mapped;
    created->capacity = (uint32_t)capacity;
    created->pid_count = (uint32_t)pid_max + 1;
    created->slot_of_pid = (uint32_t *)(void *)&created->places[capacity];
    *table = created;
    return RESULT_OK;
}

void process_table_destroy(struct process_table *table)
{
    munmap(table, table->mapped);
}

/* The slot freed last is taken first: its memory is warm. */
struct process_slot *process_table_take(struct process_table *table, uint64_t client)
{
    struct place *place = NULL;
    if (table->free_top != 0) {
        place = &table->places[table->free_top - 1];
        table->free_top = place->next_free;
    } else if (table->used < table->capacity) {
        place = &table->places[table->used++];
    } else {
        return NULL;
    }
    memset(&place->slot.record, 0, sizeof place->slot.record);
    place->slot.client = client;
    place->slot.pid = 0;
    return &place->slot;
}

static uint32_t number_of(const struct process_table *table, const struct process_slot *slot)
{
    return (uint32_t)((const struct place *)slot - table->places) + 1;
}

void process_table_bind(struct process_table *table, struct process_slot *slot, pid_t pid)
{
    slot->pid = pid;
    table->slot_of_pid[(uint32_t)pid % table->pid_count] = number_of(table, slot);
    table->live++;
}

void process_table_release(struct process_table *table, struct process_slot *slot)
{
    struct place *const place = (struct place *)slot;
    if (slot->pid != 0) {
        table->slot_of_pid[(uint32_t)slot->pid % table->pid_count] = 0;
        table->live--;
        slot->pid = 0;
    }
    place->next_free = table->free_top;
    table->free_top = number_of(table, slot);
}

struct process_slot *process_table_find(struct process_table *table, pid_t pid)
{
    const uint32_t number = table->slot_of_pid[(uint32_t)pid % table->pid_count];
    return number != 0 && table->places[number - 1].slot.pid == pid ? &table->places[number - 1].slot : NULL;
}

uint64_t process_table_live(const struct process_table *table)
{
    return table->live;
}

void process_table_each(struct process_table *table, void (*visit)(struct process_slot *slot))
{
    for (uint32_t i = 0; i < table->used; i++) {
        if (table->places[i].slot.pid != 0) {
            visit(&table->places[i].slot);
        }
    }
}
