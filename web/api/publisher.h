/* Publishes the lab's events (event.h) as JSON in the event streams. An event for which memory runs out is dropped:
 * watching never breaks a run. */
#ifndef KONEKSI_WEB_API_PUBLISHER_H
#define KONEKSI_WEB_API_PUBLISHER_H

#include "db/store.h"
#include "server/lab/run/event.h"
#include "server/time/time_server.h"
#include "web/http/live.h"

struct publisher {
    struct live *live; /* all three outlive the lab */
    struct store *store;
    const struct time_server *server;
    char *last_server; /* JSON of the newest `server` event; an identical one is not published again */
};

/* The observer to pass to the lab. `publisher` outlives the lab. */
struct observer publisher_observer(struct publisher *publisher);

/* Call after the lab has stopped. */
void publisher_free(struct publisher *publisher);

#endif
