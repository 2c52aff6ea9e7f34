/* Makes the lab's events (event.h) events of the stream, in JSON. An event for which there is no memory is left out:
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
    char *last_server; /* the JSON of the newest event `server`: one that reads the same is not published again */
};

/* The observer to give to the lab. `publisher` outlives it. */
struct observer publisher_observer(struct publisher *publisher);

/* After the lab has stopped. */
void publisher_free(struct publisher *publisher);

#endif
