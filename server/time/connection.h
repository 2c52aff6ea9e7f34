/* One connection of the TIME server, served from its first byte to its end on the calling thread, for the models that
 * give a connection a thread for a while. Needs about 5 KiB of stack and never allocates. */
#ifndef KONEKSI_TIME_CONNECTION_H
#define KONEKSI_TIME_CONNECTION_H

#include <stdint.h>

#include "time/service.h"

enum connection_end {
    CONNECTION_CLOSE,
    CONNECTION_RESET, /* many clients spin on a bare end of file: a reset ends them */
};

/* Serves `fd` until the connection has to end, and returns how; what is left is connection_close. */
enum connection_end connection_serve(struct time_service *service, int fd, uint64_t number);

/* Closes `fd`, with a reset where `end` says so. */
void connection_close(int fd, enum connection_end end);

#endif
