#include "loadgen/limits/ports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/tcp_row.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/sources.h"

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

uint64_t port_range_taken(const char *root, const struct port_range *range, bool time_wait, size_t most)
{
    static const char *const tables[] = {"/proc/self/net/tcp", "/proc/self/net/tcp6"};
    struct port_set set = {{0}};
    uint64_t count = 0;
    size_t lines = 0;
    bool found = false;
    (void)add_reserved(root, range, &set);
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        char line[512];
        FILE *const file = source_open(root, tables[i]);
        bool is_listener = true; /* the kernel lists those first, and there is nothing else to look for */
        while (file != NULL && (is_listener || time_wait) && lines <= most && fgets(line, sizeof line, file) != NULL) {
            struct tcp_row row = {.state = TCP_ROW_LISTEN}; /* the heading comes before them */
            const bool is_socket = tcp_row_read(line, &row);
            is_listener = row.state == TCP_ROW_LISTEN;
            if (is_socket && row.port >= range->first && row.port <= range->last &&
                (is_listener || (time_wait && row.state == TCP_ROW_TIME_WAIT))) {
                count += add(&set, row.port);
            }
            lines++;
        }
        if (file != NULL) {
            found = true;
            fclose(file);
        }
    }
    return found && lines <= most ? count : LIMIT_UNKNOWN;
}
