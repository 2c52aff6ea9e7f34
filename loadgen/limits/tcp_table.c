#include "loadgen/limits/tcp_table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen/limits/inet_diag.h"
#include "loadgen/limits/sources.h"

/* Not /proc/net: a /proc mounted with subset=pid, as systemd's ProcSubset=pid does, has only the processes' own. */
#define TABLE_4 "/proc/self/net/tcp"
#define TABLE_6 "/proc/self/net/tcp6"

struct taking {
    tcp_table_take *take;
    void *context;
    size_t taken;
    bool is_over;
};

/* False: no more is wanted. */
static bool give(struct taking *taking, const struct tcp_row *row)
{
    if (!taking->is_over) {
        taking->taken++;
        taking->is_over = !taking->take(taking->context, row);
    }
    return !taking->is_over;
}

static bool read_table(const char *root, const char *path, bool only_listeners, struct taking *taking)
{
    FILE *const file = source_open(root, path);
    char *line = NULL;
    size_t capacity = 0;
    bool go_on = true;
    if (file == NULL) {
        return false;
    }
    while (go_on && source_next_line(file, &line, &capacity)) {
        struct tcp_row row;
        if (tcp_row_read(line, &row)) { /* not the heading */
            go_on = (!only_listeners || row.state == TCP_ROW_LISTEN) && give(taking, &row);
        }
    }
    free(line);
    fclose(file);
    return true;
}

/* The kernel has no table of IPv6 where it was built without, or started with ipv6.disable=1. */
static bool read_tables(const char *root, bool only_listeners, struct taking *taking)
{
    return read_table(root, TABLE_4, only_listeners, taking) &&
           (taking->is_over || read_table(root, TABLE_6, only_listeners, taking) || errno == ENOENT);
}

bool tcp_tables_read(const char *root, bool only_listeners, tcp_table_take *take, void *context)
{
    struct taking taking = {.take = take, .context = context};
    return read_tables(root, only_listeners, &taking);
}

static void take_listener(void *context, const struct inet_diag_msg *socket, size_t length)
{
    struct taking *const taking = context;
    struct tcp_row row = {.is_ip6 = socket->idiag_family == AF_INET6,
                          .port = ntohs(socket->id.idiag_sport),
                          .state = socket->idiag_state,
                          .waiting = socket->idiag_rqueue,
                          .uid = socket->idiag_uid,
                          .inode = socket->idiag_inode};
    (void)length;
    memcpy(row.address, socket->id.idiag_src, sizeof row.address);
    (void)give(taking, &row);
}

bool tcp_listeners_read(const char *root, tcp_table_take *take, void *context)
{
    struct taking taking = {.take = take, .context = context};
    const struct inet_diag_question question = {
        .states = INET_DIAG_LISTENERS, .take = take_listener, .context = &taking};
    struct inet_diag diag = inet_diag_open(root);
    const bool known = inet_diag_ask(&diag, &question);
    inet_diag_close(&diag);
    return known || (taking.taken == 0 && read_tables(root, true, &taking));
}
