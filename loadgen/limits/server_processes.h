/* The processes of a server: those that have one of its listening sockets, and their descendants, which may hold the
 * connections only. They open and close files: not for a client's path. `root`: see sources.h. Any thread may call. */
#ifndef KONEKSI_LOADGEN_LIMITS_SERVER_PROCESSES_H
#define KONEKSI_LOADGEN_LIMITS_SERVER_PROCESSES_H

#include <stdint.h>
#include <sys/types.h>

#include "loadgen/limits/listener.h"

#define SERVER_SOCKETS_MOST 64    /* that listen at its addresses, at one several by SO_REUSEPORT */
#define SERVER_PROCESSES_MOST 512 /* that are watched */

struct server_processes {
    struct listener_socket sockets[SERVER_SOCKETS_MOST];
    size_t socket_count;
    pid_t pids[SERVER_PROCESSES_MOST];   /* in ascending order */
    uint64_t has[SERVER_PROCESSES_MOST]; /* which of the sockets, by bits */
    bool accepts[SERVER_PROCESSES_MOST]; /* has one that none of its children has: a master only waits */
    size_t count;
};

/* Finds the sockets that accept for the addresses of a list (base/net_list.h), and the processes. The calling process
 * and its descendants are none of them; nor are, unless they have one of the sockets, the descendants of its ancestors
 * and those of a socket-activating systemd, which has the sockets of all its services. Costs what listeners_list and
 * server_processes_refresh do. */
void server_processes_find(const char *root, const char *addresses, struct server_processes *processes);

/* Adds descendants that are new, and drops processes that have ended; changes nothing where the machine's processes
 * cannot all be read. Costs 15 microseconds for each process of the machine. */
void server_processes_refresh(const char *root, struct server_processes *processes);

/* What one process uses. */
struct process_use {
    bool has_ended;  /* nobody has waited for it yet */
    bool is_stopped; /* by a signal such as SIGSTOP, or by a debugger */
    pid_t parent;
    uint64_t threads;
    uint64_t rss_bytes; /* with the pages that it shares with others */
    uint64_t cpu_us;    /* with its children that have ended and were waited for */
};
/* Reads the text of /proc/PID/stat; false when it is none. */
bool process_use_read(const char *text, struct process_use *use);

#endif
