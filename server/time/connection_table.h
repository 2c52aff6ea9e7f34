/* The connections of a model that serves each on a thread of its own, so that all of them can be ended. An entry also
 * carries what the thread has to know.
 *
 * shutdown(2) of another thread's descriptor is only safe while it cannot be closed, for its number may already belong
 * to another file. So an entry is a small lock: whoever closes the descriptor clears the entry first, which waits for a
 * shutdown that is under way.
 *
 * Entries are allocated in chunks, used again, and freed with the table: threads on small stacks never call malloc or
 * free, with which glibc would give each of them an arena. Nothing is sized by RLIMIT_NOFILE. */
#ifndef KONEKSI_SERVER_TIME_CONNECTION_TABLE_H
#define KONEKSI_SERVER_TIME_CONNECTION_TABLE_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct connection_table;

struct connection_entry {
    alignas(64) _Atomic int state; /* the table's own */
    struct connection_entry *next; /* the table's own */
    void *owner;                   /* as given to connection_table_create */
    int fd;
    uint64_t number; /* of the connection */
};

/* NULL when out of memory. */
struct connection_table *connection_table_create(void *owner);

/* Every entry must have been removed. */
void connection_table_destroy(struct connection_table *table);

/* Only one thread may add. NULL when out of memory. */
struct connection_entry *connection_table_add(struct connection_table *table, int fd, uint64_t number);

/* Takes back a cleared entry. Any thread. */
void connection_table_remove(struct connection_table *table, struct connection_entry *entry);

/* connection_entry_shutdown of all. Not while connection_table_add may be called. */
void connection_table_shutdown(struct connection_table *table, int how);

/* For an entry of its own, outside a table: all zero when new, set and cleared by its thread. */
void connection_entry_set(struct connection_entry *entry, int fd);

/* From here on no shutdown touches the descriptor: now it may be closed. Any thread. */
void connection_entry_clear(struct connection_entry *entry);

/* shutdown(2) of its connection; `how` as there. False when it has none. Any thread. */
bool connection_entry_shutdown(struct connection_entry *entry, int how);

#endif
