/* A server that ends, or stops answering, in the middle of a search: the runs after that show nothing of how many
 * clients it carries. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_LOST_SERVER_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_LOST_SERVER_H

#include "server/lab/experiment/findings.h"

struct server_loss {
    bool lost;
    size_t shown;      /* runs that show what the server carries: all when it was not lost */
    int64_t after_run; /* the last one in which it served a client; 0: there is none, or it was not lost */
};

/* The builtin server is not lost: it ends with the panel. */
struct server_loss server_loss_find(const struct findings *findings);

#endif
