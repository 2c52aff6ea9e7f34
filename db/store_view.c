/* Locks: `lock` of the views guards which view has which connection, and is taken before the connection's own, which is
 * held while a page is read. The writer's lock, where held (give_up_all), comes before both. */
#include "db/store_view.h"

#include <stdlib.h>

#include "db/check.h"
#include "db/database.h"
#include "db/session.h"

static enum result step(struct db_connection *connection, enum query query)
{
    struct err ignored;
    struct statement statement = db_connection_statement(connection, query);
    return statement_run(&statement, "reading one moment of the database", &ignored);
}

/* Ends the moment of the view that has `slot`. The lock of the connection is held. */
static void give_up(struct view_slot *slot)
{
    if (slot->view != NULL) {
        (void)step(slot->connection, QUERY_COMMIT);
        slot->view->slot = NULL;
        slot->view = NULL;
    }
}

/* A free connection, else the one that was read least recently, locked; NULL when all are being read at this moment. */
static struct view_slot *choose(struct store_views *views)
{
    struct view_slot *best = NULL;
    for (size_t i = 0; i < STORE_VIEWS; i++) {
        struct view_slot *const slot = &views->slots[i];
        const bool better = best == NULL || (best->view != NULL && (slot->view == NULL || slot->used < best->used));
        if (better && db_connection_try_lock(slot->connection)) {
            if (best != NULL) {
                db_connection_unlock(best->connection);
            }
            best = slot;
        }
    }
    return best;
}

static void begin(struct store *view, struct view_slot *slot)
{
    /* The first read makes the moment. */
    if (step(slot->connection, QUERY_VIEW_BEGIN) != RESULT_OK || step(slot->connection, QUERY_PING) != RESULT_OK) {
        (void)step(slot->connection, QUERY_COMMIT);
        return;
    }
    slot->view = view;
    slot->used = ++view->of->views.reads;
    view->slot = slot;
}

struct store *store_view_open(struct store *store, bool changes)
{
    struct store *const view = calloc(1, sizeof *view);
    if (view == NULL) {
        return NULL;
    }
    view->of = store;
    view->changes = changes;
    view->deletions = atomic_load(&store->changed.deletions);
    view->moves = atomic_load(&store->changed.moves);
    pthread_mutex_lock(&store->views.lock);
    struct view_slot *const slot = choose(&store->views);
    if (slot != NULL) {
        give_up(slot);
        begin(view, slot);
        db_connection_unlock(slot->connection);
    }
    pthread_mutex_unlock(&store->views.lock);
    return view;
}

void store_view_close(struct store *view)
{
    if (view == NULL) {
        return;
    }
    pthread_mutex_lock(&view->of->views.lock);
    struct view_slot *const slot = view->slot;
    if (slot != NULL) {
        db_connection_lock(slot->connection);
        give_up(slot);
        db_connection_unlock(slot->connection);
    }
    pthread_mutex_unlock(&view->of->views.lock);
    free(view);
}

enum result store_view_check(struct store *view, struct err *err)
{
    struct store *const store = view->of;
    pthread_mutex_lock(&store->views.lock);
    const bool one_moment = view->slot != NULL;
    pthread_mutex_unlock(&store->views.lock);
    if (one_moment || (atomic_load(&store->changed.deletions) == view->deletions &&
                       (!view->changes || atomic_load(&store->changed.moves) == view->moves))) {
        return RESULT_OK;
    }
    return err_set(err, RESULT_STORE, "the runs were changed while they were read: repeat the request");
}

struct db_connection *store_view_reader(struct store *view)
{
    struct db_connection *connection = NULL;
    struct store_views *const views = &view->of->views;
    pthread_mutex_lock(&views->lock);
    if (view->slot != NULL) {
        view->slot->used = ++views->reads;
        connection = view->slot->connection;
        db_connection_lock(connection);
    }
    pthread_mutex_unlock(&views->lock);
    return connection;
}

/* The log cannot start anew before they and the database's check end: the writer calls this when it is long. A view
 * that is being read at this moment is left to the next call. */
static void give_up_all(void *arg)
{
    struct store *const store = arg;
    struct store_views *const views = &store->views;
    atomic_fetch_add(&store->long_logs, 1);
    if (store->check != NULL) {
        check_interrupt(store->check);
    }
    pthread_mutex_lock(&views->lock);
    for (size_t i = 0; i < STORE_VIEWS; i++) {
        if (db_connection_try_lock(views->slots[i].connection)) {
            give_up(&views->slots[i]);
            db_connection_unlock(views->slots[i].connection);
        }
    }
    pthread_mutex_unlock(&views->lock);
}

enum result store_views_open(struct store *store, struct err *err)
{
    struct store_views *const views = &store->views;
    for (size_t i = 0; i < STORE_VIEWS; i++) {
        if (db_connection_open(database_path(store->database), false, &views->slots[i].connection, err) != RESULT_OK) {
            return err->code;
        }
    }
    db_connection_when_log_is_long(store->writer, give_up_all, store);
    return RESULT_OK;
}

void store_views_close(struct store *store)
{
    for (size_t i = 0; i < STORE_VIEWS; i++) {
        db_connection_close(store->views.slots[i].connection);
    }
}
