/* The client processes that are alive: pid -> record. The records are shared with the children, who write them; all
 * the rest is for the forking thread alone, but lies in shared memory too, because what a parent writes to its private
 * memory is copied for each child that it has. Memory is touched for the most that are alive at once, no more. */
#ifndef KONEKSI_LOADGEN_ENGINE_PROCESS_TABLE_H
#define KONEKSI_LOADGEN_ENGINE_PROCESS_TABLE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "loadgen/engine/scoreboard.h"

struct process_table;

struct process_slot {
    struct client_record record;
    uint64_t client;
    pid_t pid; /* 0: not in use */
};

/* For at most `count` processes at once, or as many as the kernel allows (kernel.threads-max, kernel.pid_max).
 * RESULT_SYSTEM. */
enum result process_table_create(uint64_t count, struct process_table **table, struct err *err) MUST_CHECK;
void process_table_destroy(struct process_table *table);

/* A slot for the next child, its record all-zero; NULL when there are as many processes as can be. Take, fork, then
 * bind the pid or, when the fork failed, release. */
struct process_slot *process_table_take(struct process_table *table, uint64_t client) MUST_CHECK;
void process_table_bind(struct process_table *table, struct process_slot *slot, pid_t pid);
void process_table_release(struct process_table *table, struct process_slot *slot);

/* The slot of a child; NULL for any other process. */
struct process_slot *process_table_find(struct process_table *table, pid_t pid) MUST_CHECK;

uint64_t process_table_live(const struct process_table *table);

/* Calls `visit` for each child that is alive or not yet released. */
void process_table_each(struct process_table *table, void (*visit)(struct process_slot *slot));

#endif
