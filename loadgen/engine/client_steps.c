#include "loadgen/engine/client_steps.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "loadgen/engine/client_fail.h"
#include "loadgen/engine/client_socket.h"

#define SETTLE_NS (100 * NS_PER_MS)

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
    exchange_open(&client->exchange, &plan->exchange, number);
    scoreboard_up(board, number, record, client->start_ns);
}

void client_begin_connect(struct client *client)
{
    client->begun_ns = clock_now_ns();
}

/* A connect() that could not finish is called again: it goes on waiting, or returns how it ended (connect(2), Linux).
 * An expired SO_SNDTIMEO gives EINPROGRESS the first time (socket(7)) and EALREADY after an interruption. */
enum client_step client_connect(struct client *client)
{
    const struct net_address *const target = client_target(client->plan, client->number);
    const int status = connect(client->fd, (const struct sockaddr *)&target->storage, target->length);
    return client_connected(client, status == 0 ? 0 : errno);
}

enum client_step client_connected(struct client *client, int error_number)
{
    if (error_number != 0) {
        if (error_number == EINTR || error_number == EINPROGRESS || error_number == EALREADY) {
            return CLIENT_BLOCKED;
        }
        if (!failed_by_cancel(client)) {
            (void)FAIL(client->failure, PHASE_CONNECT, CALL_CONNECT, error_number, "cannot connect");
        }
        return CLIENT_FAILED;
    }
    if (!client_check_peer(client)) {
        (void)PASS(client->failure);
        return CLIENT_FAILED;
    }
    client->now_ns = clock_now_ns();
    client->record->connect_ns = client->now_ns - client->begun_ns;
    scoreboard_connected(client->board, client->number, client->record);
    return CLIENT_DONE;
}

void client_prepare_request(struct client *client)
{
    client->sent = 0;
    exchange_begin(&client->exchange, 0);
}

/* Only the first request of a connection goes to the transcript. */
void client_begin_request(struct client *client)
{
    const bool first = client->requests == 0;
    client->begun_ns = client->now_ns;
    client->sent = 0;
    client->slot = first ? scoreboard_sent(client->board, client->number, client->begun_ns) : TRANSCRIPT_NO_SLOT;
    exchange_begin(&client->exchange, client->requests);
    client_enter(client, PHASE_SEND);
}

/* --- what comes back --- */

/* Its 4 KiB of stack are touched for such exchanges only. */
static __attribute__((noinline)) ssize_t receive_stream(struct client *client, int flags)
{
    char bytes[4096];
    const ssize_t count = recv(client->fd, bytes, sizeof bytes, flags);
    if (count > 0) {
        (void)exchange_read(&client->exchange, bytes, (size_t)count);
    }
    return count;
}

/* As recv(2); what came is looked at. */
static ssize_t receive(struct client *client, int flags)
{
    struct exchange *const exchange = &client->exchange;
    if (exchange->plan->streams) {
        return receive_stream(client, flags);
    }
    char *const end = exchange->reply + exchange->received;
    const ssize_t count = recv(client->fd, end, sizeof exchange->reply - exchange->received, flags);
    if (count > 0) {
        exchange->received += (size_t)count;
        (void)exchange_read(exchange, end, (size_t)count);
    }
    return count;
}

static bool is_other(enum exchange_step step)
{
    return step == EXCHANGE_REFUSED || step == EXCHANGE_WRONG;
}

/* The rest of a line that is shown, as far as it has come. */
static void receive_rest(struct client *client)
{
    struct exchange *const exchange = &client->exchange;
    ssize_t count = 1;
    while (!exchange->plan->streams && count > 0 && exchange->received < sizeof exchange->reply &&
           memchr(exchange->reply, '\n', exchange->received) == NULL) {
        count = recv(client->fd, exchange->reply + exchange->received, sizeof exchange->reply - exchange->received,
                     MSG_DONTWAIT);
        exchange->received += count > 0 ? (size_t)count : 0;
    }
}

/* The server said something else than the reply: that is the failure, and what it said makes its group. */
static bool fail_words(struct client *client, enum error_phase phase)
{
    const struct exchange *const exchange = &client->exchange;
    const char *const problem = exchange->problem;
    char line[FAILURE_LINE_SIZE];
    client_enter(client, phase);
    if (problem != NULL) {
        (void)FAIL(client->failure, phase, CALL_RECV, 0, "%s", problem);
        return failure_of_words(client->failure, failure_show_line(problem, strlen(problem), line));
    }
    receive_rest(client);
    const uint32_t words = failure_show_line(exchange->reply, exchange->received, line);
    (void)FAIL(client->failure, phase, CALL_RECV, 0, "the server replied: %s",
               line[0] != '\0' ? line : "an empty line");
    return failure_of_words(client->failure, exchange->words != 0 ? exchange->words : words);
}

static bool fail_other_reply(struct client *client)
{
    return fail_words(client, client->exchange.step == EXCHANGE_REFUSED ? PHASE_REFUSED : PHASE_PROTOCOL);
}

bool client_was_answered_wrongly(struct client *client)
{
    if (scoreboard_cancelled(client->board) || !is_other(exchange_stop(&client->exchange, false))) {
        return false;
    }
    (void)fail_other_reply(client);
    return true;
}

/* The connection is lost before the request was sent whole. A server that turns a client away says so first, and its
 * words can be received even after a reset. */
static bool was_turned_away(struct client *client)
{
    while (client->exchange.step == EXCHANGE_MORE && receive(client, MSG_DONTWAIT) > 0) {
    }
    if (client->exchange.step == EXCHANGE_MORE) {
        return client_was_answered_wrongly(client);
    }
    return is_other(client->exchange.step) && !fail_other_reply(client);
}

enum client_step client_send(struct client *client)
{
    const struct exchange *const exchange = &client->exchange;
    const size_t left = exchange->request_length - client->sent;
    const ssize_t count = left > 0 ? send(client->fd, exchange->request + client->sent, left, MSG_NOSIGNAL)
                                   : 0; /* custom may be silent */
    return client_sent(client, count, errno);
}

enum client_step client_sent(struct client *client, ssize_t count, int error_number)
{
    if (count < 0) {
        if (error_number == EINTR || error_number == EAGAIN) {
            return CLIENT_BLOCKED;
        }
        if (!failed_by_cancel(client) && !was_turned_away(client)) {
            (void)FAIL(client->failure, PHASE_SEND, CALL_SEND, error_number, "cannot send the request");
        }
        return CLIENT_FAILED;
    }
    client->sent += (size_t)count;
    if (client->sent < client->exchange.request_length) {
        return CLIENT_PARTIAL;
    }
    client_enter(client, PHASE_RECEIVE);
    return CLIENT_DONE;
}

/* The connection ended (`count` 0) or failed. */
static enum client_step receive_failed(struct client *client, ssize_t count, int error_number)
{
    if (failed_by_cancel(client)) {
        return CLIENT_FAILED;
    }
    if (exchange_stop(&client->exchange, count == 0) != EXCHANGE_MORE) {
        return CLIENT_DONE;
    }
    (void)client_fail_lost(client, count == 0 ? 0 : error_number);
    return CLIENT_FAILED;
}

/* What exchange_read() saw last. */
static enum client_step seen(struct client *client)
{
    const struct exchange *const exchange = &client->exchange;
    if (exchange->step == EXCHANGE_SKIPPED) {
        scoreboard_skipped(client->board, exchange->state.time.skipped_line, exchange->state.time.skipped_length);
    }
    return exchange->step == EXCHANGE_MORE || exchange->step == EXCHANGE_SKIPPED ? CLIENT_PARTIAL : CLIENT_DONE;
}

enum client_step client_look(struct client *client)
{
    struct exchange *const exchange = &client->exchange;
    const bool has_bytes = exchange->received > 0 && !exchange->plan->streams;
    return has_bytes && exchange_read(exchange, exchange->reply, 0) != EXCHANGE_MORE ? seen(client) : CLIENT_BLOCKED;
}

enum client_step client_receive(struct client *client)
{
    const enum client_step step = client_look(client);
    if (step != CLIENT_BLOCKED) {
        return step;
    }
    const ssize_t count = receive(client, 0);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
        return CLIENT_BLOCKED;
    }
    return count > 0 ? seen(client) : receive_failed(client, count, errno);
}

size_t client_room(const struct client *client)
{
    const struct exchange *const exchange = &client->exchange;
    return exchange->plan->streams ? SIZE_MAX : sizeof exchange->reply - exchange->received;
}

enum client_step client_received(struct client *client, const char *bytes, ssize_t count, int error_number)
{
    struct exchange *const exchange = &client->exchange;
    if (count <= 0) {
        return receive_failed(client, count, error_number);
    }
    if (!exchange->plan->streams) {
        bytes = memcpy(exchange->reply + exchange->received, bytes, (size_t)count);
        exchange->received += (size_t)count;
    }
    (void)exchange_read(exchange, bytes, (size_t)count);
    return seen(client);
}

bool client_take_reply(struct client *client)
{
    struct client_record *const record = client->record;
    struct exchange *const exchange = &client->exchange;
    size_t length = 0;
    client->now_ns = clock_now_ns();
    const char *const reply = exchange_seen(exchange, &length);
    scoreboard_received(client->board, client->slot, client->now_ns, reply, length);
    if (is_other(exchange->step)) {
        return fail_other_reply(client);
    }
    if (record->reply_ns != 0) {
        scoreboard_reply(client->board, client->number, record->reply_ns);
    }
    record->reply_ns = client->now_ns - client->begun_ns;
    exchange_end(exchange);
    client->requests++;
    return true;
}

/* Who waits sees a reply before it sees that the time is over, when both came while it could not run. */
bool client_served(struct client *client)
{
    if (client->now_ns - client->start_ns > client->plan->timeout_ns) {
        return client_fail_timeout(client, client->requests > 0 ? CALL_RECV : CALL_CONNECT);
    }
    if (client->plan->exchange.requests == 0) {
        const uint32_t slot = scoreboard_sent(client->board, client->number, client->now_ns);
        scoreboard_received(client->board, slot, client->now_ns, "", 0);
        client_enter(client, PHASE_RECEIVE);
    }
    const uint64_t due_ns = client_due_ns(client->plan, client->number);
    client->record->client_ns = client->now_ns - (due_ns != 0 ? due_ns : client->start_ns);
    return true;
}

uint64_t client_settle_ns(const struct client_plan *plan)
{
    return plan->exchange.requests == 0 ? SETTLE_NS : 0;
}

/* How long ago the server closed the connection. Nothing comes after the segment that closes it, and that one counts as
 * an acknowledgement (tcp_ack in the kernel's net/ipv4/tcp_input.c). */
static uint64_t closed_ago_us(int fd)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0
               ? info.tcpi_last_ack_recv * (NS_PER_MS / NS_PER_US)
               : 0;
}

/* Words that came while nothing was asked for are no failure by themselves: some servers greet. Of a connection that
 * was reset it is not known when: then it counts as closed when that is found. */
bool client_check_held(struct client *client)
{
    enum { LOOKS_MOST = 64 };
    struct exchange *const exchange = &client->exchange;
    ssize_t count = 1;
    for (unsigned looks = 0; client->plan->checks_held && looks < LOOKS_MOST && count > 0; looks++) {
        if (exchange->received == sizeof exchange->reply) {
            exchange->received /= 2; /* the first line is what counts */
        }
        count = recv(client->fd, exchange->reply + exchange->received, sizeof exchange->reply - exchange->received,
                     MSG_DONTWAIT);
        exchange->received += count > 0 ? (size_t)count : 0;
    }
    const int error_number = count < 0 ? errno : 0;
    if (count > 0 || error_number == EAGAIN || error_number == EINTR) {
        return true;
    }
    client->record->client_ns = 0;
    /* Where there was a reply, bytes that are left are the rest of it. */
    if (exchange->received > 0 && client->plan->exchange.requests == 0) {
        (void)fail_words(client, PHASE_REFUSED);
    } else {
        (void)FAIL(client->failure, PHASE_HOLD, CALL_RECV, error_number,
                   "the server did not keep the connection while it was held");
    }
    return failure_of_earlier(client->failure, error_number == 0 ? closed_ago_us(client->fd) : 0);
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
        if (client->plan->target_count > 1) {
            failure_at_server(client->failure, client_target(client->plan, client->number));
        }
        client_note_replies(client);
        scoreboard_failed(client->board, client->number, client->record, client->failure);
    }
}
