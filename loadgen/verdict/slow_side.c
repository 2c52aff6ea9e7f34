#include "loadgen/verdict/slow_side.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A server of which nothing but its answers is known. */
static enum slow_side judge_foreign(const struct error_group *group, char *words, size_t size)
{
    const bool handshake = strcmp(group->call, "connect") == 0;
    snprintf(words, size, "; the server side was slow: %s",
             handshake ? "it did not answer the handshake" : "it took the connection and did not answer in time");
    return SLOW_SERVER;
}

static enum slow_side judge_own(const struct diagnose_case *asked, char *words, size_t size)
{
    if (asked->server_accepted < asked->connected) {
        snprintf(words, size, "; the server side was slow: it had accepted %" PRIu64 " of %" PRIu64 " connections",
                 asked->server_accepted, asked->connected);
        return SLOW_SERVER;
    }
    if (asked->bottleneck == BOTTLENECK_MACHINE) {
        snprintf(words, size, "; both sides were slow: they shared processors that were all busy");
        return SLOW_BOTH;
    }
    snprintf(words, size, "; the server side was slow: it had accepted every connection and did not answer in time");
    return SLOW_SERVER;
}

enum slow_side slow_side_find(const struct diagnose_case *asked, const struct error_group *group, char *words,
                              size_t size)
{
    words[0] = '\0';
    if (group->phase != PHASE_TIMEOUT) {
        return SLOW_NONE;
    }
    if (asked->bottleneck == BOTTLENECK_CLIENT) {
        snprintf(words, size, "; the client side was slow: it kept the processors busy");
        return SLOW_CLIENT;
    }
    return asked->asked->model == PREDICT_MODEL_NONE ? judge_foreign(group, words, size)
                                                     : judge_own(asked, words, size);
}
