/* The modes and requests of a run, from modes.def and requests.def. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_CHOICES_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_CHOICES_H

enum run_mode {
#define MODE(NAME, ...) MODE_##NAME,
#include "loadgen/contract/modes.def"
#undef MODE
    MODE_COUNT,
};

enum run_request {
#define REQUEST(NAME, ...) REQUEST_##NAME,
#include "loadgen/contract/requests.def"
#undef REQUEST
    REQUEST_COUNT,
};

/* Clients that a loop of event mode has under way at the same time, those that hold excepted: more do not make it
 * faster, as measured. */
#define RUN_EVENT_UNDER_WAY 64

/* Addresses of the loopback interface that clients towards IPv4 loopback come from in turn. */
#define RUN_SOURCE_ADDRESSES 4096U

/* By number; their help likewise. */
extern const char *const run_mode_names[MODE_COUNT];
extern const char *const run_mode_helps[MODE_COUNT];
extern const char *const run_request_names[REQUEST_COUNT];
extern const char *const run_request_helps[REQUEST_COUNT];

/* "thread"; NULL for MODE_COUNT. */
const char *run_mode_name(enum run_mode mode);
/* MODE_COUNT when there is no such mode. */
enum run_mode run_mode_from_name(const char *name);

/* "crlf2"; NULL for REQUEST_COUNT. */
const char *run_request_name(enum run_request request);
/* REQUEST_COUNT when there is no such request. */
enum run_request run_request_from_name(const char *name);
/* What it sends: "TIME\r\n\r\n". */
const char *run_request_bytes(enum run_request request);

#endif
