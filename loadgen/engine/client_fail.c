#include "loadgen/engine/client_fail.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"

#define PROGRESS_SIZE 96

enum error_phase client_phase(const struct client *client)
{
    return atomic_load_explicit(&client->record->phase, memory_order_relaxed);
}

/* "0 bytes of a reply", "3 of 10 replies and 0 bytes of the next" */
static const char *progress(const struct client *client, char text[PROGRESS_SIZE])
{
    const uint64_t asked = client->plan->exchange.requests;
    if (asked > 1) {
        snprintf(text, PROGRESS_SIZE, "%llu of %llu replies and %zu bytes of the next",
                 (unsigned long long)client->requests, (unsigned long long)asked, client->exchange.total);
    } else {
        snprintf(text, PROGRESS_SIZE, "%zu bytes of a reply", client->exchange.total);
    }
    return text;
}

bool client_fail_cancelled(struct client *client)
{
    return FAIL(client->failure, client_phase(client), CALL_CANCEL, ECANCELED, "the run was cancelled");
}

/* Whether what was sent last was sent again, by a timeout of the kernel, and is still not acknowledged (tcp(7)). */
static bool was_sent_again(int fd)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_retransmits > 0;
}

bool client_fail_timeout(struct client *client, enum client_call call)
{
    char text[PROGRESS_SIZE];
    const unsigned long long timeout_ms = client->plan->timeout_ns / NS_PER_MS;
    const bool late = client->requests > 0 && client->requests == client->plan->exchange.requests;
    (void)(late ? FAIL(client->failure, PHASE_TIMEOUT, call, ETIMEDOUT, "the last reply came after more than %llu ms",
                       timeout_ms)
                : FAIL(client->failure, PHASE_TIMEOUT, call, ETIMEDOUT, "no end of %s after %llu ms, %s",
                       client_call_name(call), timeout_ms, progress(client, text)));
    client->failure->resent = was_sent_again(client->fd);
    return false;
}

bool client_fail_lost(struct client *client, int error_number)
{
    char text[PROGRESS_SIZE];
    if (error_number == 0) {
        return FAIL(client->failure, PHASE_RECEIVE, CALL_RECV, 0, "the server closed the connection after %s",
                    progress(client, text));
    }
    return client->requests == 0 && client->exchange.total == 0
               ? FAIL(client->failure, PHASE_RECEIVE, CALL_RECV, error_number, "no reply")
               : FAIL(client->failure, PHASE_RECEIVE, CALL_RECV, error_number, "the connection was lost after %s",
                      progress(client, text));
}

void client_note_replies(struct client *client)
{
    const struct exchange *const exchange = &client->exchange;
    struct failure *const failure = client->failure;
    const size_t came = exchange->plan->streams ? exchange->total : exchange->received;
    failure->answered = client->requests;
    failure->cut = failure->trace.phase == PHASE_RECEIVE && came > 0;
}
