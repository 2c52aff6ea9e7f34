/* The configuration of the TIME server. */
#ifndef KONEKSI_SERVER_TIME_TIME_CONFIG_H
#define KONEKSI_SERVER_TIME_TIME_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/net.h"
#include "server/time/time_stats.h"

/* Bytes of address space kept for the panel's own stacks, its database and its API. */
#define TIME_RESERVED_ADDRESSES (128UL * 1024 * 1024)
/* Address space of one connection's thread: its stack and the guard page below. */
#define TIME_THREAD_ADDRESSES (20UL * 1024)
/* Likewise of what RLIMIT_DATA bounds, in which the guard page is not counted. */
#define TIME_RESERVED_DATA (32UL * 1024 * 1024)
#define TIME_THREAD_DATA (16UL * 1024)
/* Likewise of the maps that vm.max_map_count bounds: at their end the kernel gives no memory at all. */
#define TIME_RESERVED_MAPS 96
#define TIME_THREAD_MAPS 2
#define TIME_WORKERS_MOST 10000

struct time_server_config {
    struct net_address address; /* port 0 picks one */
    enum time_model model;
    int backlog;            /* of listen(); the kernel cuts it at net.core.somaxconn */
    uint32_t workers;       /* threads of the pool model, 1..TIME_WORKERS_MOST (64) */
    uint64_t reserved_fds;  /* descriptors of this process that connections never take: time_server_descriptors() and
                               what its other parts open (the three standard ones) */
    uint32_t idle_ms;       /* a connection that has been silent for so long is reset (300,000) */
    uint32_t unfinished_ms; /* a line left unfinished for so long gets "Invalid request" (2,000) */
    bool log_connections;   /* write "total koneksi N" to standard error for every connection */
};

#endif
