#include "loadgen/limits/ports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/net_list.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/sources.h"
#include "loadgen/limits/tcp_table.h"

#define PORTS 65536U

struct port_set {
    uint8_t bits[PORTS / 8];
};

/* False when it is in the set already. */
static bool add(struct port_set *set, unsigned port)
{
    const uint8_t bit = (uint8_t)(1U << port % 8);
    const bool new = (set->bits[port / 8] & bit) == 0;
    set->bits[port / 8] |= bit;
    return new;
}

bool port_range_read(const char *root, struct port_range *range)
{
    char line[64];
    char *rest = NULL;
    const bool read = source_read_line(root, "/proc/sys/net/ipv4/ip_local_port_range", line, sizeof line);
    const unsigned long first = strtoul(line, &rest, 10);
    const unsigned long last = strtoul(rest, NULL, 10);
    *range = (struct port_range){(unsigned)first, (unsigned)last};
    return read && first > 0 && first <= last && last < PORTS;
}

/* Adds the ports of "8080,9148-9200" that are in the range. Returns how many are new. */
static uint64_t add_reserved(const char *root, const struct port_range *range, struct port_set *set)
{
    char *line = NULL;
    size_t capacity = 0;
    uint64_t count = 0;
    FILE *const file = source_open(root, "/proc/sys/net/ipv4/ip_local_reserved_ports");
    if (file == NULL) {
        return 0;
    }
    const char *text = source_next_line(file, &line, &capacity) ? line : "";
    while (*text >= '0' && *text <= '9') {
        char *rest = NULL;
        const unsigned long first = strtoul(text, &rest, 10);
        const unsigned long last = *rest == '-' ? strtoul(rest + 1, &rest, 10) : first;
        const unsigned long end = last < range->last ? last : range->last;
        for (unsigned long port = first > range->first ? first : range->first; port <= end; port++) {
            count += add(set, (unsigned)port);
        }
        text = *rest == ',' ? rest + 1 : "";
    }
    free(line);
    fclose(file);
    return count;
}

uint64_t port_range_reserved(const char *root, const struct port_range *range)
{
    struct port_set set = {{0}};
    return add_reserved(root, range, &set);
}

struct taking {
    const struct port_range *range;
    struct port_set *set;
    uint64_t count;
    size_t rows, most;
};

static bool take(void *context, const struct tcp_row *row)
{
    struct taking *const taking = context;
    const bool holds = row->state == TCP_ROW_LISTEN || row->state == TCP_ROW_TIME_WAIT;
    if (holds && row->port >= taking->range->first && row->port <= taking->range->last) {
        taking->count += add(taking->set, row->port);
    }
    return ++taking->rows <= taking->most;
}

uint64_t port_range_taken(const char *root, const struct port_range *range, bool time_wait, size_t most)
{
    struct port_set set = {{0}};
    struct taking taking = {.range = range, .set = &set, .most = most};
    (void)add_reserved(root, range, &set);
    const bool known =
        time_wait ? tcp_tables_read(root, false, take, &taking) : tcp_listeners_read(root, take, &taking);
    return known && taking.rows <= most ? taking.count : LIMIT_UNKNOWN;
}

static bool add_closed(void *context, const struct tcp_row *row)
{
    struct taking *const taking = context;
    const unsigned peer = row->state == TCP_ROW_TIME_WAIT ? row->peer_port : 0;
    taking->count += (taking->set->bits[peer / 8] & 1U << peer % 8) != 0;
    return true;
}

uint64_t ports_closed_to(const char *root, const char *list)
{
    struct err err;
    struct net_range range;
    struct port_set set = {{0}};
    struct taking taking = {.set = &set};
    while (list != NULL && net_list_next(&list, &range, &err) == RESULT_OK) {
        for (unsigned port = range.first; port <= range.last; port++) {
            (void)add(&set, port);
        }
    }
    return tcp_tables_read(root, false, add_closed, &taking) ? taking.count : LIMIT_UNKNOWN;
}
