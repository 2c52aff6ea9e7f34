/* Decides which targets a run may load: the built-in TIME server, loopback, and addresses that are in the allow-list as
 * they are written. */
#ifndef KONEKSI_SERVER_LAB_RUN_TARGET_H
#define KONEKSI_SERVER_LAB_RUN_TARGET_H

#include "base/net.h"
#include "loadgen/limits/listener.h"
#include "loadgen/limits/reach.h"

#define TARGET_RESOLVED_SIZE 1280
struct target {
    char addresses[REACH_LIST_SIZE];     /* numeric, for the load generator: what was checked is what is used */
    char resolved[TARGET_RESOLVED_SIZE]; /* of a name with several addresses, a JSON object: which one answered (null:
                                            none), and what those before it did; else empty. Of a list with such names
                                            all of its addresses (null: none of one name), and what did not answer */
    bool is_own;                         /* the built-in server alone, under whatever name */
    bool has_own;                        /* it is one of several */
};

/* Resolves `text` ("builtin", HOST:PORT or a list) for a built-in server that listens on `own`. `allowed` is
 * NULL-terminated or NULL; its entries may be lists, too. The resolved address, never the name, decides what is
 * loopback. RESULT_INVALID and RESULT_FORBIDDEN name the field "target"; RESULT_SYSTEM: the name server did not answer
 * within TARGET_START_MS. */
#define TARGET_START_MS 3000 /* less than a panel that stops may take: it waits for this */
enum result target_resolve(const char *text, const struct net_address *own, const char *const *allowed,
                           struct target *target, struct err *err) MUST_CHECK;

/* Whether a run may be queued for `text`; results as above. A name of the allow-list is looked up only when the run
 * starts, any other within TARGET_CHECK_MS, because a request waits for it. */
#define TARGET_CHECK_MS 250
enum result target_check(const char *text, const struct net_address *own, const char *const *allowed,
                         struct err *err) MUST_CHECK;

/* What a run for `text` would most likely load, whether or not it is allowed. Makes no connection: of a name with
 * several addresses it is the one of reach_listed, and `resolved` is empty. Results as of target_resolve, but within
 * TARGET_CHECK_MS. */
enum result target_guess(const char *text, const struct net_address *own, struct target *target,
                         struct err *err) MUST_CHECK;

/* Whether a socket listens there now. Of several targets also which do not, and how many of so many clients were
 * theirs.
 */
enum listener_state target_listener(const struct target *target, uint64_t clients, struct listeners_gone *gone);

#endif
