/* Clients that failed: one with its trace, and the group of all that failed alike. */
#ifndef KONEKSI_LOADGEN_CONTRACT_ERROR_TRACE_H
#define KONEKSI_LOADGEN_CONTRACT_ERROR_TRACE_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "base/err.h"

enum error_phase {
#define PHASE(NAME, name, help) PHASE_##NAME,
#include "loadgen/contract/phases.def"
#undef PHASE
    PHASE_COUNT,
};
const char *error_phase_name(enum error_phase phase);
enum error_phase error_phase_from_name(const char *name); /* PHASE_COUNT when there is none */

/* What had failed. */
enum client_call {
#define CALL(NAME, name) CALL_##NAME,
#include "loadgen/contract/calls.def"
#undef CALL
    CALL_COUNT,
};
const char *client_call_name(enum client_call call);
enum client_call client_call_from_name(const char *name); /* CALL_COUNT when there is none */

#define ERROR_CALL_SIZE 24
#define ERROR_MESSAGE_SIZE 352 /* a line of 80 characters, each of 4 bytes */
#define ERROR_FRAMES_MAX 8

struct error_frame {
    char function[40];
    char file[64];
    int line;
};

/* One failed client. */
struct error_trace {
    uint64_t client; /* 0..count-1 */
    uint64_t at_us;
    enum error_phase phase;
    char call[ERROR_CALL_SIZE];
    int error_number; /* 0 when the failure has none (phase protocol) */
    uint32_t words;   /* what tells replies apart: a status, or the hash of a line; 0 where there was none */
    char message[ERROR_MESSAGE_SIZE];
    uint32_t frame_count;
    struct error_frame frames[ERROR_FRAMES_MAX]; /* innermost first */
};

/* All failures of one phase, call, errno and reply. */
struct error_group {
    enum error_phase phase;
    char call[ERROR_CALL_SIZE];
    int error_number;
    uint32_t words;
    char message[ERROR_MESSAGE_SIZE];
    uint64_t count;
    uint64_t first_client;
    uint64_t first_at_us;
    uint64_t last_at_us;
    uint64_t last_client; /* the largest number; LIMIT_UNKNOWN. Not stored, as the next three */
    uint64_t answered;    /* requests of these clients that had their replies; LIMIT_UNKNOWN */
    uint64_t cut;         /* of these clients: those that had a part of the reply that they waited for; LIMIT_UNKNOWN */
    uint64_t resent;      /* likewise: those that had sent something again, which was not acknowledged */
};

#define ERROR_GROUPS_MAX 64

/* The frames of a trace as a list; NULL when memory ran out. */
cJSON *error_frames_to_json(const struct error_trace *trace) MUST_CHECK;
/* Into a trace that has none. RESULT_INVALID when one is damaged, which is left empty as far as it is. */
enum result error_frames_from_json(const cJSON *frames, struct error_trace *trace, struct err *err);

#endif
