#include "base/port_holder.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bounded_file.h"
#include "base/socket_holders.h"
#include "base/tcp_row.h"

struct holder {
    unsigned long inode; /* of the socket; 0 when none was found */
    bool listens;
};

/* One that listens goes before any other. */
static void find_socket(const char *path, uint16_t port, struct holder *holder)
{
    FILE *const file = bounded_file_open(path);
    char line[512];
    while (file != NULL && !holder->listens && fgets(line, sizeof line, file) != NULL) {
        struct tcp_row row;
        if (tcp_row_read(line, &row) && row.port == port && row.inode != 0) {
            holder->inode = row.inode;
            holder->listens = row.state == TCP_ROW_LISTEN;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

static bool take_first(void *context, size_t socket, pid_t pid)
{
    (void)socket;
    *(pid_t *)context = pid;
    return false;
}

/* "4711 (python3)". */
static bool find_process(unsigned long inode, char *text, size_t size)
{
    char program[SOCKET_PROGRAM_SIZE];
    pid_t pid = 0;
    socket_holders_find(
        &(struct socket_search){.root = "", .inodes = &inode, .count = 1, .found = take_first, .context = &pid});
    if (pid == 0) {
        return false;
    }
    socket_holder_program("", pid, program);
    snprintf(text, size, "%ld (%s)", (long)pid, program[0] != '\0' ? program : "?");
    return true;
}

/* Whether the kernel may give it to an outgoing connection, unless it is reserved. */
static bool is_ephemeral(uint16_t port)
{
    FILE *const file = bounded_file_open("/proc/sys/net/ipv4/ip_local_port_range");
    char line[64] = "";
    if (file == NULL) {
        return false;
    }
    const bool was_read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    char *rest = NULL;
    const unsigned long first = strtoul(line, &rest, 10);
    const unsigned long last = strtoul(rest, NULL, 10);
    return was_read && port >= first && port <= last;
}

void port_holder_describe(uint16_t port, char text[PORT_HOLDER_SIZE])
{
    struct holder holder = {0};
    char process[64];
    find_socket("/proc/self/net/tcp", port, &holder);
    find_socket("/proc/self/net/tcp6", port, &holder);
    const bool is_known = holder.inode != 0 && find_process(holder.inode, process, sizeof process);
    if (holder.listens) {
        snprintf(text, PORT_HOLDER_SIZE, "%s%s", is_known ? "; held by " : "", is_known ? process : "");
        return;
    }
    const bool may_be_outgoing = is_ephemeral(port);
    snprintf(text, PORT_HOLDER_SIZE, "%s%s%s", is_known ? "; held by an outgoing connection of " : "",
             is_known ? process : "",
             may_be_outgoing ? "; add it to net.ipv4.ip_local_reserved_ports to keep it from outgoing connections"
                             : "");
}
