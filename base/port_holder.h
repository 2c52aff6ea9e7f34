/* Who has a TCP port, for the message of a server that could not listen on it. */
#ifndef KONEKSI_BASE_PORT_HOLDER_H
#define KONEKSI_BASE_PORT_HOLDER_H

#include <stdint.h>

#define PORT_HOLDER_SIZE 200

/* Writes what is known, to follow an error message: "; held by 4711 (python3)", or "; held by an outgoing connection of
 * 4711 (curl)"; and where no server has the port and the kernel gives it to outgoing connections, how to reserve it.
 * "" when nothing is known: to those who are not root, processes of other users do not show their descriptors.
 * From proc(5): /proc/self/net/tcp and tcp6 for the socket, /proc/PID/fd for its process. Slow. */
void port_holder_describe(uint16_t port, char text[PORT_HOLDER_SIZE]);

#endif
