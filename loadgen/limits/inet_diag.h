/* Private to loadgen/limits: asks the kernel for its TCP sockets by sock_diag(7). */
#ifndef KONEKSI_LOADGEN_LIMITS_INET_DIAG_H
#define KONEKSI_LOADGEN_LIMITS_INET_DIAG_H

#include <linux/inet_diag.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/tcp_row.h"

struct inet_diag {
    int fd;            /* of the socket on which the kernel answers; -1: there is none */
    uint32_t question; /* number of the last one: what is left of an earlier answer is none to it */
};

/* Always succeeds: without a socket, as below another root than "" (sources.h), every answer is refused.
 * inet_diag_close ends it. */
struct inet_diag inet_diag_open(const char *root);
void inet_diag_close(struct inet_diag *diag);

/* `length` is that of the message with the attributes that follow it. */
typedef void inet_diag_take(void *context, const struct inet_diag_msg *socket, size_t length);

#define INET_DIAG_LISTENERS (1U << TCP_ROW_LISTEN)

struct inet_diag_question {
    uint32_t states;           /* 1 << state for each that is asked for */
    uint16_t first, last;      /* ports of this side; both 0: all */
    bool skips_ip4, skips_ip6; /* each family takes a walk of the kernel's table */
    inet_diag_take *take;
    void *context;
};

/* A kernel without IPv6 answers for IPv4 alone. False: the answer is not whole; some sockets may have been taken. */
bool inet_diag_ask(struct inet_diag *diag, const struct inet_diag_question *question);

#endif
