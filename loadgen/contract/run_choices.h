/* The modes, exchanges and requests of a run, from modes.def, exchanges.def and requests.def. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_CHOICES_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_CHOICES_H

#include <stdbool.h>

#include "base/language.h"
#include "base/uring_refusal.h"

enum run_mode {
#define MODE(NAME, ...) MODE_##NAME,
#include "loadgen/contract/modes.def"
#undef MODE
    MODE_COUNT,
};

enum run_exchange {
#define EXCHANGE(NAME, ...) EXCHANGE_##NAME,
#include "loadgen/contract/exchanges.def"
    EXCHANGE_COUNT,
};

enum run_request {
#define REQUEST(NAME, ...) REQUEST_##NAME,
#include "loadgen/contract/requests.def"
#undef REQUEST
    REQUEST_COUNT,
};

/* Clients that a loop of event or uring mode has under way at the same time, those that hold excepted, while the server
 * keeps up: more do not make it faster, as measured. As many more begin after each 10 ms in which none got a reply. */
#define RUN_EVENT_UNDER_WAY 64

/* By number; their help likewise. */
extern const char *const run_mode_names[MODE_COUNT];
extern const char *const run_mode_helps[MODE_COUNT];
extern const char *const run_exchange_names[EXCHANGE_COUNT];
extern const char *const run_exchange_helps[EXCHANGE_COUNT];
extern const char *const run_request_names[REQUEST_COUNT];
extern const char *const run_request_helps[REQUEST_COUNT];

/* "thread"; NULL for MODE_COUNT. */
const char *run_mode_name(enum run_mode mode);
/* MODE_COUNT when there is no such mode. */
enum run_mode run_mode_from_name(const char *name);
/* Whether a survey or a sweep that names no modes has it. */
bool run_mode_is_usual(enum run_mode mode);
/* What keeps this process from using the io_uring that the mode needs. Makes system calls. */
enum uring_refusal run_mode_refusal(enum run_mode mode);
/* Why no run of the mode can work in this process, as part of a sentence, and the name of that reason, unless `name` is
 * NULL. NULL: it can. Makes system calls. */
const char *run_mode_unavailable(enum run_mode mode, enum language language, const char **name);

/* "time"; NULL for EXCHANGE_COUNT. */
const char *run_exchange_name(enum run_exchange exchange);
/* EXCHANGE_COUNT when there is no such exchange. */
enum run_exchange run_exchange_from_name(const char *name);

/* "crlf2"; NULL for REQUEST_COUNT. */
const char *run_request_name(enum run_request request);
/* REQUEST_COUNT when there is no such request. */
enum run_request run_request_from_name(const char *name);
/* What it sends: "TIME\r\n\r\n". */
const char *run_request_bytes(enum run_request request);

#endif
