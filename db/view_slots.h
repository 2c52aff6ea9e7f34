/* The connections of a store's views (store_view.h). For the files of db/ that implement the store. */
#ifndef KONEKSI_DB_VIEW_SLOTS_H
#define KONEKSI_DB_VIEW_SLOTS_H

#include <pthread.h>

#include "db/connection.h"
#include "db/store_view.h"

/* A connection that holds the moment of one view. */
struct view_slot {
    struct db_connection *connection;
    struct store *view; /* NULL: it is free */
    uint64_t used;      /* when it was last read, counted in reads of all views */
};

struct store_views {
    pthread_mutex_t lock;
    uint64_t reads;
    struct view_slot slots[STORE_VIEWS];
};

/* Opens the views' connections, after the writer's. store_close closes them. */
enum result store_views_open(struct store *store, struct err *err) MUST_CHECK;
void store_views_close(struct store *store);
/* As store_reader; NULL when the view has given its moment up. */
struct db_connection *store_view_reader(struct store *view);

#endif
