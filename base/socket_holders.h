/* Which processes have a socket: the links of /proc/PID/fd (proc(5)). */
#ifndef KONEKSI_BASE_SOCKET_HOLDERS_H
#define KONEKSI_BASE_SOCKET_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Looked at in one search: at most so many processes, and of each the first so many descriptors, by number. Listening
 * sockets are opened early, before the connections that they give. */
#define SOCKET_HOLDERS_PROCESSES 4096
#define SOCKET_HOLDERS_DESCRIPTORS 1024

/* Process `pid` has the socket with that index. Called once at most for each pair. False ends the search. */
typedef bool socket_holder_found(void *context, size_t socket, pid_t pid);

struct socket_search {
    const char *root; /* "" on a real machine; below it a made-up /proc */
    const unsigned long *inodes;
    size_t count;
    socket_holder_found *found;
    void *context;
};

/* Looks for the holders of all the sockets at once. Processes that do not show their descriptors to this one (those of
 * other users, unless this one may trace them) are passed over. Costs about 10 microseconds for each process and 1.5
 * for each descriptor looked at. */
void socket_holders_find(const struct socket_search *search);

/* Writes the name of the program, as the kernel has it (15 bytes) but as UTF-8; "" when it is not known, as for pid 0.
 */
#define SOCKET_PROGRAM_SIZE 16
void socket_holder_program(const char *root, pid_t pid, char program[SOCKET_PROGRAM_SIZE]);

#endif
