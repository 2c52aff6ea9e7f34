#include "loadgen/limits/inet_diag.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_SIZE 32768 /* the kernel fills no more for one recv(2) (netlink_dump) */

static int open_socket(void)
{
    const struct timeval wait = {.tv_sec = 1}; /* it answers in the call itself */
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd >= 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    }
    return fd;
}

struct inet_diag inet_diag_open(const char *root)
{
    return (struct inet_diag){.fd = root[0] == '\0' ? open_socket() : -1};
}

void inet_diag_close(struct inet_diag *diag)
{
    if (diag->fd >= 0) {
        close(diag->fd);
        diag->fd = -1;
    }
}

/* A program of inet_diag: the port is at least `first` and at most `last`. An operation is followed by its number, and
 * goes on behind it, or else beyond the end, which drops the socket (inet_diag_bc_run in net/ipv4). */
static void write_filter(const struct inet_diag_question *question, struct inet_diag_bc_op program[4])
{
    program[0] = (struct inet_diag_bc_op){.code = INET_DIAG_BC_S_GE, .yes = 8, .no = 20};
    program[1] = (struct inet_diag_bc_op){.no = question->first};
    program[2] = (struct inet_diag_bc_op){.code = INET_DIAG_BC_S_LE, .yes = 8, .no = 12};
    program[3] = (struct inet_diag_bc_op){.no = question->last};
}

/* A port in the request selects the sockets that have it, 0 all of them (inet_diag_dump_icsk in net/ipv4). */
static bool ask(struct inet_diag *diag, const struct inet_diag_question *question, uint8_t family)
{
    const bool single = question->first == question->last;
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
        struct rtattr filter;
        struct inet_diag_bc_op program[4];
    } message = {
        .header = {.nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                   .nlmsg_seq = ++diag->question},
        .request = {.sdiag_family = family,
                    .sdiag_protocol = IPPROTO_TCP,
                    .idiag_ext = question->states == INET_DIAG_LISTENERS ? 1U << (INET_DIAG_SKMEMINFO - 1) : 0,
                    .idiag_states = question->states,
                    .id = {.idiag_sport = single ? htons(question->first) : 0}},
        .filter = {.rta_len = RTA_LENGTH(sizeof message.program), .rta_type = INET_DIAG_REQ_BYTECODE},
    };
    write_filter(question, message.program);
    const size_t size = single ? offsetof(__typeof__(message), filter) : sizeof message;
    message.header.nlmsg_len = (uint32_t)size;
    return send(diag->fd, &message, size, 0) == (ssize_t)size;
}

enum answer { ANSWER_GOES_ON, ANSWER_WHOLE, ANSWER_REFUSED, ANSWER_LOST };

static enum answer read_answer(const char *bytes, size_t length, uint32_t number,
                               const struct inet_diag_question *question)
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

static enum answer receive(const struct inet_diag *diag, const struct inet_diag_question *question)
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
static void renew(struct inet_diag *diag)
{
    const int fd = open_socket();
    if (fd >= 0) {
        close(diag->fd);
        diag->fd = fd;
    }
}

static enum answer dump(struct inet_diag *diag, const struct inet_diag_question *question, uint8_t family)
{
    if (diag->fd < 0) {
        return ANSWER_REFUSED;
    }
    const enum answer answer = ask(diag, question, family) ? receive(diag, question) : ANSWER_LOST;
    if (answer == ANSWER_LOST) {
        renew(diag);
    }
    return answer;
}

bool inet_diag_ask(struct inet_diag *diag, const struct inet_diag_question *question)
{
    const enum answer ip4 = question->skips_ip4 ? ANSWER_REFUSED : dump(diag, question, AF_INET);
    const enum answer ip6 = question->skips_ip6 || ip4 == ANSWER_LOST ? ANSWER_REFUSED : dump(diag, question, AF_INET6);
    return ip4 != ANSWER_LOST && ip6 != ANSWER_LOST && (ip4 == ANSWER_WHOLE || ip6 == ANSWER_WHOLE);
}
