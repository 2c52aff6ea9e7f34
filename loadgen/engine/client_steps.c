#include "loadgen/engine/client_steps.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/* One source address has 28,232 ports (net.ipv4.ip_local_port_range); with many, a port is found at once. */
#define SOURCE_FIRST 0x7f010001U /* 127.1.0.1 */

static void enter(struct client *client, enum error_phase phase)
{
    atomic_store_explicit(&client->record->phase, phase, memory_order_relaxed);
}

enum error_phase client_phase(const struct client *client)
{
    return atomic_load_explicit(&client->record->phase, memory_order_relaxed);
}

bool client_fail_cancelled(struct client *client)
{
    return FAIL(client->failure, client_phase(client), CALL_CANCEL, ECANCELED, "the run was cancelled");
}

bool client_fail_timeout(struct client *client, enum client_call call)
{
    return FAIL(client->failure, PHASE_TIMEOUT, call, ETIMEDOUT, "no end of %s after %llu ms, %zu bytes of a reply",
                client_call_name(call), (unsigned long long)(client->plan->timeout_ns / NS_PER_MS),
                client->exchange.received);
}

/* While the run is being cancelled, the errno of a call does not matter. */
static bool failed_by_cancel(struct client *client)
{
    return scoreboard_cancelled(client->board) && !client_fail_cancelled(client);
}

void client_begin(struct client *client, const struct client_plan *plan, struct scoreboard *board, uint64_t number,
                  struct client_record *record)
{
    client->plan = plan;
    client->board = board;
    client->number = number;
    client->record = record;
    client->fd = -1;
    client->start_ns = clock_now_ns();
    client->now_ns = client->start_ns;
    client->requests = 0;
    exchange_init(&client->exchange, plan->empty_line);
    scoreboard_up(board, number, record, client->start_ns);
}

/* The kernel picks the port at connect(), when it knows the target too, and so may share it (ip(7)). */
static bool bind_source(struct client *client)
{
    const struct sockaddr_in *const target = (const struct sockaddr_in *)&client->plan->target.storage;
    uint32_t address = SOURCE_FIRST + (uint32_t)(client->number % RUN_SOURCE_ADDRESSES);
    if (address == ntohl(target->sin_addr.s_addr)) {
        address = SOURCE_FIRST + RUN_SOURCE_ADDRESSES;
    }
    const int one = 1;
    if (setsockopt(client->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one) != 0) {
        return FAIL(client->failure, PHASE_CONNECT, CALL_SETSOCKOPT, errno, "cannot leave the port open");
    }
    const struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    if (bind(client->fd, (const struct sockaddr *)&source, sizeof source) != 0) {
        return FAIL(client->failure, PHASE_CONNECT, CALL_BIND, errno, "cannot bind a source address");
    }
    return true;
}

/* A port of the ephemeral range on which nobody listens may be the one that the kernel picks for this very socket: it
 * then meets itself in the handshake and is connected (RFC 9293, 3.5, simultaneous open). A source address of its own,
 * which is never the target's, rules that out. */
static bool check_peer(struct client *client)
{
    const struct sockaddr_storage *const target = &client->plan->target.storage;
    struct sockaddr_storage own;
    memset(&own, 0, sizeof own);
    socklen_t length = sizeof own;
    if (client->plan->spread_sources || getsockname(client->fd, (struct sockaddr *)&own, &length) != 0 ||
        own.ss_family != target->ss_family) {
        return true;
    }
    bool itself = false;
    if (own.ss_family == AF_INET6) {
        const struct sockaddr_in6 *const a = (const struct sockaddr_in6 *)&own;
        const struct sockaddr_in6 *const b = (const struct sockaddr_in6 *)target;
        itself = a->sin6_port == b->sin6_port && IN6_ARE_ADDR_EQUAL(&a->sin6_addr, &b->sin6_addr);
    } else {
        const struct sockaddr_in *const a = (const struct sockaddr_in *)&own;
        const struct sockaddr_in *const b = (const struct sockaddr_in *)target;
        itself = a->sin_port == b->sin_port && a->sin_addr.s_addr == b->sin_addr.s_addr;
    }
    return !itself || FAIL(client->failure, PHASE_CONNECT, CALL_CONNECT, ECONNREFUSED,
                           "nobody listens there: the connection met itself, its source port is the target's");
}

bool client_open(struct client *client, int flags)
{
    enter(client, PHASE_CONNECT);
    client->fd = socket(client->plan->target.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (client->fd < 0) {
        return FAIL(client->failure, PHASE_CONNECT, CALL_SOCKET, errno, "cannot make a socket");
    }
    if (client->plan->spread_sources && !bind_source(client)) {
        return PASS(client->failure);
    }
    return true;
}

void client_begin_connect(struct client *client)
{
    client->begun_ns = clock_now_ns();
}

/* A connect() that could not finish is called again: it goes on waiting, or returns how it ended (connect(2), Linux).
 * An expired SO_SNDTIMEO gives EINPROGRESS the first time (socket(7)) and EALREADY after an interruption. */
enum client_step client_connect(struct client *client)
{
    const struct net_address *const target = &client->plan->target;
    if (connect(client->fd, (const struct sockaddr *)&target->storage, target->length) != 0) {
        const int error_number = errno;
        if (error_number == EINTR || error_number == EINPROGRESS || error_number == EALREADY) {
            return CLIENT_BLOCKED;
        }
        if (!failed_by_cancel(client)) {
            (void)FAIL(client->failure, PHASE_CONNECT, CALL_CONNECT, error_number, "cannot connect");
        }
        return CLIENT_FAILED;
    }
    if (!check_peer(client)) {
        (void)PASS(client->failure);
        return CLIENT_FAILED;
    }
    client->now_ns = clock_now_ns();
    client->record->connect_ns = client->now_ns - client->begun_ns;
    scoreboard_connected(client->board, client->number, client->record);
    return CLIENT_DONE;
}

/* Only the first request of a connection goes to the transcript. */
void client_begin_request(struct client *client)
{
    const bool first = client->requests == 0;
    client->begun_ns = client->now_ns;
    client->sent = 0;
    client->slot = first ? scoreboard_sent(client->board, client->number, client->begun_ns) : TRANSCRIPT_NO_SLOT;
    exchange_begin(&client->exchange, first);
    enter(client, PHASE_SEND);
}

enum client_step client_send(struct client *client)
{
    const size_t left = client->plan->request_length - client->sent;
    const ssize_t count = send(client->fd, client->plan->request + client->sent, left, MSG_NOSIGNAL);
    if (count < 0) {
        const int error_number = errno;
        if (error_number == EINTR || error_number == EAGAIN) {
            return CLIENT_BLOCKED;
        }
        if (!failed_by_cancel(client)) {
            (void)FAIL(client->failure, PHASE_SEND, CALL_SEND, error_number, "cannot send the request");
        }
        return CLIENT_FAILED;
    }
    client->sent += (size_t)count;
    if ((size_t)count < left) {
        return CLIENT_PARTIAL;
    }
    enter(client, PHASE_RECEIVE);
    return CLIENT_DONE;
}

static bool fail_wrong_reply(struct client *client, const char *bytes, size_t length)
{
    char shown[100];
    failure_show_bytes(bytes, length, shown, sizeof shown);
    enter(client, PHASE_PROTOCOL);
    return FAIL(client->failure, PHASE_PROTOCOL, CALL_RECV, 0, "the reply is not JAM hh:mm:ss: %s", shown);
}

bool client_was_answered_wrongly(struct client *client)
{
    size_t length = 0;
    const char *const wrong = scoreboard_cancelled(client->board) ? NULL : exchange_wrong(&client->exchange, &length);
    if (wrong != NULL) {
        (void)fail_wrong_reply(client, wrong, length);
    }
    return wrong != NULL;
}

/* The connection ended (`count` 0) or failed. */
static bool receive_failed(struct client *client, ssize_t count, int error_number)
{
    if (scoreboard_cancelled(client->board)) {
        return client_fail_cancelled(client);
    }
    if (client_was_answered_wrongly(client)) {
        return PASS(client->failure);
    }
    if (count == 0) {
        return FAIL(client->failure, PHASE_RECEIVE, CALL_RECV, 0,
                    "the server closed the connection after %zu bytes of the reply", client->exchange.received);
    }
    return FAIL(client->failure, PHASE_RECEIVE, CALL_RECV, error_number, "no reply");
}

enum client_step client_receive(struct client *client)
{
    struct exchange *const exchange = &client->exchange;
    if (!exchange_is_whole(exchange)) {
        const ssize_t count =
            recv(client->fd, exchange->reply + exchange->received, sizeof exchange->reply - exchange->received, 0);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
            return CLIENT_BLOCKED;
        }
        if (count <= 0) {
            (void)receive_failed(client, count, errno);
            return CLIENT_FAILED;
        }
        exchange->received += (size_t)count;
        if (!exchange_is_whole(exchange)) {
            return CLIENT_PARTIAL;
        }
    }
    if (!exchange_skip_left_over(exchange)) {
        return CLIENT_DONE;
    }
    scoreboard_skipped(client->board, exchange->skipped_line, exchange->skipped_length);
    return CLIENT_PARTIAL;
}

bool client_take_reply(struct client *client)
{
    struct client_record *const record = client->record;
    struct exchange *const exchange = &client->exchange;
    client->now_ns = clock_now_ns();
    scoreboard_received(client->board, client->slot, client->now_ns, exchange->reply, exchange->received);
    if (!exchange_is_reply(exchange)) {
        return fail_wrong_reply(client, exchange->reply, exchange->received);
    }
    if (record->reply_ns != 0) {
        scoreboard_reply(client->board, client->number, record->reply_ns);
    }
    record->reply_ns = client->now_ns - client->begun_ns;
    exchange_end(exchange);
    client->requests++;
    return true;
}

void client_served(struct client *client)
{
    const uint64_t due_ns = client_due_ns(client->plan, client->number);
    client->record->client_ns = client->now_ns - (due_ns != 0 ? due_ns : client->start_ns);
}

void client_end(struct client *client, bool completed)
{
    if (client->fd >= 0) {
        close(client->fd);
        scoreboard_disconnected(client->board, client->record);
    }
    scoreboard_down(client->board, client->record);
    if (completed) {
        client->record->ended_us = scoreboard_us(client->board, client->now_ns);
        atomic_store_explicit(&client->record->outcome, OUTCOME_COMPLETED, memory_order_release);
    } else {
        scoreboard_failed(client->board, client->number, client->record, client->failure);
    }
}
