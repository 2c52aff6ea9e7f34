/* The line protocol between the load generator and whoever launched it: JSON lines, each with "v":1 and "type".
 * Written by the generator on its standard output, read by the launcher. Times are microseconds since the run began
 * in the generator; `start` gives that moment on CLOCK_MONOTONIC, so that both sides of one machine can be aligned.
 *
 *   {"v":1,"type":"start","pid":N,"monotonic_ns":N,"limits":[...]}      limits as they are in the generator
 *   {"v":1,"type":"sample","at_us":N,"totals":{...},"threads":N,"processes":N,"connections":N,"fds":N,"rss":N,"cpu_us":N}
 *   {"v":1,"type":"error","client":N,"at_us":N,"phase":"connect","call":"socket","errno":24,"message":"...","frames":[...]}
 *   {"v":1,"type":"log","at_us":N,"text":"[CLIENT 7] sending b'TIME\\r\\n\\r\\n'"}
 *   {"v":1,"type":"result","duration_us":N,"totals":{...},"peaks":{...},"latency":{"connect":HIST,...},"errors":[...]}
 *   {"v":1,"type":"end","status":"completed"}       or "cancelled", or "failed" with a "message"
 *
 * End of file without `end` means that the generator died. */
#ifndef KONEKSI_LOADGEN_REPORT_H
#define KONEKSI_LOADGEN_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "hist.h"
#include "limits/limits.h"

#define REPORT_VERSION 1

enum error_phase {
#define PHASE(NAME, name, help) PHASE_##NAME,
#include "phases.def"
#undef PHASE
    PHASE_COUNT,
};
const char *error_phase_name(enum error_phase phase);
enum error_phase error_phase_from_name(const char *name); /* PHASE_COUNT when there is none */

/* started + not_started = count; at the end completed + failed = started. */
struct load_totals {
    uint64_t started;     /* clients that were begun; one whose thread could not be created counts, as failed */
    uint64_t connected;   /* clients whose connect() succeeded */
    uint64_t completed;   /* clients that had every reply and closed */
    uint64_t failed;      /* clients that ended in an error, a cancelled one included */
    uint64_t not_started; /* clients never begun, because the run was cancelled or the generator died */
};

/* The client side at one moment. */
struct load_sample {
    uint64_t at_us;
    struct load_totals totals; /* not_started: count - started */
    uint64_t threads;          /* client threads alive (not the generator's own) */
    uint64_t processes;        /* client processes alive */
    uint64_t connections;      /* open connections */
    uint64_t fds;              /* open descriptors of the generator and its client processes together */
    uint64_t rss_bytes;        /* of the generator; in process mode its own alone */
    uint64_t cpu_us;           /* user + system, ended children included */
};

#define ERROR_CALL_SIZE 24
#define ERROR_MESSAGE_SIZE 160
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
    char message[ERROR_MESSAGE_SIZE];
    uint32_t frame_count;
    struct error_frame frames[ERROR_FRAMES_MAX]; /* innermost first */
};

/* All failures of one phase, call and errno. */
struct error_group {
    enum error_phase phase;
    char call[ERROR_CALL_SIZE];
    int error_number;
    char message[ERROR_MESSAGE_SIZE];
    uint64_t count;
    uint64_t first_client;
    uint64_t first_at_us;
    uint64_t last_at_us;
};

#define ERROR_GROUPS_MAX 64

struct load_peaks {
    uint64_t threads, processes, connections;
};

enum latency_kind { LATENCY_CONNECT, LATENCY_REPLY, LATENCY_CLIENT, LATENCY_COUNT };
const char *latency_kind_name(enum latency_kind kind); /* "connect", "reply", "client" */

struct load_result {
    uint64_t duration_us;
    struct load_totals totals;
    struct load_peaks peaks;
    struct hist latency[LATENCY_COUNT];
    uint32_t group_count;
    struct error_group groups[ERROR_GROUPS_MAX];
};

enum report_type { REPORT_START, REPORT_SAMPLE, REPORT_ERROR, REPORT_LOG, REPORT_RESULT, REPORT_END };
enum load_end { LOAD_END_COMPLETED, LOAD_END_CANCELLED, LOAD_END_FAILED };

/* A parsed line. `result` is allocated (it is large) and owned by the event: report_event_free. */
struct report_event {
    enum report_type type;
    union {
        struct {
            int64_t pid;
            uint64_t monotonic_ns;
            size_t limit_count;
            struct limit_value limits[LIMIT_COUNT];
        } start;
        struct load_sample sample;
        struct error_trace error;
        struct {
            uint64_t at_us;
            char text[160];
        } log;
        struct load_result *result;
        struct {
            enum load_end status;
            char message[256];
        } end;
    };
};

/* Each returns one line ended by '\n', which the caller frees; NULL when memory ran out. */
char *report_format(const struct report_event *event) MUST_CHECK;

/* Reads one line (without its '\n'). RESULT_INVALID for anything not of the protocol, a newer version included;
 * RESULT_NO_MEMORY. */
enum result report_parse(const char *line, size_t length, struct report_event *event, struct err *err) MUST_CHECK;
void report_event_free(struct report_event *event);

#endif
