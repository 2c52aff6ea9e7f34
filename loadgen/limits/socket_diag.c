#include "loadgen/limits/socket_diag.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <string.h>

#include "loadgen/limits/limit.h"
#include "loadgen/limits/tcp_table.h"

#define ALL_STATES ((1U << SOCKET_STATES) - 1)

const char *socket_state_name(unsigned state)
{
    static const char *const names[SOCKET_STATES] = {
        NULL,    "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",   "TIME_WAIT",
        "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV"};
    return state < SOCKET_STATES ? names[state] : NULL;
}

void socket_diag_reopen(struct socket_diag *diag)
{
    diag->kernel = inet_diag_open(diag->root);
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
    inet_diag_close(&diag->kernel);
}

static bool ask(struct socket_diag *diag, uint32_t states, inet_diag_take *take, void *context)
{
    struct inet_diag_question question = {.states = states,
                                          .first = diag->ports[0],
                                          .last = diag->ports[0],
                                          .skips_ip4 = diag->skips_ip4,
                                          .skips_ip6 = diag->skips_ip6,
                                          .take = take,
                                          .context = context};
    for (size_t i = 1; i < diag->port_count; i++) {
        question.first = diag->ports[i] < question.first ? diag->ports[i] : question.first;
        question.last = diag->ports[i] > question.last ? diag->ports[i] : question.last;
    }
    return inet_diag_ask(&diag->kernel, &question);
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
    if (ask(diag, INET_DIAG_LISTENERS, take_queue, &search)) {
        return true;
    }
    *queue = (struct socket_queue){.bound = LIMIT_UNKNOWN, .drops = LIMIT_UNKNOWN};
    return tcp_tables_read(diag->root, true, take_queue_row, &search);
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
    if (ask(diag, ALL_STATES & ~INET_DIAG_LISTENERS, take_connection, &count)) {
        return true;
    }
    memset(counts, 0, sizeof *counts);
    return tcp_tables_read(diag->root, false, take_connection_row, &count);
}
