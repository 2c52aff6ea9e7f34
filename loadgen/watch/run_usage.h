/* What is in use of each limit during a run: on both sides when the first client of a group fails, and the most. One
 * thread at a time. */
#ifndef KONEKSI_LOADGEN_WATCH_RUN_USAGE_H
#define KONEKSI_LOADGEN_WATCH_RUN_USAGE_H

#include "base/err.h"
#include "loadgen/contract/load_result.h"
#include "loadgen/verdict/diagnose.h"
#include "loadgen/watch/foreign_server.h"

struct run_usage {
    struct usage_reader *reader;    /* of the panel, or of the process of: */
    struct foreign_server *foreign; /* NULL: the server is the panel's own, or not watched */
    uint64_t others;                /* tasks of the foreign server's user that are not its own; LIMIT_UNKNOWN */
    struct usage seen;              /* of the foreign server, when it was last looked at */
    struct usage peak;              /* of the server side */
    uint64_t looked_ns;
    uint64_t queue_empty_us; /* see diagnose.h */
    size_t group_count;
    struct group_usage groups[GROUP_USAGES_MAX];
};

/* Of a run whose server is not watched, until run_usage_open. */
void run_usage_init(struct run_usage *usage);
/* The server is `foreign`, NULL: it is not, or the calling process itself with `own_server`. RESULT_NO_MEMORY;
 * run_usage_close is called in either case. */
enum result run_usage_open(struct run_usage *usage, struct foreign_server *foreign, bool own_server,
                           struct err *err) MUST_CHECK;
void run_usage_close(struct run_usage *usage);

/* Keeps what the generator reported, and reads the server side at once. A foreign server may have lost its connections
 * by then: what it had when it was looked at before the failure counts as well. `queue`: the connections in the own
 * TIME server's accept queue now. */
void run_usage_add(struct run_usage *usage, const struct group_usage *group, uint64_t queue);

/* The generator was killed, and had no time to report anything: reads the memory that its control group, which is that
 * of the calling process, may have by now. */
void run_usage_add_killed(struct run_usage *usage);

/* Call with each sample: looks for the peak, of all but the accept queue ten times a second at most. */
void run_usage_look(struct run_usage *usage, uint64_t now_ns, uint64_t queue);

/* Fills in the usages, the peaks of both sides, and what else was seen of a foreign server; `usage` must outlive
 * `facts`. `result`: NULL when the generator did not report one. `server_fds`: the most that the own server had open by
 * its own count, whose moment the looks may have missed; LIMIT_UNKNOWN. */
void run_usage_describe(const struct run_usage *usage, const struct load_result *result, uint64_t server_fds,
                        struct diagnose_case *facts);

#endif
