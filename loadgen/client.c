/* How a reply is told from what else a server says.
 *
 * The reply to a request is "JAM hh:mm:ss\r\n"; anything else is a protocol error that shows it. What comes behind the
 * last reply is left unread. With several requests on a connection, left-overs of one exchange must not be taken for
 * the reply of the next. Real servers leave one kind: an answer of their own to the empty line of "TIME\r\n\r\n"
 * ("Invalid request\r\n", with LF alone, or with no line end at all). A server answers in order, so before a reply at
 * most one line can come for the empty line of the request before: one such line is skipped, and noted once a run.
 * Hence:
 *   - the first reply of a connection, and every reply of request "crlf", is the first line that comes;
 *   - a line that was there before the request was sent cannot be its reply, whatever it says;
 *   - after a reply that came without such a line the server is known to be silent about empty lines, and a line that
 *     comes behind the request is its reply;
 *   - while that is not known, a skipped line that nothing follows was the reply after all: a protocol error;
 *   - a left-over without a line end runs into the reply: what stands before a JAM at the end of a line is skipped. */
#include "client.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"

#define REPLY_LENGTH 14U /* "JAM hh:mm:ss\r\n" */
#define RECEIVE_SIZE 256U
#define SKIPPED_SIZE 64U /* of a skipped line, for messages */

/* What the server does about the empty line at the end of a request. */
enum empty_lines { EMPTY_LINES_UNKNOWN, EMPTY_LINES_ANSWERED, EMPTY_LINES_IGNORED };

/* One source address has 28,232 ports (net.ipv4.ip_local_port_range); with many, a port is found at once. */
#define SOURCE_FIRST 0x7f010001U /* 127.1.0.1 */
#define SOURCE_ADDRESSES 4096U

/* A socket timeout is set again only when it is off by more than this: a system call for each recv would cost more. */
#define TIMEOUT_SLACK_NS NS_PER_MS

struct client {
    const struct client_plan *plan;
    struct scoreboard *board;
    uint64_t number;
    struct client_record *record;
    struct failure *failure;
    int fd;
    uint64_t start_ns;
    uint64_t now_ns;      /* the clock as last read */
    uint64_t send_set_ns; /* what SO_SNDTIMEO is set to; 0: not set */
    uint64_t recv_set_ns; /* and SO_RCVTIMEO */
    enum empty_lines empty_lines;
    bool first;             /* the first request of the connection is under way */
    bool skipped;           /* a line was skipped in this exchange, and */
    bool skipped_certainly; /* it was a left-over without doubt */
    size_t stale;           /* bytes of `reply` that were there before the request was sent */
    size_t received;        /* bytes of `reply` that are there */
    char reply[RECEIVE_SIZE];
    size_t skipped_length;
    char skipped_line[SKIPPED_SIZE];
};

void client_plan_init(struct client_plan *plan, const struct run_spec *spec, const struct net_address *target)
{
    const char *const request = run_request_bytes(spec->request);
    *plan = (struct client_plan){
        .target = *target,
        .spread_sources = target->storage.ss_family == AF_INET && net_is_loopback(target),
        .hold = spec->hold,
        .requests = spec->requests,
        .request_length = strlen(request),
        .empty_line = strstr(request, "\r\n\r\n") != NULL,
        .timeout_ns = spec->timeout_ms * NS_PER_MS,
        .rate = spec->rate,
    };
    snprintf(plan->request, sizeof plan->request, "%s", request);
}

/* In two parts, so that ten million clients at one a second do not overflow. */
uint64_t client_due_ns(const struct client_plan *plan, uint64_t client)
{
    if (plan->rate == 0) {
        return 0;
    }
    return plan->begin_ns + client / plan->rate * NS_PER_S + client % plan->rate * NS_PER_S / plan->rate;
}

static void enter(struct client *client, enum error_phase phase)
{
    atomic_store_explicit(&client->record->phase, phase, memory_order_relaxed);
}

static bool fail_cancelled(struct client *client)
{
    const enum error_phase phase = atomic_load_explicit(&client->record->phase, memory_order_relaxed);
    return FAIL(client->failure, phase, CALL_CANCEL, ECANCELED, "the run was cancelled");
}

static bool fail_timeout(struct client *client, enum client_call call)
{
    return FAIL(client->failure, PHASE_TIMEOUT, call, ETIMEDOUT, "no end of %s after %llu ms, %zu bytes of a reply",
                client_call_name(call), (unsigned long long)(client->plan->timeout_ns / NS_PER_MS), client->received);
}

/* Sets a socket timeout to what is left of the client's time, if it is not about that already. */
static bool set_timeout(struct client *client, int option, enum client_call call)
{
    const uint64_t used_ns = client->now_ns - client->start_ns;
    if (used_ns >= client->plan->timeout_ns) {
        return fail_timeout(client, call);
    }
    const uint64_t left_ns = client->plan->timeout_ns - used_ns;
    uint64_t *const set_ns = option == SO_SNDTIMEO ? &client->send_set_ns : &client->recv_set_ns;
    const uint64_t off_ns = *set_ns > left_ns ? *set_ns - left_ns : left_ns - *set_ns;
    if (*set_ns != 0 && off_ns <= TIMEOUT_SLACK_NS) {
        return true;
    }
    /* Rounded up: zero would mean "no timeout". */
    const uint64_t left_us = (left_ns + NS_PER_US - 1) / NS_PER_US;
    const struct timeval left = {.tv_sec = (time_t)(left_us / 1000000), .tv_usec = (suseconds_t)(left_us % 1000000)};
    if (setsockopt(client->fd, SOL_SOCKET, option, &left, sizeof left) != 0) {
        const enum error_phase phase = atomic_load_explicit(&client->record->phase, memory_order_relaxed);
        return FAIL(client->failure, phase, CALL_SETSOCKOPT, errno, "cannot set a timeout");
    }
    *set_ns = left_ns;
    return true;
}

/* After EINTR or an expired timeout: false when the client's time or the run is over, else the call goes on. */
static bool go_on(struct client *client, int option, enum client_call call)
{
    if (scoreboard_cancelled(client->board)) {
        return fail_cancelled(client);
    }
    client->now_ns = clock_now_ns();
    return set_timeout(client, option, call) || PASS(client->failure);
}

/* The kernel picks the port at connect(), when it knows the target too, and so may share it (ip(7)). */
static bool bind_source(struct client *client)
{
    const struct sockaddr_in *const target = (const struct sockaddr_in *)&client->plan->target.storage;
    uint32_t address = SOURCE_FIRST + (uint32_t)(client->number % SOURCE_ADDRESSES);
    if (address == ntohl(target->sin_addr.s_addr)) {
        address = SOURCE_FIRST + SOURCE_ADDRESSES;
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

/* A connect() that was interrupted is called again: on Linux that goes on waiting. An expired SO_SNDTIMEO gives
 * EINPROGRESS the first time (socket(7)) and EALREADY after an interruption. */
static bool connect_target(struct client *client)
{
    const struct net_address *const target = &client->plan->target;
    while (connect(client->fd, (const struct sockaddr *)&target->storage, target->length) != 0) {
        const int error_number = errno;
        if (error_number != EINTR && error_number != EINPROGRESS && error_number != EALREADY) {
            return scoreboard_cancelled(client->board)
                       ? fail_cancelled(client)
                       : FAIL(client->failure, PHASE_CONNECT, CALL_CONNECT, error_number, "cannot connect");
        }
        if (!go_on(client, SO_SNDTIMEO, CALL_CONNECT)) {
            return PASS(client->failure);
        }
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

static bool open_connection(struct client *client)
{
    enter(client, PHASE_CONNECT);
    client->fd = socket(client->plan->target.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd < 0) {
        return FAIL(client->failure, PHASE_CONNECT, CALL_SOCKET, errno, "cannot make a socket");
    }
    if (!set_timeout(client, SO_SNDTIMEO, CALL_CONNECT) || (client->plan->spread_sources && !bind_source(client))) {
        return PASS(client->failure);
    }
    const uint64_t begun_ns = clock_now_ns();
    if (!connect_target(client) || !check_peer(client)) {
        return PASS(client->failure);
    }
    client->now_ns = clock_now_ns();
    client->record->connect_ns = client->now_ns - begun_ns;
    scoreboard_connected(client->board, client->number, client->record);
    return true;
}

static bool send_request(struct client *client)
{
    enter(client, PHASE_SEND);
    const char *const request = client->plan->request;
    const size_t length = client->plan->request_length;
    size_t sent = 0;
    while (sent < length) {
        const ssize_t count = send(client->fd, request + sent, length - sent, MSG_NOSIGNAL);
        if (count >= 0) {
            sent += (size_t)count;
            continue;
        }
        if (errno != EINTR && errno != EAGAIN) {
            return scoreboard_cancelled(client->board)
                       ? fail_cancelled(client)
                       : FAIL(client->failure, PHASE_SEND, CALL_SEND, errno, "cannot send the request");
        }
        if (!go_on(client, SO_SNDTIMEO, CALL_SEND)) {
            return PASS(client->failure);
        }
    }
    return true;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* 60 is a leap second's. */
static bool is_reply(const char *line)
{
    for (size_t i = 4; i < 12; i++) {
        const bool colon = i == 6 || i == 9;
        if (colon ? line[i] != ':' : (line[i] < '0' || line[i] > '9')) {
            return false;
        }
    }
    return memcmp(line, "JAM ", 4) == 0 && line[12] == '\r' && line[13] == '\n' && two_digits(line + 4) < 24 &&
           two_digits(line + 7) < 60 && two_digits(line + 10) <= 60;
}

/* The first line with its end; 0 while it has none. Without memchr(), which lies on a page of libc that a client
 * process needs for nothing else, and each page costs a fresh process a fault. */
static size_t line_length(const struct client *client)
{
    for (size_t i = 0; i < client->received; i++) {
        if (client->reply[i] == '\n') {
            return i + 1;
        }
    }
    return 0;
}

/* Whether the next line may be one for the empty line of the request before. */
static bool may_skip(const struct client *client)
{
    return client->plan->empty_line && !client->first && !client->skipped &&
           (client->stale > 0 || client->empty_lines != EMPTY_LINES_IGNORED);
}

/* Enough to judge: a line; or, where only a reply may come, as many bytes as that has. */
static bool is_whole(const struct client *client)
{
    const size_t enough = may_skip(client) ? sizeof client->reply : REPLY_LENGTH;
    return client->received >= enough || line_length(client) > 0;
}

static void drop(struct client *client, size_t length)
{
    client->received -= length;
    client->stale -= client->stale < length ? client->stale : length;
    if (client->received > 0) {
        memmove(client->reply, client->reply + length, client->received);
    }
}

/* True when the first line was a left-over (see above) and is gone. */
static bool skip_left_over(struct client *client)
{
    size_t length = line_length(client);
    if (length == 0 || !may_skip(client)) {
        return false;
    }
    if (length >= REPLY_LENGTH && is_reply(client->reply + length - REPLY_LENGTH)) {
        if (length == REPLY_LENGTH && client->stale == 0) {
            return false;
        }
        length -= length > REPLY_LENGTH ? REPLY_LENGTH : 0;
    }
    client->skipped = true;
    client->skipped_certainly = client->stale > 0 || client->empty_lines == EMPTY_LINES_ANSWERED;
    client->skipped_length = length < SKIPPED_SIZE ? length : SKIPPED_SIZE;
    memcpy(client->skipped_line, client->reply, client->skipped_length);
    scoreboard_skipped(client->board, client->skipped_line, client->skipped_length);
    drop(client, length);
    return true;
}

static bool fail_wrong_reply(struct client *client, const char *bytes, size_t length)
{
    char shown[100];
    failure_show_bytes(bytes, length, shown, sizeof shown);
    enter(client, PHASE_PROTOCOL);
    return FAIL(client->failure, PHASE_PROTOCOL, CALL_RECV, 0, "the reply is not JAM hh:mm:ss: %s", shown);
}

/* Nothing more comes. True when what has come is no part of a reply, and so was the answer: then the failure is about
 * that, whatever ended the waiting. */
static bool was_answered_wrongly(struct client *client)
{
    static const char begin[] = "JAM ";
    const size_t compared = client->received < sizeof begin - 1 ? client->received : sizeof begin - 1;
    if (scoreboard_cancelled(client->board)) {
        return false;
    }
    if (memcmp(client->reply, begin, compared) != 0) {
        (void)fail_wrong_reply(client, client->reply, client->received);
        return true;
    }
    if (client->received == 0 && client->skipped && !client->skipped_certainly) {
        (void)fail_wrong_reply(client, client->skipped_line, client->skipped_length);
        return true;
    }
    return false;
}

static bool receive_failed(struct client *client, ssize_t count, int error_number)
{
    if (scoreboard_cancelled(client->board)) {
        return fail_cancelled(client);
    }
    if (was_answered_wrongly(client)) {
        return PASS(client->failure);
    }
    if (count == 0) {
        return FAIL(client->failure, PHASE_RECEIVE, CALL_RECV, 0,
                    "the server closed the connection after %zu bytes of the reply", client->received);
    }
    return FAIL(client->failure, PHASE_RECEIVE, CALL_RECV, error_number, "no reply");
}

/* Waits until there is something to judge. */
static bool receive_line(struct client *client)
{
    while (!is_whole(client)) {
        const ssize_t count =
            recv(client->fd, client->reply + client->received, sizeof client->reply - client->received, 0);
        if (count > 0) {
            client->received += (size_t)count;
        } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
            return receive_failed(client, count, errno);
        } else if (!go_on(client, SO_RCVTIMEO, CALL_RECV)) {
            (void)was_answered_wrongly(client);
            return PASS(client->failure);
        }
    }
    return true;
}

static bool receive_reply(struct client *client)
{
    enter(client, PHASE_RECEIVE);
    if (!set_timeout(client, SO_RCVTIMEO, CALL_RECV)) {
        return PASS(client->failure);
    }
    do {
        if (!receive_line(client)) {
            return PASS(client->failure);
        }
    } while (skip_left_over(client));
    return true;
}

static bool check_reply(struct client *client)
{
    if (client->received >= REPLY_LENGTH && is_reply(client->reply) && client->stale == 0) {
        return true;
    }
    return fail_wrong_reply(client, client->reply, client->received);
}

/* One request and its reply. Only the first of a connection goes to the transcript. */
static bool ask(struct client *client, bool first)
{
    struct client_record *const record = client->record;
    const uint64_t begun_ns = client->now_ns;
    const uint32_t slot = first ? scoreboard_sent(client->board, client->number, begun_ns) : TRANSCRIPT_NO_SLOT;
    client->first = first;
    client->skipped = false;
    client->stale = client->received;
    if (!send_request(client) || !receive_reply(client)) {
        return PASS(client->failure);
    }
    client->now_ns = clock_now_ns();
    scoreboard_received(client->board, slot, client->now_ns, client->reply, client->received);
    if (!check_reply(client)) {
        return PASS(client->failure);
    }
    if (record->reply_ns != 0) {
        scoreboard_reply(client->board, client->number, record->reply_ns);
    }
    record->reply_ns = client->now_ns - begun_ns;
    if (!first) {
        client->empty_lines = client->skipped ? EMPTY_LINES_ANSWERED : EMPTY_LINES_IGNORED;
    }
    drop(client, REPLY_LENGTH);
    return true;
}

static bool exchange(struct client *client)
{
    if (scoreboard_cancelled(client->board)) {
        return fail_cancelled(client);
    }
    if (!open_connection(client)) {
        return PASS(client->failure);
    }
    for (uint64_t i = 0; i < client->plan->requests; i++) {
        if (scoreboard_cancelled(client->board)) {
            return fail_cancelled(client);
        }
        if (!ask(client, i == 0)) {
            return PASS(client->failure);
        }
    }
    const uint64_t due_ns = client_due_ns(client->plan, client->number);
    client->record->client_ns = client->now_ns - (due_ns != 0 ? due_ns : client->start_ns);
    if (client->plan->hold && !scoreboard_gate(client->board, client->record)) {
        return fail_cancelled(client);
    }
    return true;
}

void client_run(const struct client_plan *plan, struct scoreboard *board, uint64_t client, struct client_record *record)
{
    struct failure failure; /* large: untouched unless the client fails */
    struct client self;     /* likewise its reply buffer, hence no initializer */
    self.plan = plan;
    self.board = board;
    self.number = client;
    self.record = record;
    self.failure = &failure;
    self.fd = -1;
    self.start_ns = clock_now_ns();
    self.now_ns = self.start_ns;
    self.send_set_ns = 0;
    self.recv_set_ns = 0;
    self.received = 0;
    self.empty_lines = EMPTY_LINES_UNKNOWN;
    scoreboard_up(board, client, record, self.start_ns);
    const bool completed = exchange(&self);
    if (self.fd >= 0) {
        close(self.fd);
        scoreboard_disconnected(board, record);
    }
    scoreboard_down(board, record);
    if (completed) {
        record->ended_us = scoreboard_us(board, self.now_ns);
        atomic_store_explicit(&record->outcome, OUTCOME_COMPLETED, memory_order_release);
    } else {
        (void)PASS(&failure);
        scoreboard_failed(board, client, record, &failure);
    }
}
