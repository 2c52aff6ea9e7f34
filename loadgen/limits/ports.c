#include "loadgen/limits/ports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "loadgen/limits/limit.h"
#include "loadgen/limits/sources.h"

#define PORTS 65536U

/* include/net/tcp_states.h */
#define STATE_TIME_WAIT 6U
#define STATE_LISTEN 10U

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
    char line[64] = "";
    char *rest = NULL;
    FILE *const file = source_open(root, "/proc/sys/net/ipv4/ip_local_port_range");
    if (file == NULL) {
        return false;
    }
    const bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
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

/* "  0: 0100007F:B707 00000000:0000 0A ..." (proc(5), /proc/net/tcp) */
static bool parse_socket(const char *line, unsigned *port, unsigned *state)
{
    const char *const number = strchr(line, ':');
    const char *const local = number != NULL ? strchr(number + 1, ':') : NULL;
    const char *const remote = local != NULL ? strchr(local + 1, ':') : NULL;
    const char *const word = remote != NULL ? strchr(remote, ' ') : NULL;
    if (word == NULL) {
        return false;
    }
    *port = (unsigned)strtoul(local + 1, NULL, 16) % PORTS;
    *state = (unsigned)strtoul(word, NULL, 16);
    return true;
}

uint64_t port_range_taken(const char *root, const struct port_range *range, bool time_wait, size_t most)
{
    static const char *const tables[] = {"/proc/net/tcp", "/proc/net/tcp6"};
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
            unsigned port = 0;
            unsigned state = STATE_LISTEN;
            const bool is_socket = parse_socket(line, &port, &state);
            is_listener = state == STATE_LISTEN;
            if (is_socket && port >= range->first && port <= range->last &&
                (is_listener || (time_wait && state == STATE_TIME_WAIT))) {
                count += add(&set, port);
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
