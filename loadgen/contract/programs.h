/* What is known of servers by their program or their port, from programs.def: guesses that a person may correct, and
 * hints, never evidence. */
#ifndef KONEKSI_LOADGEN_CONTRACT_PROGRAMS_H
#define KONEKSI_LOADGEN_CONTRACT_PROGRAMS_H

#include <stdint.h>

#include "loadgen/contract/run_choices.h"

/* The setting that usually bounds how many clients such a server serves at the same time: "worker_connections" for
 * "nginx". NULL when the program is not known or has none. */
const char *program_cap_setting(const char *program);

/* What a server of that program most likely replies to: by its name, else by its port, else EXCHANGE_CONNECT.
 * `program` may be "". */
enum run_exchange program_exchange(const char *program, uint16_t port);

#endif
