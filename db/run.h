/* A run as it is recorded: the store keeps it, the lab fills it in, the API shows it. */
#ifndef KONEKSI_DB_RUN_H
#define KONEKSI_DB_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "loadgen/contract/report.h"
#include "loadgen/contract/run_spec.h"
#include "loadgen/verdict/verdict.h"

enum run_status {
#define RUN_STATUS(NAME, name, is_over) RUN_STATUS_##NAME,
#include "db/run_statuses.def"
#undef RUN_STATUS
    RUN_STATUS_COUNT,
};
const char *run_status_name(enum run_status status);    /* "unknown" for RUN_STATUS_COUNT */
enum run_status run_status_from_name(const char *name); /* RUN_STATUS_COUNT when there is none */
bool run_status_is_over(enum run_status status);

/* The machine on which it was carried out. Each is empty where it is not known: earlier versions kept the kernel alone.
 */
struct run_host {
    char name[65];        /* uname(2), nodename */
    char kernel[65];      /* its release */
    char fingerprint[17]; /* of the machine and its kernel: 16 hexadecimal digits */
};

struct run {
    int64_t id;
    enum run_status status;
    enum fact_side late_side; /* that kept clients from beginning at the rate of the spec; FACT_SIDE_NONE: none */
    struct run_spec spec;
    int64_t experiment; /* 0: none */
    int64_t created_ms; /* milliseconds since 1970 UTC; 0: not yet */
    int64_t started_ms;
    int64_t finished_ms;
    uint64_t duration_us;
    struct load_totals totals;
    struct load_peaks peaks;
    struct load_start start;
    struct load_cost cost;
    uint64_t source_addresses; /* that the clients came from; 0: not known */
    uint64_t peak_server_threads;
    uint64_t peak_server_connections;
    bool server_known;         /* false: a foreign target, of which the five below are not known, but for overflows */
    char server_process[1536]; /* JSON object: the processes of a foreign target on this machine; empty: not watched */
    char server_model[16];
    uint64_t server_backlog;
    uint64_t server_accepted;
    uint64_t server_listen_overflows;
    uint64_t server_refused;
    struct latency latency[LATENCY_COUNT];
    struct verdict verdict; /* why clients failed */
    char cpu[512];          /* JSON object: what the processors did; empty: not known */
    char message[256];      /* why it is failed or interrupted, or what is odd about its row; empty else */
    struct run_host host;   /* empty before it started */
    char environment[1024]; /* JSON object; empty before it started */
    char resolved[1280];    /* JSON object: which address of a target's name answered; empty: it has only one */
    uint32_t group_count;
    struct error_group groups[ERROR_GROUPS_MAX];
};

#endif
