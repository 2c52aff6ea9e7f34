#include "loadgen/limits/socket_diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/table.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/tcp_table.h"

#define ANSWER_SIZE 32768 /* the kernel fills no more for one recv(2) (netlink_dump) */

#define ALL_STATES ((1U << SOCKET_STATES) - 1)
#define LISTENS (1U << TCP_ROW_LISTEN)

const char *socket_state_name(unsigned state)
{
    static const char *const names[SOCKET_STATES] = {
        NULL,    "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",   "TIME_WAIT",
        "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV"};
    return state < SOCKET_STATES ? names[state] : NULL;
}

static int open_socket(void)
{
    const struct timeval wait = {.tv_sec = 1}; /* it answers in the call itself */
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd >= 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    }
    return fd;
}

void socket_diag_reopen(struct socket_diag *diag)
{
    diag->fd = diag->root[0] == '\0' ? open_socket() : -1;
}

struct socket_diag socket_diag_open(const char *root, uint16_t port)
{
    struct socket_diag diag = {.root = root, .ports = {port}, .port_count = 1};
    socket_diag_reopen(&diag);
    return diag;
}

static bool has_port(const struct socket_diag *diag, unsigned port)
{
    size_t i = 0;
    while (i < diag->port_count && diag->ports[i] != port) {
        i++;
    }
    return i < diag->port_count;
}

void socket_diag_add_port(struct socket_diag *diag, uint16_t port)
{
    if (!has_port(diag, port) && diag->port_count < SOCKET_DIAG_PORTS_MOST) {
        diag->ports[diag->port_count++] = port;
    }
}

void socket_diag_close(struct socket_diag *diag)
{
    if (diag->fd >= 0) {
        close(diag->fd);
        diag->fd = -1;
    }
}

/* --- asking the kernel --- */

struct question {
    uint8_t family;
    uint32_t states;
    void (*take)(void *context, const struct inet_diag_msg *socket, size_t length);
    void *context;
};

/* A program of inet_diag: the port is at least `first` and at most `last`. An operation is followed by its number, and
 * goes on behind it, or else beyond the end, which drops the socket (inet_diag_bc_run in net/ipv4). */
static void write_filter(const struct socket_diag *diag, struct inet_diag_bc_op program[4])
{
    uint16_t first = diag->ports[0];
    uint16_t last = diag->ports[0];
    for (size_t i = 1; i < diag->port_count; i++) {
        first = diag->ports[i] < first ? diag->ports[i] : first;
        last = diag->ports[i] > last ? diag->ports[i] : last;
    }
    program[0] = (struct inet_diag_bc_op){.code = INET_DIAG_BC_S_GE, .yes = 8, .no = 20};
    program[1] = (struct inet_diag_bc_op){.no = first};
    program[2] = (struct inet_diag_bc_op){.code = INET_DIAG_BC_S_LE, .yes = 8, .no = 12};
    program[3] = (struct inet_diag_bc_op){.no = last};
}

/* A port in the request selects the sockets that have it (inet_diag_dump_icsk in net/ipv4). */
static bool ask(struct socket_diag *diag, const struct question *question)
{
    const bool single = diag->port_count == 1;
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
        struct rtattr filter;
        struct inet_diag_bc_op program[4];
    } message = {
        .header = {.nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                   .nlmsg_seq = ++diag->question},
        .request = {.sdiag_family = question->family,
                    .sdiag_protocol = IPPROTO_TCP,
                    .idiag_ext = question->states == LISTENS ? 1U << (INET_DIAG_SKMEMINFO - 1) : 0,
                    .idiag_states = question->states,
                    .id = {.idiag_sport = single ? htons(diag->ports[0]) : 0}},
        .filter = {.rta_len = RTA_LENGTH(sizeof message.program), .rta_type = INET_DIAG_REQ_BYTECODE},
    };
    write_filter(diag, message.program);
    const size_t size = single ? offsetof(__typeof__(message), filter) : sizeof message;
    message.header.nlmsg_len = (uint32_t)size;
    return send(diag->fd, &message, size, 0) == (ssize_t)size;
}

enum answer { ANSWER_GOES_ON, ANSWER_WHOLE, ANSWER_REFUSED, ANSWER_LOST };

static enum answer read_answer(const char *bytes, size_t length, uint32_t number, const struct question *question)
{
    const struct nlmsghdr *header = (const struct nlmsghdr *)(const void *)bytes;
    for (; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
        if (header->nlmsg_seq != number) {
            continue;
        }
        if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
            return header->nlmsg_type == NLMSG_DONE ? ANSWER_WHOLE : ANSWER_REFUSED;
        }
        if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
            question->take(question->context, NLMSG_DATA(header), header->nlmsg_len - NLMSG_HDRLEN);
        }
    }
    return ANSWER_GOES_ON;
}

static enum answer receive(const struct socket_diag *diag, const struct question *question)
{
    _Alignas(struct nlmsghdr) char bytes[ANSWER_SIZE];
    enum answer answer = ANSWER_GOES_ON;
    while (answer == ANSWER_GOES_ON) {
        const ssize_t length = recv(diag->fd, bytes, sizeof bytes, 0);
        if (length > 0) {
            answer = read_answer(bytes, (size_t)length, diag->question, question);
        } else if (length == 0 || errno != EINTR) {
            answer = ANSWER_LOST;
        }
    }
    return answer;
}

/* On a socket that still has to give an answer the kernel refuses the next question. Where no other can be had now,
 * that one may serve later. */
static void renew(struct socket_diag *diag)
{
    const int fd = open_socket();
    if (fd >= 0) {
        close(diag->fd);
        diag->fd = fd;
    }
}

static enum answer dump(struct socket_diag *diag, const struct question *question)
{
    if (diag->fd < 0) {
        return ANSWER_REFUSED;
    }
    const enum answer answer = ask(diag, question) ? receive(diag, question) : ANSWER_LOST;
    if (answer == ANSWER_LOST) {
        renew(diag);
    }
    return answer;
}

/* A kernel without IPv6 answers for IPv4 alone. */
static bool dump_both(struct socket_diag *diag, struct question question)
{
    enum answer ip4 = ANSWER_REFUSED;
    enum answer ip6 = ANSWER_REFUSED;
    if (!diag->skips_ip4) {
        question.family = AF_INET;
        ip4 = dump(diag, &question);
    }
    if (!diag->skips_ip6 && ip4 != ANSWER_LOST) {
        question.family = AF_INET6;
        ip6 = dump(diag, &question);
    }
    return ip4 != ANSWER_LOST && ip6 != ANSWER_LOST && (ip4 == ANSWER_WHOLE || ip6 == ANSWER_WHOLE);
}

/* --- the accept queue --- */

struct queue_search {
    const struct listener_socket *sockets;
    size_t count;
    struct socket_queue *queue;
};

static bool has_inode(const struct queue_search *search, unsigned long inode)
{
    for (size_t i = 0; i < search->count; i++) {
        if (search->sockets[i].inode == inode) {
            return true;
        }
    }
    return false;
}

static uint64_t drops_of(const struct inet_diag_msg *socket, size_t length)
{
    const struct rtattr *attribute = (const struct rtattr *)(socket + 1);
    size_t left = length > sizeof *socket ? length - sizeof *socket : 0;
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        uint32_t memory[SK_MEMINFO_VARS] = {0};
        const size_t size = RTA_PAYLOAD(attribute);
        if (attribute->rta_type == INET_DIAG_SKMEMINFO && size > SK_MEMINFO_DROPS * sizeof memory[0]) {
            memcpy(memory, RTA_DATA(attribute), size < sizeof memory ? size : sizeof memory);
            return memory[SK_MEMINFO_DROPS];
        }
    }
    return LIMIT_UNKNOWN;
}

static void add_queue(struct socket_queue *queue, uint64_t waiting, uint64_t bound, uint64_t drops)
{
    queue->waiting += waiting;
    queue->fullest = queue->sockets == 0 || waiting > queue->fullest ? waiting : queue->fullest;
    queue->bound = queue->sockets == 0 || bound < queue->bound ? bound : queue->bound;
    if (queue->sockets == 0 || drops == LIMIT_UNKNOWN) {
        queue->drops = drops;
    } else if (queue->drops != LIMIT_UNKNOWN) {
        queue->drops += drops;
    }
    queue->sockets++;
}

/* Of a socket that listens, the queue lengths are those of the accept queue: what waits, and the bound
 * (tcp_diag_get_info in net/ipv4). */
static void take_queue(void *context, const struct inet_diag_msg *socket, size_t length)
{
    const struct queue_search *const search = context;
    if (socket->idiag_state == TCP_ROW_LISTEN && has_inode(search, socket->idiag_inode)) {
        add_queue(search->queue, socket->idiag_rqueue, socket->idiag_wqueue, drops_of(socket, length));
    }
}

static bool take_queue_row(void *context, const struct tcp_row *row)
{
    const struct queue_search *const search = context;
    if (has_inode(search, row->inode)) {
        add_queue(search->queue, row->waiting, LIMIT_UNKNOWN, LIMIT_UNKNOWN);
    }
    return true;
}

bool socket_diag_queue(struct socket_diag *diag, const struct listener_socket *sockets, size_t count,
                       struct socket_queue *queue)
{
    struct queue_search search = {sockets, count, queue};
    *queue = (struct socket_queue){.bound = LIMIT_UNKNOWN, .drops = LIMIT_UNKNOWN};
    if (dump_both(diag, (struct question){.states = LISTENS, .take = take_queue, .context = &search})) {
        return true;
    }
    *queue = (struct socket_queue){.bound = LIMIT_UNKNOWN, .drops = LIMIT_UNKNOWN};
    return tcp_table_read(diag->root, TCP_TABLE_4, true, take_queue_row, &search) &&
           tcp_table_read(diag->root, TCP_TABLE_6, true, take_queue_row, &search);
}

/* --- connections --- */

struct count {
    const struct socket_diag *diag;
    struct socket_counts *counts;
};

static void count_connection(struct socket_counts *counts, unsigned state, unsigned long inode)
{
    if (state < SOCKET_STATES && state != TCP_ROW_LISTEN) {
        counts->states[state]++;
        counts->held += inode != 0;
    }
}

static void take_connection(void *context, const struct inet_diag_msg *socket, size_t length)
{
    const struct count *const count = context;
    (void)length;
    if (has_port(count->diag, ntohs(socket->id.idiag_sport))) {
        count_connection(count->counts, socket->idiag_state, socket->idiag_inode);
    }
}

static bool take_connection_row(void *context, const struct tcp_row *row)
{
    const struct count *const count = context;
    if (has_port(count->diag, row->port)) {
        count_connection(count->counts, row->state, row->inode);
    }
    return true;
}

bool socket_diag_connections(struct socket_diag *diag, struct socket_counts *counts)
{
    struct count count = {diag, counts};
    memset(counts, 0, sizeof *counts);
    if (dump_both(diag,
                  (struct question){.states = ALL_STATES & ~LISTENS, .take = take_connection, .context = &count})) {
        return true;
    }
    memset(counts, 0, sizeof *counts);
    return tcp_table_read(diag->root, TCP_TABLE_4, false, take_connection_row, &count) &&
           tcp_table_read(diag->root, TCP_TABLE_6, false, take_connection_row, &count);
}
